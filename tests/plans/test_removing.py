"""A step is taken off a plan while somebody waits for it: nobody gets the next one early."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business, User
from outreach.models import Cadence, Enrolment, Message
from referrals.models import Referral
from tests.api.client import ApiClient, with_a_key
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db

Remove = Callable[[int], None]


@pytest.fixture
def plan(calendar: Calendar, referral: Referral) -> Cadence:
    """Three letters to Marta that leave by themselves, after 30, then 60, then 90 days."""
    calendar.work()
    return Cadence.objects.get(key="tell_advocate")


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture(params=["desk", "api"])
def remove(
    request: pytest.FixtureRequest, alice_client: Client, api: ApiClient, plan: Cadence
) -> Remove:
    """Take the step with this place off the plan, in the browser or by the API."""

    def act(place: int) -> None:
        step = plan.steps.order_by("position")[place]
        if request.param == "api":
            assert api.delete(f"/plans/{plan.pk}/steps/{step.pk}").status_code == 204
        else:
            page = f"/b/{plan.business.slug}/settings/plans/{plan.pk}/{step.pk}/"
            assert alice_client.post(f"{page}remove/").status_code == 302

    return act


def letters() -> list[str]:
    return [message.text for message in Message.objects.filter(kind="plan_letter").order_by("id")]


def test_whoever_waited_for_it_waits_for_the_next_until_its_own_day(
    remove: Remove, plan: Cadence, calendar: Calendar
) -> None:
    with clock.at(calendar.now):
        remove(0)

    calendar.days(59)
    assert letters() == []

    calendar.days(3)
    [letter] = letters()
    assert "I have not forgotten" in letter


def test_the_next_seven_days_say_the_same_as_will_be_done(
    remove: Remove, plan: Cadence, calendar: Calendar, alice_client: Client
) -> None:
    with clock.at(calendar.now):
        remove(0)
    coming = f"/b/{plan.business.slug}/settings/plans/coming/"

    with clock.at(calendar.now + timedelta(days=27)):
        assert "How it goes with Jonas" not in alice_client.get(coming).text
    with clock.at(calendar.now + timedelta(days=56)):
        assert "I have not forgotten" in alice_client.get(coming).text


def test_one_that_is_further_on_moves_nobody(
    remove: Remove, plan: Cadence, calendar: Calendar
) -> None:
    before = Enrolment.objects.get(cadence=plan).due_at

    with clock.at(calendar.now):
        remove(1)

    assert Enrolment.objects.get(cadence=plan).due_at == before


def test_without_another_step_nothing_comes_next_and_the_page_says_so(
    remove: Remove, plan: Cadence, calendar: Calendar, alice_client: Client
) -> None:
    with clock.at(calendar.now):
        for _ in range(plan.steps.count()):
            remove(0)
        page = alice_client.get(f"/b/{plan.business.slug}/settings/plans/{plan.pk}/").text

    assert "Nothing comes next" in page
    calendar.days(95)
    assert letters() == []
    assert Enrolment.objects.get(cadence=plan).state == "finished"
