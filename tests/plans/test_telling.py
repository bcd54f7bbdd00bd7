"""Whoever introduced somebody hears how it goes, as far as all allow, and not too late."""

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from introductions import services as introductions
from introductions.models import Advocate, Introduction
from outreach.models import Enrolment, Message, Reminder
from outreach.services import stop_enrolment
from referrals.models import Referral
from referrals.services import split_credit
from tests.introductions.factories import an_advocate, offered, shaken
from tests.plans.conftest import Calendar
from tests.referrals.factories import lost, moved

pytestmark = pytest.mark.django_db


def told() -> list[Enrolment]:
    """Who is on the plan, in the order in which they came onto it."""
    rows = Enrolment.objects.filter(cadence__key="tell_advocate").select_related("contact")
    return list(rows.order_by("id"))


def between() -> list[str]:
    """Of each letter that tells how it goes: to whom."""
    letters = Message.objects.filter(kind="plan_letter").order_by("id")
    return [letter.recipients.get().address for letter in letters]


def leave(calendar: Calendar) -> None:
    """Whatever is queued has left."""
    Message.objects.filter(state="scheduled").update(state="sent", sent_at=calendar.now)


@pytest.mark.parametrize("wants", ["nothing", "end"])
def test_whoever_asked_not_to_hear_of_it_hears_nothing_in_between(
    advocate: Advocate, calendar: Calendar, wants: str
) -> None:
    introduction = offered(advocate, calendar.now)
    introductions.add_to_introduction(introduction=introduction, wants=wants, now=calendar.now)
    introductions.accept_introduction(introduction=introduction, now=calendar.now)
    introductions.send_handshake_now(introduction=introduction, now=calendar.now)

    calendar.work()
    calendar.jump(days=40)

    assert told() == []
    assert between() == []


@pytest.mark.parametrize(
    ("wants", "why"),
    [
        ("nothing", "Marta would like to hear nothing."),
        ("end", "Marta would like to hear only how it ended."),
    ],
)
def test_who_is_on_the_plan_already_is_taken_off_and_the_page_says_why(
    business: Business,
    referral: Referral,
    calendar: Calendar,
    alice_client: Client,
    wants: str,
    why: str,
) -> None:
    calendar.work()
    assert referral.introduction is not None
    referral.introduction.wants = wants
    referral.introduction.save()

    calendar.jump(days=40)

    assert between() == []
    [plan] = told()
    assert (plan.state, plan.reason) == ("stopped", why)
    assert why in alice_client.get(f"/b/{business.slug}/settings/plans/{plan.cadence_id}/").text


def test_after_three_letters_the_owner_is_reminded_to_tell_them(
    referral: Referral, calendar: Calendar
) -> None:
    calendar.work()
    for _ in range(4):
        calendar.jump(days=95)
        leave(calendar)

    assert between() == ["marta@oliveira.example"] * 3
    [reminder] = Reminder.objects.open().filter(contact__name="Marta Oliveira", kind="follow_up")
    assert "Tell Marta how it stands with Jonas" in reminder.text

    moved(referral, "met", calendar.now)
    calendar.work()

    reminder.refresh_from_db()
    assert not reminder.is_open
    assert [(one.state, one.next_position) for one in told()] == [("finished", None), ("active", 3)]


def test_what_is_talked_about_again_is_told_of_again_and_no_letter_twice(
    business: Business, referral: Referral, calendar: Calendar, alice_client: Client
) -> None:
    calendar.work()
    calendar.jump(days=40)
    leave(calendar)
    lost(referral, calendar.now)
    calendar.jump(days=1)
    assert [one.reason for one in told()] == ["Nothing came of it."]

    with clock.at(calendar.now):
        alice_client.post(f"/b/{business.slug}/referrals/{referral.pk}/reopen/")
    calendar.work()
    calendar.jump(days=70)

    letters = Message.objects.filter(kind="plan_letter").order_by("id")
    assert ["a word about" in letter.text for letter in letters] == [True, False]
    assert "I have not forgotten" in letters[1].text


def test_a_plan_that_somebody_stopped_does_not_begin_anew(
    referral: Referral, calendar: Calendar
) -> None:
    calendar.work()
    stop_enrolment(enrolment=told()[0], reason="I ring her", by=SYSTEM, now=calendar.now)

    moved(referral, "met", calendar.now)
    calendar.jump(days=40)

    assert [one.reason for one in told()] == ["I ring her"]
    assert between() == []


@pytest.mark.parametrize(("hears", "whom"), [("outcome", ["Marta", "Walter"]), ("met", ["Marta"])])
def test_whoever_shares_the_credit_hears_as_far_as_their_own_introduction_allows(
    business: Business, referral: Referral, calendar: Calendar, hears: str, whom: list[str]
) -> None:
    walter = an_advocate(business, calendar.now, name="Walter Holm", email="walter@holm.example")
    shaken(walter, calendar.now)
    Introduction.objects.filter(advocate=walter).update(advocate_hears=hears)
    calendar.work()
    assert [one.contact.first_name for one in told()] == ["Marta"]
    assert referral.introduction is not None
    marta = referral.introduction.advocate

    split_credit(
        referral=referral, shares={marta.pk: 50, walter.pk: 50}, by=SYSTEM, now=calendar.now
    )
    calendar.work()

    assert [one.contact.first_name for one in told()] == whom

    split_credit(referral=referral, shares={marta.pk: 100}, by=SYSTEM, now=calendar.now)
    calendar.work()
    assert [one.reason for one in told()[1:]] == ["The credit is with others now."] * len(whom[1:])
