"""What a day begins comes again while it stays quiet, and is not asked for in vain."""

from datetime import timedelta

import pytest

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import add_contact
from outreach.models import Enrolment, Reminder
from outreach.tasks import begin_plans_of_the_day
from tests.api.client import ApiClient, with_a_key
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db

PLANS = ("inner_circle", "wake_partner")


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture
def elena(business: Business, calendar: Calendar) -> Contact:
    """Of the inner circle, and of a partner firm; some weeks later it was quiet for too long."""
    elena = add_contact(
        business=business,
        name="Elena Rossi",
        email="elena@rossi.example",
        circle="inner",
        company_name="Rossi",
        by=SYSTEM,
        now=calendar.now,
    )
    assert elena.company is not None
    elena.company.partner_since = calendar.now.date() - timedelta(days=22)
    elena.company.save()
    go_on(calendar, days=38)
    return elena


def go_on(calendar: Calendar, *, days: int) -> None:
    """With what is looked for by day, and what is due by then."""
    for _ in range(days // 2):
        calendar.now += timedelta(days=2)
        with clock.at(calendar.now):
            begin_plans_of_the_day(now=calendar.now)
            calendar.work()


def begun(elena: Contact, plan: str) -> int:
    return Enrolment.objects.filter(contact=elena, cadence__key=plan).count()


def settle(api: ApiClient, calendar: Calendar, elena: Contact) -> None:
    """A draft is put aside, a reminder is done."""
    with clock.at(calendar.now):
        for draft in api.get("/drafts").json()["results"]:
            assert api.post(f"/drafts/{draft['id']}/dismiss").status_code == 200
        for reminder in Reminder.objects.open().filter(contact=elena):
            assert api.post(f"/reminders/{reminder.pk}/done").status_code == 200


@pytest.mark.parametrize("plan", PLANS)
def test_what_was_put_aside_once_comes_again_after_sixty_days(
    api: ApiClient, calendar: Calendar, elena: Contact, plan: str
) -> None:
    for days in (4, 12):
        go_on(calendar, days=days)
        settle(api, calendar, elena)

    go_on(calendar, days=42)
    assert begun(elena, plan) == 1
    go_on(calendar, days=6)

    assert begun(elena, plan) == 2


@pytest.mark.parametrize("plan", PLANS)
def test_it_does_not_come_beside_what_still_waits(
    calendar: Calendar, elena: Contact, plan: str
) -> None:
    go_on(calendar, days=70)

    assert begun(elena, plan) == 1


def test_what_was_stopped_by_hand_stays_so_until_you_were_in_touch(
    api: ApiClient, calendar: Calendar, elena: Contact
) -> None:
    plan = "inner_circle"
    with clock.at(calendar.now):
        enrolment = Enrolment.objects.active().get(cadence__key=plan)
        assert api.post(f"/enrolments/{enrolment.pk}/stop").status_code == 200
    go_on(calendar, days=70)
    assert begun(elena, plan) == 1

    with clock.at(calendar.now):
        api.post(f"/contacts/{elena.pk}/interactions", {"kind": "call"})
    go_on(calendar, days=70)

    assert begun(elena, plan) == 2
