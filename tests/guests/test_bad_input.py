"""What may not be: each time the right sentence, the right status, and nothing changed."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import Actor
from activity.models import Event
from businesses.models import Business
from introductions import services
from introductions.models import Advocate, Ask, Introduction
from introductions.states import IntroductionState
from outreach.models import Message, SuppressionReason
from outreach.services import suppress_address
from tests.guests.factories import ask_link, ask_page, own_page, prospect_page
from tests.introductions.factories import JONAS, accepted, an_advocate, offered, shared

pytestmark = pytest.mark.django_db

S = IntroductionState
WORDS = "Alice has kept our books for six years."


def what_is() -> tuple[object, ...]:
    """All that a refused press must leave as it was."""
    return (
        list(Introduction.objects.order_by("id").values()),
        list(Ask.objects.order_by("id").values()),
        list(Message.objects.order_by("id").values("id", "state")),
        Event.objects.count(),
    )


@pytest.mark.parametrize(
    ("first_name", "sentence"),
    [
        ("", "Whom would you like to introduce?"),
        ("   ", "Whom would you like to introduce?"),
        ("jonas.example", "without a link"),
        ("Jonas https://x.example", "without a link"),
        ("<b>Jonas</b>", "A name cannot hold any of"),
        ("Jonas\r\nBcc: all@x.example", "A name fits on one line."),
        ("jonas@shoebox.example", "without a link"),
        ("J" * 300, "75 characters"),
    ],
)
@pytest.mark.parametrize("action", ["share", "offer"])
def test_a_name_that_is_none(
    guest: Client, ask: Ask, first_name: str, sentence: str, action: str
) -> None:
    before = what_is()

    response = guest.post(
        ask_page(ask) + f"{action}/", {"first_name": first_name, "words": WORDS, "email": JONAS}
    )

    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert WORDS in page
    assert JONAS in page
    assert what_is() == before
    assert ask_link(ask).first_used_at is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "Say in a sentence or two"), ("long " * 401, "2,000 characters at most")],
)
def test_words_that_are_none_or_too_many(
    guest: Client, ask: Ask, words: str, sentence: str
) -> None:
    before = what_is()

    response = guest.post(ask_page(ask) + "share/", {"first_name": "Jonas", "words": words})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert what_is() == before


def an_address(marta: Advocate, now: datetime, case: str) -> str:
    """An address that this advocate may not introduce, and how it came to be one."""
    if case == "introduced before":
        offered(marta, now - settings.UNDO_WINDOW)
        return JONAS
    if case == "said no to somebody else":
        other = an_advocate(marta.business, now, name="Ove Holm", email="ove@holm.example")
        services.decline_introduction(introduction=offered(other, now), now=now)
        return JONAS
    if case == "wants no mail":
        suppress_address(
            business=marta.business,
            address=JONAS,
            why=SuppressionReason.NEVER,
            by=Actor.advocate(marta.pk),
            now=now,
        )
        return JONAS
    return {
        "wrong": "jonas@",
        "missing": "",
        "with a line break": "jonas@x.example\r\nBcc: all@x.example",
        "themself": "MARTA@oliveira.example",
        "the owner": "Alice@Lindqvist.example",
        "a member": "bob@lindqvist.example",
    }[case]


@pytest.mark.parametrize(
    ("case", "status", "sentence"),
    [
        ("wrong", 422, "This does not look like an e-mail address."),
        ("missing", 422, "Which address shall we write to?"),
        ("with a line break", 422, "This does not look like an e-mail address."),
        ("themself", 422, "An introduction needs two people"),
        ("the owner", 422, "This address belongs to the people you are introducing somebody to."),
        ("a member", 422, "This address belongs to the people you are introducing somebody to."),
        ("introduced before", 409, "You have introduced this person before."),
        ("said no to somebody else", 409, "You can still send it yourself."),
        ("wants no mail", 409, "You can still send it yourself."),
    ],
)
def test_an_address_that_may_not_be(
    guest: Client, ask: Ask, marta: Advocate, now: datetime, case: str, status: int, sentence: str
) -> None:
    address = an_address(marta, now, case)
    before = what_is()

    response = guest.post(
        ask_page(ask) + "offer/", {"first_name": "Jonny", "words": WORDS, "email": address}
    )

    assert response.status_code == status
    page = response.content.decode()
    assert sentence in page
    assert 'value="Jonny"' in page
    assert WORDS in page
    assert what_is() == before


@pytest.mark.parametrize(
    ("reach", "status", "sentence"),
    [
        ("", 422, "Give an e-mail address or a phone number"),
        ("jonas@", 422, "This does not look like an e-mail address."),
        ("12", 422, "This does not look like a phone number."),
        ("by pigeon", 422, "This is neither an e-mail address nor a phone number."),
        ("marta@oliveira.example", 422, "An introduction needs two people"),
        ("alice@lindqvist.example", 422, "This address belongs to the people"),
        (JONAS, 409, "You already have an introduction from Marta; one is enough."),
    ],
)
def test_a_yes_with_a_way_to_be_reached_that_may_not_be(
    guest: Client, marta: Advocate, now: datetime, reach: str, status: int, sentence: str
) -> None:
    accepted(marta, now)
    introduction = shared(marta, now, first_name="Jonny")
    before = what_is()

    response = guest.post(prospect_page(introduction) + "yes/", {"reach": reach})

    assert response.status_code == status
    page = response.content.decode()
    assert sentence in page
    assert f'value="{reach}"' in page or not reach
    assert what_is() == before


Prepare = Callable[[Advocate, datetime], Introduction]


def declined(marta: Advocate, now: datetime) -> Introduction:
    return services.decline_introduction(introduction=offered(marta, now), now=now)


@pytest.mark.parametrize(
    ("prepare", "action", "status"),
    [
        (accepted, "yes", 409),
        (accepted, "no", 409),
        (accepted, "never", 409),
        (accepted, "not-now", 409),
        (declined, "yes", 409),
        (declined, "no", 409),
        (declined, "send-now", 409),
        (declined, "add", 409),
        (offered, "undo", 409),
        (offered, "send-now", 409),
        (offered, "add", 409),
    ],
)
def test_a_second_or_an_opposite_press_shows_how_it_stands(
    guest: Client, marta: Advocate, now: datetime, prepare: Prepare, action: str, status: int
) -> None:
    introduction = prepare(marta, now)
    before = what_is()

    response = guest.post(
        prospect_page(introduction) + f"{action}/",
        {"until": "2026-08-03", "advocate_hears": "outcome"},
    )

    assert response.status_code == status
    page = response.content.decode()
    assert 'role="alert"' in page
    heading = {"accepted": "It is a yes.", "declined": "That is quite all right."}
    assert heading.get(introduction.state, "Yes, introduce us") in page
    assert what_is() == before


def test_a_withdrawn_ask_leads_nowhere(
    guest: Client, ask: Ask, by_alice: Actor, now: datetime
) -> None:
    page = ask_page(ask)
    services.withdraw_ask(ask=ask, by=by_alice, now=now)
    before = what_is()

    for response in (
        guest.get(page),
        guest.post(page + "share/", {"first_name": "Jonas", "words": WORDS}),
    ):
        assert response.status_code == 410
        assert "This link is no longer used." in response.content.decode()
        assert "Alice" not in response.content.decode()
    assert what_is() == before


def test_an_ask_that_ran_out_still_takes_somebody(
    guest: Client, ask: Ask, business: Business, now: datetime
) -> None:
    ask.expire(now=now)
    ask.save()

    guest.post(ask_page(ask) + "share/", {"first_name": "Jonas", "words": WORDS})

    assert Introduction.objects.get().state == S.SHARED


def test_markup_stays_text(guest: Client, marta: Advocate, now: datetime) -> None:
    evil = '<script>alert(1)</script> "quoted" {link:x}'

    response = guest.post(
        own_page(marta) + "share/", {"first_name": "Jonas", "words": evil}, follow=True
    )
    page = prospect_page(Introduction.objects.get())

    assert "<script>alert" not in response.content.decode()
    seen = guest.get(page).content.decode()
    assert "<script>alert" not in seen
    assert "&lt;script&gt;alert(1)" in seen
