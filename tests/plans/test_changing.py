"""A plan's steps are changed: their days, how these count, in which case; and back again."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.services import log_interaction
from outreach.models import Cadence, CadenceStep, Enrolment, StepTaken
from outreach.services import ensure_cadences
from referrals.models import Referral
from tests.api.client import ApiClient, refusal, with_a_key
from tests.plans.conftest import Calendar
from tests.referrals.factories import moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(business: Business, calendar: Calendar) -> Cadence:
    ensure_cadences(business=business, now=calendar.now)
    return Cadence.objects.get(key="follow_up_handshake")


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


def page_of(plan: Cadence) -> str:
    return f"/b/{plan.business.slug}/settings/plans/{plan.pk}/"


def step_of(plan: Cadence, position: int) -> CadenceStep:
    return plan.steps.get(position=position)


def on(plan: Cadence) -> Enrolment:
    return Enrolment.objects.get(cadence=plan)


def kept(client: Client, step: CadenceStep, **other: str) -> int:
    told = {
        "days": str(step.days),
        "timing": step.timing,
        "condition": step.condition,
        "reminder_kind": step.reminder_kind,
        "subject": step.subject,
        "words": step.words,
    }
    return client.post(f"{page_of(step.cadence)}{step.pk}/", {**told, **other}).status_code


def test_each_step_says_when_and_in_which_case(alice_client: Client, plan: Cadence) -> None:
    page = alice_client.get(page_of(plan)).text

    assert "6 days after it begins, then on the next working morning, only if you have not" in page
    assert "14 days after the step before, only if you have not been in touch since" in page
    assert "It is for whoever was introduced to you. It ends by itself as soon as" in page


def test_whoever_waits_for_a_step_waits_until_its_new_day(
    alice_client: Client, referral: Referral, plan: Cadence, calendar: Calendar
) -> None:
    assert on(plan).due_at is not None

    with clock.at(calendar.now):
        assert kept(alice_client, step_of(plan, 0), days="3", timing="after") == 302

    # Introduced on Tuesday the 1st; nine in the morning in Stockholm.
    assert str(on(plan).due_at) == "2026-09-04 07:00:00+00:00"


def test_a_new_day_that_is_over_is_the_next_morning(
    alice_client: Client, referral: Referral, plan: Cadence, calendar: Calendar
) -> None:
    now = calendar.days(4)

    with clock.at(now):
        kept(alice_client, step_of(plan, 0), days="1")

    # A Monday: the step is for working mornings, and the next one is a Sunday's.
    assert str(on(plan).due_at) == "2026-09-07 07:00:00+00:00"
    assert not StepTaken.objects.filter(enrolment__cadence=plan).exists()


def test_a_step_further_on_changes_nothing_for_whoever_waits_for_another(
    alice_client: Client, referral: Referral, plan: Cadence, calendar: Calendar
) -> None:
    before = on(plan).due_at

    with clock.at(calendar.now):
        kept(alice_client, step_of(plan, 1), days="1")

    assert on(plan).due_at == before


def test_a_step_without_a_condition_is_taken_after_a_call_as_well(
    alice_client: Client, referral: Referral, plan: Cadence, calendar: Calendar, by_alice: Actor
) -> None:
    kept(alice_client, step_of(plan, 0), condition="always")
    log_interaction(
        contact=referral.contact, kind="call", by=by_alice, now=calendar.now + timedelta(hours=1)
    )

    calendar.days(10)

    assert StepTaken.objects.get(enrolment=on(plan), position=0).outcome == "drafted"


def test_only_a_plan_about_a_day_counts_back(
    alice_client: Client, api: ApiClient, plan: Cadence
) -> None:
    yearly = Cadence.objects.get(key="yearly_letter")

    assert kept(alice_client, step_of(plan, 0), timing="before") == 422
    answer = api.patch(f"/plans/{plan.pk}/steps/{step_of(plan, 0).pk}", {"timing": "before"})
    assert refusal(answer) == (422, "no_day_to_count_back")
    assert kept(alice_client, step_of(yearly, 0), days="30") == 302
    assert "30 days before the day itself" in alice_client.get(page_of(yearly)).text
    assert kept(alice_client, step_of(yearly, 0), days="181") == 422


def test_a_step_is_added_with_its_own_days_and_case(
    alice_client: Client, api: ApiClient, plan: Cadence
) -> None:
    form = {"days": "2", "timing": "working_day", "condition": "no_touch", "words": "Ring them"}
    form["reminder_kind"] = "keep_in_touch"
    alice_client.post(f"{page_of(plan)}new/?kind=reminder", form)
    told = api.post(f"/plans/{plan.pk}/steps", {**form, "days": 5, "kind": "reminder"}).json()

    added = step_of(plan, 2)
    assert (added.timing, added.condition) == ("working_day", "no_touch")
    assert (told["days"], told["timing"], told["condition"]) == (5, "working_day", "no_touch")


def test_one_step_goes_back_to_the_original_by_rest_too(
    alice_client: Client, api: ApiClient, plan: Cadence
) -> None:
    step = step_of(plan, 0)
    kept(alice_client, step, days="1", timing="after", condition="always")

    told = api.post(f"/plans/{plan.pk}/steps/{step.pk}/restore").json()

    assert (told["days"], told["timing"], told["condition"]) == (6, "working_day", "no_touch")


def test_the_page_says_what_comes_next_and_so_does_the_api(
    alice_client: Client, api: ApiClient, referral: Referral, plan: Cadence, calendar: Calendar
) -> None:
    page = " ".join(alice_client.get(page_of(plan)).text.split())
    [told] = api.get(f"/enrolments?plan_id={plan.pk}").json()["results"]

    assert ", “Shall we find a time to talk?”" in page
    assert told["next_step_id"] == str(step_of(plan, 0).pk)


def test_the_whole_plan_goes_back_to_the_original(
    alice_client: Client, plan: Cadence, api: ApiClient
) -> None:
    def steps() -> list[tuple[object, ...]]:
        names = ("position", "kind", "days", "timing", "condition", "subject", "words")
        return list(plan.steps.order_by("position").values_list(*names))

    at_first = steps()
    for back in (
        lambda: alice_client.post(f"{page_of(plan)}restore/"),
        lambda: api.post(f"/plans/{plan.pk}/restore"),
    ):
        kept(alice_client, step_of(plan, 0), days="1", timing="after", condition="always")
        alice_client.post(f"{page_of(plan)}{step_of(plan, 1).pk}/remove/")
        letter = {"days": 3, "kind": "letter", "subject": "Hi", "words": "Hello"}
        for _ in range(2):
            api.post(f"/plans/{plan.pk}/steps", letter)
        assert steps() != at_first

        back()

        assert steps() == at_first


def test_news_of_a_step_lets_the_advocates_silence_begin_anew(
    referral: Referral, calendar: Calendar
) -> None:
    calendar.jump(days=20)
    moved(referral, "met", calendar.now)
    calendar.work()
    taken = StepTaken.objects.filter(enrolment__cadence__key="tell_advocate")

    calendar.jump(days=25)
    assert not taken.exists()

    calendar.jump(days=8)
    assert taken.count() == 1
