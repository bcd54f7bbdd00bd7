"""The letter to all three: each side says who they are, and how to go on."""

from datetime import datetime

import pytest

from activity.actors import Actor
from businesses.models import Business, Membership, User
from businesses.profile import change_profile, introduce_member
from introductions import services
from introductions.models import Advocate
from outreach.models import Message
from tests.introductions.factories import WORDS, a_contact, accepted, shaken, shared

pytestmark = pytest.mark.django_db

ALICE = "I am Alice, and I keep the books of eleven workshops."
BOOKING = "https://book.example/alice"


@pytest.fixture(autouse=True)
def _said(business: Business, alice: User) -> None:
    introduce_member(member=Membership.objects.get(user=alice), words=ALICE)
    change_profile(business=business, changes={"booking_link": BOOKING})


def the_letter() -> Message:
    return Message.objects.get(kind="handshake_to_everyone")


def test_both_introduce_themselves_and_a_time_can_be_chosen(marta: Advocate, now: datetime) -> None:
    introduction = services.add_to_answer(
        introduction=accepted(marta, now), sentence="I make furniture.", now=now
    )

    services.send_handshake_now(introduction=introduction, now=now)

    letter = the_letter()
    for said in (ALICE, "I make furniture.", BOOKING, "Choose a time"):
        assert said in letter.text
        assert said in letter.html
    assert letter.text.index(ALICE) < letter.text.index("I make furniture.")


def test_with_a_number_only_no_booking_page_is_named(marta: Advocate, now: datetime) -> None:
    introduction = services.accept_introduction(
        introduction=shared(marta, now), phone="070-123 45 67", now=now
    )

    services.send_handshake_now(introduction=introduction, now=now)

    assert ALICE in the_letter().text
    assert BOOKING not in the_letter().text + the_letter().html


def test_without_any_the_letter_says_nothing_of_it(
    business: Business, alice: User, marta: Advocate, now: datetime
) -> None:
    introduce_member(member=Membership.objects.get(user=alice), words="")
    change_profile(business=business, changes={"booking_link": ""})

    shaken(marta, now)

    assert "says:" not in the_letter().text
    assert "Choose a time" not in the_letter().text + the_letter().html


def test_whoever_asked_speaks_for_themself(
    business: Business, bob: User, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    introduce_member(member=Membership.objects.get(user=bob), words="I am Bob.")
    ask = services.draft_ask(
        contact=a_contact(business, now, "Ines Duarte", "ines@duarte.example"),
        wanted="workshops",
        sender=bob,
        by=by_alice,
        now=now,
    )
    services.send_ask(ask=ask, by=by_alice, now=now)
    introduction = services.offer_introduction(
        advocate=ask.advocate,
        ask=ask,
        first_name="Jonas",
        email="jonas@shoebox.example",
        words=WORDS,
        now=now,
    )
    services.accept_introduction(introduction=introduction, now=now)

    services.send_handshake_now(introduction=introduction, now=now)

    assert "I am Bob." in the_letter().text
    assert ALICE not in the_letter().text
