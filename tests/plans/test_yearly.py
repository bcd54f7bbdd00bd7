"""Once a year each of the inner circle who sent somebody reads what came of it."""

from datetime import timedelta

import pytest

from activity.actors import Actor
from businesses.models import Business
from contacts.models import Contact
from introductions.models import Advocate
from outreach.models import Enrolment, StepTaken
from outreach.services import take_due_steps
from referrals.models import Referral
from referrals.services import record_sent_someone
from referrals.yearly import begin_anniversaries
from tests.plans.conftest import Calendar
from tests.referrals.factories import a_referral, lost, moved, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(advocate: Advocate) -> Contact:
    advocate.contact.circle = "inner"
    advocate.contact.save()
    return advocate.contact


def the_letter(business: Business, calendar: Calendar) -> StepTaken:
    """What is drafted a week before the day; it is looked for a month before."""
    calendar.work()
    for days in (340, 360):
        now = calendar.now + timedelta(days=days)
        begin_anniversaries(business=business, today=now.date(), now=now)
        take_due_steps(now=now)
    return StepTaken.objects.get(enrolment__cadence__key="yearly_letter")


def test_whoever_sent_somebody_without_a_letter_is_written_to_as_well(
    business: Business, marta: Contact, calendar: Calendar, by_alice: Actor
) -> None:
    record_sent_someone(
        business=business, name="Ida Ek", sender=marta, by=by_alice, now=calendar.now
    )

    draft = the_letter(business, calendar)

    assert draft.enrolment.contact == marta
    assert draft.enrolment.anchor_on == calendar.now.date() + timedelta(days=365)


def test_the_first_of_all_gives_the_day(
    business: Business, advocate: Advocate, marta: Contact, calendar: Calendar, by_alice: Actor
) -> None:
    record_sent_someone(
        business=business, name="Ida Ek", sender=marta, by=by_alice, now=calendar.now
    )
    a_referral(advocate, calendar.now + timedelta(days=20))

    the_letter(business, calendar)

    [yearly] = Enrolment.objects.filter(cadence__key="yearly_letter")
    assert yearly.anchor_on == calendar.now.date() + timedelta(days=365)


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        (["lost"], "brought one person and me together."),
        (["talking"], "brought one person and me together, and with one of them I am in touch."),
        (
            ["won", "talking", "lost"],
            "brought three people and me together, and with one of them we work today.",
        ),
        (["won"] * 2, "brought two people and me together, and with two of them we work today."),
    ],
)
def test_it_says_what_their_introductions_became(
    business: Business,
    advocate: Advocate,
    marta: Contact,
    calendar: Calendar,
    ends: list[str],
    says: str,
) -> None:
    for nth, end in enumerate(ends):
        referral: Referral = a_referral(advocate, calendar.now, f"jonas{nth}@shoebox.example")
        if end == "won":
            won(referral, calendar.now)
        elif end == "lost":
            lost(referral, calendar.now)
        else:
            moved(referral, end, calendar.now)

    letter = the_letter(business, calendar)

    assert f"Since then you have {says}" in letter.words
    assert "Jonas" not in letter.words
