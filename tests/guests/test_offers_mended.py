"""What becomes of an offer whose words are corrected, or whose letter does not arrive."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from businesses import clock
from businesses.models import Business
from introductions.models import Advocate, Ask, Introduction
from introductions.states import IntroductionState
from outreach.models import Message
from outreach.states import MessageState
from tests.guests.factories import ask_page, own_page
from tests.introductions.factories import JONAS, offered

pytestmark = pytest.mark.django_db

S = IntroductionState
TYPED = {"first_name": "Jonas", "words": "Alice has kept our books.", "email": JONAS}


@pytest.fixture
def lost(marta: Advocate, now: datetime) -> Introduction:
    """An offer from an hour ago whose letter came back."""
    introduction = offered(marta, now - timedelta(hours=1))
    letter = Message.objects.get(kind="introduction_to_prospect")
    letter.state = MessageState.FAILED
    letter.last_reason = "The address cannot be written to."
    letter.save()
    return introduction


def test_words_corrected_before_the_letter_leaves_are_the_ones_that_go(
    guest: Client, ask: Ask
) -> None:
    first = guest.post(ask_page(ask) + "offer/", TYPED)
    better = TYPED | {"first_name": "Jonas W", "words": "Alice keeps our books, and well."}
    second = guest.post(ask_page(ask) + "offer/", better)

    assert second["Location"] == first["Location"]
    introduction = Introduction.objects.get()
    assert introduction.words == "Alice keeps our books, and well."
    assert introduction.prospect_first_name == "Jonas W"
    assert Message.objects.filter(kind="introduction_to_prospect").count() == 1


@pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.SENT])
def test_words_corrected_when_the_letter_leaves_are_refused(
    guest: Client, ask: Ask, now: datetime, state: MessageState
) -> None:
    guest.post(ask_page(ask) + "offer/", TYPED)
    lease = now if state == MessageState.SENDING else None
    Message.objects.filter(kind="introduction_to_prospect").update(
        state=state, lease_until=lease, sent_at=now if state == MessageState.SENT else None
    )

    answer = guest.post(ask_page(ask) + "offer/", TYPED | {"words": "Better words."})

    assert answer.status_code == 409
    assert "the letter has left with the words it had" in answer.content.decode()
    assert "Better words." in answer.content.decode()
    assert Introduction.objects.get().words == TYPED["words"]


def test_after_the_window_it_was_made_before(guest: Client, ask: Ask, now: datetime) -> None:
    guest.post(ask_page(ask) + "offer/", TYPED)
    Message.objects.filter(kind="introduction_to_prospect").update(
        state=MessageState.SENT, sent_at=now
    )

    with clock.at(now + settings.UNDO_WINDOW):
        answer = guest.post(ask_page(ask) + "offer/", TYPED)

    assert answer.status_code == 409
    assert "You have introduced this person before" in answer.content.decode()


def test_a_letter_that_did_not_arrive_is_said_to_the_advocate(
    guest: Client, marta: Advocate, lost: Introduction
) -> None:
    page = guest.get(own_page(marta)).content.decode()
    given = guest.get(f"{own_page(marta)}given/{lost.pk}/").content.decode()

    for text in (page, given):
        assert "The letter could not be delivered. Perhaps the address has a slip" in text
        assert "Waiting for an answer" not in text
        assert JONAS not in text
    assert "Send it myself" in given
    assert "Take it back" in given


def test_it_can_be_taken_back(guest: Client, marta: Advocate, lost: Introduction) -> None:
    guest.post(f"{own_page(marta)}given/{lost.pk}/undo/")

    lost.refresh_from_db()
    assert lost.state == S.WITHDRAWN
    assert Message.objects.get(kind="introduction_to_prospect").state == MessageState.CANCELLED


@pytest.mark.parametrize(
    ("button", "email"), [("share", ""), ("offer", "jonas@shoebox2.example"), ("offer", JONAS)]
)
def test_another_try_takes_its_place(
    guest: Client, marta: Advocate, lost: Introduction, button: str, email: str
) -> None:
    answer = guest.post(f"{own_page(marta)}{button}/", TYPED | {"email": email})

    assert answer.status_code == 303
    lost.refresh_from_db()
    assert lost.state == S.WITHDRAWN
    assert Introduction.objects.exclude(pk=lost.pk).get().state in (S.SHARED, S.OFFERED)
    assert not Message.objects.needing_attention().exists()


def test_the_desk_sees_it_and_whose_it_is_without_the_address(
    alice_client: Client, business: Business, lost: Introduction
) -> None:
    here = f"/b/{business.slug}/introductions/{lost.pk}/"
    page = alice_client.get(here).content.decode()
    health = alice_client.get(f"/b/{business.slug}/settings/health/").content.decode()

    assert "The letter could not be delivered" in page
    assert f'<a href="{here}">Marta Oliveira’s introduction</a> to Jonas' in health
    assert JONAS not in page + health
