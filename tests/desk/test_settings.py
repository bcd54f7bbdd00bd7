"""Settings: who letters are from, and whether they leave."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business, Membership, User
from desk.health import LETTERS_SHOWN
from introductions.services import offer_introduction
from outreach.models import JobRun, Message, MessageRecipient
from outreach.states import MessageState, RecipientState
from tests.introductions.factories import JONAS, WORDS, an_advocate
from tests.outreach.factories import a_contact, a_letter

SENDER = {
    "name": "Alice Lindqvist",
    "firm": "Lindqvist Books",
    "postal_address": "Market Square 2, Lund",
}


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/settings/"


@pytest.fixture
def unknown(business: Business) -> Business:
    """A business that has not said who its letters are from."""
    business.name = business.postal_address = ""
    business.save()
    return business


def _letter(business: Business, **more: Any) -> Message:
    advocate = a_contact(business)
    context = {"sender": "Alice", "first_name": advocate.first_name, "answer_link": ""}
    return a_letter(business, advocate, template="thanks_to_advocate", context=context, **more)


def _failed(business: Business, state: str = "failed") -> Message:
    letter = _letter(business)
    letter.state, letter.last_reason = state, "The mailbox does not exist."
    letter.in_data_at = clock.now()
    letter.save()
    letter.recipients.update(state=state)
    return letter


def test_settings_say_who_letters_are_from_and_who_works_here(
    alice_client: Client, at: str
) -> None:
    text = alice_client.get(at).text

    for shown in (
        "Lindqvist Bookkeeping",
        "Harbour Street 1",
        "Europe/Stockholm",
        "EUR",
        "Bob Berg",
        f"{at}health/",
        "/accounts/password/change/",
    ):
        assert shown in text
    assert "Send the letter again" not in text


def test_what_letters_wait_for_is_said(alice_client: Client, at: str, unknown: Business) -> None:
    missing = " ".join(alice_client.get(at).text.split())
    alice_client.post(f"{at}sender/", SENDER)
    Business.objects.filter(pk=unknown.pk).update(confirmed_at=None)

    unconfirmed = " ".join(alice_client.get(at).text.split())

    assert "until they can say who they are from" in missing
    assert "until you have confirmed your address" in unconfirmed
    assert "Send the letter again" in unconfirmed


def test_saying_who_one_is_lets_the_held_letters_go(
    alice_client: Client, at: str, unknown: Business, alice: User
) -> None:
    letter = _letter(unknown)
    assert letter.state == MessageState.HELD

    alice_client.post(f"{at}sender/", SENDER)

    letter.refresh_from_db()
    unknown.refresh_from_db()
    assert letter.state == MessageState.SCHEDULED
    assert unknown.name == "Lindqvist Books"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Please give your name."),
        ("firm", " ", "Please give the name of your firm."),
        ("postal_address", "", "Please give a postal address"),
        ("name", "Alice\r\nBcc: x@y.example", ""),
        ("firm", "https://win.example", ""),
        ("postal_address", "x" * 301, ""),
    ],
)
def test_what_cannot_be_said_so_is_kept_in_the_form(
    alice_client: Client, at: str, business: Business, field: str, typed: str, sentence: str
) -> None:
    answer = alice_client.post(f"{at}sender/", SENDER | {field: typed})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.context["form"].errors[field]
    business.refresh_from_db()
    assert business.name == "Lindqvist Bookkeeping"


def test_it_leads_back_to_where_one_came_from(
    alice_client: Client, at: str, business: Business
) -> None:
    back = f"/b/{business.slug}/thank-yous/"

    assert alice_client.post(f"{at}sender/?next={back}", SENDER)["Location"] == back


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/\\evil.example", "/accounts/logout/"]
)
def test_it_leads_nowhere_else(alice_client: Client, at: str, place: str) -> None:
    answer = alice_client.post(f"{at}sender/", SENDER | {"next": place})

    assert answer["Location"] == at


def test_a_viewer_and_a_stranger_change_nothing(
    bob_client: Client, bob: User, charlie_client: Client, at: str, business: Business
) -> None:
    letter = _failed(business)
    Membership.objects.filter(user=bob).update(role="viewer")

    for place, facts in (
        (f"{at}sender/", SENDER),
        (f"{at}health/letters/{letter.pk}/retry/", {}),
    ):
        assert bob_client.post(place, facts).status_code == 403
        assert charlie_client.post(place, facts).status_code == 404
    assert bob_client.get(at).status_code == 200
    assert bob_client.get(f"{at}health/").status_code == 200
    letter.refresh_from_db()
    business.refresh_from_db()
    assert letter.state == MessageState.FAILED
    assert business.name == "Lindqvist Bookkeeping"


def test_a_strangers_letter_is_not_found(
    charlie_client: Client, other_business: Business, business: Business
) -> None:
    letter = _failed(business)
    place = f"/b/{other_business.slug}/settings/health/letters/{letter.pk}/retry/"

    assert charlie_client.post(place).status_code == 404


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_a_letter_that_needs_a_look_says_why_and_is_tried_again(
    alice_client: Client, at: str, business: Business, state: str
) -> None:
    letter = _failed(business, state)

    page = alice_client.get(f"{at}health/").text
    first = alice_client.post(f"{at}health/letters/{letter.pk}/retry/")
    second = alice_client.post(f"{at}health/letters/{letter.pk}/retry/")

    assert "The mailbox does not exist." in page
    assert "Try again" in page
    assert (first.status_code, second.status_code) == (302, 409)
    letter.refresh_from_db()
    assert letter.state == MessageState.SCHEDULED


def test_health_says_how_many_letters_there_are_beyond_those_it_shows(
    alice_client: Client, at: str, business: Business
) -> None:
    for _ in range(LETTERS_SHOWN + 1):
        _failed(business, "uncertain")

    page = alice_client.get(f"{at}health/").text

    assert page.count("may have arrived, or not.") == LETTERS_SHOWN
    assert f">{LETTERS_SHOWN + 1}</span>" in page
    assert 'rel="next"' in page


def test_health_knows_a_sealed_prospect_by_the_first_name_only(
    alice_client: Client, at: str, business: Business
) -> None:
    now = clock.now()
    offer_introduction(
        advocate=an_advocate(business, now), first_name="Jonas", email=JONAS, words=WORDS, now=now
    )
    letter = Message.objects.get(kind="introduction_to_prospect")
    letter.state = MessageState.FAILED
    letter.save()
    MessageRecipient.objects.filter(message=letter).update(state=RecipientState.FAILED)

    text = alice_client.get(f"{at}health/").text

    assert "introduction</a> to Jonas" in text
    assert JONAS not in text


@pytest.mark.parametrize(
    ("name", "minutes", "is_late"),
    [
        ("outreach.tasks.send_due_letters", 0, False),
        ("outreach.tasks.send_due_letters", 2, True),
        ("introductions.tasks.expire_unanswered", 6, False),
        ("introductions.tasks.expire_unanswered", 12, True),
    ],
)
def test_a_sweep_that_stopped_is_seen(
    alice_client: Client, at: str, name: str, minutes: int, is_late: bool
) -> None:
    ended = clock.now() - timedelta(minutes=minutes)
    JobRun.objects.create(name=name, last_started_at=ended, last_finished_at=ended)

    page = alice_client.get(f"{at}health/")

    assert page.context["is_late"] is is_late
    assert ("not since" in page.text) is is_late


def test_a_due_letter_that_nobody_takes_is_seen(
    alice_client: Client, at: str, business: Business
) -> None:
    _letter(business, due_at=clock.now() - timedelta(hours=1))

    assert "due since" in alice_client.get(f"{at}health/").text
