"""A letter that is begun, by an integration say, is the owner's to put in better words and send."""

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions.models import Ask
from introductions.services import draft_ask, send_ask, withdraw_ask
from introductions.states import AskState
from outreach.models import Message, SuppressionReason
from outreach.services import suppress_address
from tests.contacts.factories import make_contact

BEGUN = {"wanted": "workshops with receipts in a shoe box", "note": "You know people."}
BETTER = {"wanted": BEGUN["wanted"], "named_person": "", "note": "Thank you for the kiln story."}


@pytest.fixture
def marta(business: Business) -> Contact:
    return make_contact(name="Marta Oliveira", email="marta@oliveira.example")


@pytest.fixture
def draft(marta: Contact, bob: User) -> Ask:
    return draft_ask(contact=marta, **BEGUN, by=SYSTEM, sender=bob, now=clock.now())


@pytest.fixture
def at(draft: Ask) -> str:
    return f"/b/{draft.business.slug}/asks/{draft.pk}/"


def test_it_is_opened_with_the_words_it_has(alice_client: Client, at: str) -> None:
    assert f'href="{at}words/"' in alice_client.get(at).text

    page = alice_client.get(f"{at}words/").text

    assert BEGUN["wanted"] in page
    assert BEGUN["note"] in page


def test_it_is_looked_at_as_whoever_it_is_from_would_send_it(
    alice_client: Client, at: str, draft: Ask
) -> None:
    page = alice_client.post(f"{at}words/", {**BETTER, "look": "1"}).text

    assert "Thank you for the kiln story." in page
    assert "Bob" in page.partition("What Marta will read")[2]
    draft.refresh_from_db()
    assert draft.note == BEGUN["note"]


def test_it_leaves_in_better_words(alice_client: Client, at: str, draft: Ask) -> None:
    answer = alice_client.post(f"{at}words/", BETTER)

    draft.refresh_from_db()
    assert answer.headers["Location"] == at
    assert (draft.state, draft.note) == (AskState.SENT, BETTER["note"])
    assert "Thank you for the kiln story." in Message.objects.get().text
    assert Ask.objects.count() == 1


def test_a_second_press_finds_it_sent(alice_client: Client, at: str) -> None:
    for _ in range(2):
        assert alice_client.post(f"{at}words/", BETTER).headers["Location"] == at

    assert Message.objects.count() == 1


def test_other_words_come_too_late_once_it_is_sent(
    alice_client: Client, at: str, draft: Ask
) -> None:
    send_ask(ask=draft, by=SYSTEM, now=clock.now())

    late = alice_client.post(f"{at}words/", BETTER)

    assert late.status_code == 409
    assert "This was already sent." in late.text
    assert BETTER["note"] in late.text
    assert alice_client.get(f"{at}words/").headers["Location"] == at


def test_one_that_was_taken_back_is_not_written_on(
    alice_client: Client, at: str, draft: Ask
) -> None:
    withdraw_ask(ask=draft, by=SYSTEM, now=clock.now())

    assert alice_client.post(f"{at}words/", BETTER).status_code == 410
    assert not Message.objects.exists()


def test_nobody_to_ask_for_is_said_beside_the_field(alice_client: Client, at: str) -> None:
    answer = alice_client.post(f"{at}words/", {"wanted": " ", "note": "Kept."})

    assert answer.status_code == 422
    assert "Say whom you would like to meet" in answer.text
    assert "Kept." in answer.text


def test_what_cannot_be_sent_keeps_its_better_words(
    alice_client: Client, at: str, draft: Ask, business: Business
) -> None:
    suppress_address(
        business=business,
        address="marta@oliveira.example",
        why=SuppressionReason.UNSUBSCRIBED,
        by=SYSTEM,
        now=clock.now(),
    )

    answer = alice_client.post(f"{at}words/", BETTER)

    draft.refresh_from_db()
    assert answer.status_code == 409
    assert "asked for no more mail" in answer.text
    assert (draft.state, draft.note) == (AskState.DRAFT, BETTER["note"])


def test_writing_the_same_words_anew_is_a_letter_of_its_own(
    alice_client: Client, marta: Contact, draft: Ask, business: Business
) -> None:
    """A draft is not taken for the first of two presses: the letter would not leave."""
    alice_client.post(f"/b/{business.slug}/asks/new/?contact={marta.pk}", BEGUN)

    assert sorted(Ask.objects.values_list("state", flat=True)) == ["draft", "sent"]


def test_a_stranger_finds_nothing(charlie_client: Client, at: str) -> None:
    assert charlie_client.get(f"{at}words/").status_code == 404
    assert charlie_client.post(f"{at}words/", BETTER).status_code == 404
