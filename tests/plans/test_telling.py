"""Whoever introduced somebody hears in between how it goes, as far as all allow, and not too late."""

import pytest
from django.test import Client

from businesses.models import Business
from introductions import services as introductions
from introductions.models import Advocate
from outreach.models import Enrolment, Message
from referrals.models import Referral
from tests.introductions.factories import offered
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db


def told() -> list[Enrolment]:
    """Who is on the plan, in the order in which they came onto it."""
    rows = Enrolment.objects.filter(cadence__key="tell_advocate").select_related("contact")
    return list(rows.order_by("id"))


def between() -> list[str]:
    """Of each letter that tells how it goes: to whom."""
    letters = Message.objects.filter(kind="plan_letter").order_by("id")
    return [letter.recipients.get().address for letter in letters]


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
