"""What is due on the same morning is done together: as few statements for many as for one."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM
from businesses.models import Business
from businesses.wake import Hint
from contacts.models import Contact
from contacts.services import add_contact
from contacts.states import Circle
from outreach.models import (
    Cadence,
    CadenceStep,
    Enrolment,
    JobRun,
    Message,
    MessageRecipient,
    Reminder,
    StepKind,
    StepTaken,
    Trigger,
)
from outreach.services import ensure_cadences, steps, suppress_by_hand, take_due_steps
from outreach.tasks import begin_plans_by_day, begin_plans_of_the_day
from referrals.services import record_sent_someone
from tests.contacts.factories import make_company
from tests.plans.conftest import START


@pytest.fixture
def people(business: Business) -> list[Contact]:
    return [
        add_contact(
            business=business, name=f"Person {n}", email=f"p{n}@many.example", by=SYSTEM, now=START
        )
        for n in range(30)
    ]


def a_plan(business: Business, *kinds: StepKind) -> Cadence:
    plan = Cadence.objects.create(business=business, name="Winter", trigger=Trigger.BY_HAND)
    for position, kind in enumerate(kinds, start=1):
        CadenceStep.objects.create(
            business=business,
            cadence=plan,
            position=position,
            kind=kind,
            days=10,
            automatic=kind == StepKind.LETTER,
            subject="A few words, {first_name}" if kind == StepKind.LETTER else "",
            words="Hello {first_name}.",
        )
    return plan


def all_on(plan: Cadence, people: list[Contact], *, due_at: datetime = START) -> None:
    for contact in people:
        Enrolment.objects.create(
            business=plan.business,
            cadence=plan,
            contact=contact,
            subject_label="contact",
            subject_id=contact.pk,
            dedupe=f"test:{contact.pk}",
            next_position=1,
            due_at=due_at,
            created_at=START - timedelta(days=10),
        )


@pytest.mark.parametrize("kind", [StepKind.LETTER, StepKind.REMINDER])
def test_thirty_cost_as_few_statements_as_two(
    business: Business, people: list[Contact], kind: StepKind
) -> None:
    plan = a_plan(business, kind, kind)
    counts = []
    for some in (people[:2], people[2:]):
        all_on(plan, some)
        with CaptureQueriesContext(connection) as queries:
            assert take_due_steps(now=START) == len(some)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert StepTaken.objects.count() == 30
    assert {one.next_position for one in Enrolment.objects.all()} == {2}


def test_more_than_a_batch_is_taken_in_one_sweep_and_others_are_called_to_help(
    business: Business, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "BATCH", 7)
    all_on(a_plan(business, StepKind.LETTER), people)

    with TestCase.captureOnCommitCallbacks() as woken:
        assert take_due_steps(now=START) == 30

    assert Message.objects.count() == StepTaken.objects.count() == 30
    assert Hint(steps.TAKE, ()) in woken


def test_of_steps_due_at_the_same_moment_the_eldest_is_taken_first(
    business: Business, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is on two plans gets one letter a day: which one is not left to chance."""
    monkeypatch.setattr(steps, "BATCH", 7)
    all_on(a_plan(business, StepKind.LETTER), people)

    take_due_steps(now=START)

    letters = Message.objects.order_by("id").values_list("subject_id", flat=True)
    assert list(letters) == list(Enrolment.objects.order_by("id").values_list("pk", flat=True))


def test_each_gets_their_own_words_and_who_wants_no_mail_gets_none(
    business: Business, people: list[Contact]
) -> None:
    plan = a_plan(business, StepKind.LETTER)
    suppress_by_hand(business=business, address=people[3].email, by=SYSTEM, now=START)
    all_on(plan, people)

    take_due_steps(now=START)

    rows = MessageRecipient.objects.select_related("message")
    letters = {row.address: row.message for row in rows}
    assert len(letters) == 29
    assert "p3@many.example" not in letters
    for number in (0, 29):
        letter = letters[f"p{number}@many.example"]
        assert letter.subject == "A few words, Person"
        assert "Hello Person." in letter.text
    taken = StepTaken.objects.get(enrolment__contact=people[3])
    assert (taken.outcome, taken.reason) == ("skipped", "Person wants no mail.")
    assert not Enrolment.objects.exclude(state="finished").exists()


def test_the_same_person_on_two_plans_gets_both(business: Business, people: list[Contact]) -> None:
    for _ in range(2):
        all_on(a_plan(business, StepKind.LETTER), people[:1])

    take_due_steps(now=START)

    assert Message.objects.count() == 2


def test_one_in_trouble_is_put_off_and_the_others_have_what_is_theirs(
    business: Business, people: list[Contact]
) -> None:
    all_on(a_plan(business, StepKind.REMINDER), people[1:])
    # It is about an ask that is not there.
    plan = a_plan(business, StepKind.REMINDER)
    Cadence.objects.filter(pk=plan.pk).update(trigger=Trigger.ASK_SENT)
    all_on(plan, people[:1], due_at=START - timedelta(hours=1))
    broken = Enrolment.objects.get(cadence=plan)

    take_due_steps(now=START)

    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == ("active", 1)
    assert Reminder.objects.count() == 29


def quiet_for_long(business: Business, some: list[Contact]) -> None:
    """Each of the inner circle, alone at a partner firm, and soon to get the yearly letter."""
    long_ago = START - timedelta(days=350)
    for contact in some:
        contact.circle, contact.next_touch_on = Circle.INNER, long_ago.date()
        contact.company = make_company(business, partner_since=long_ago.date())
        contact.save()
        record_sent_someone(
            business=business, name=f"Of {contact}", sender=contact, by=SYSTEM, now=long_ago
        )


@pytest.mark.parametrize("are_on", [True, False])
def test_looking_for_whom_a_day_begins_a_plan_costs_the_same_for_many_as_for_few(
    business: Business, people: list[Contact], are_on: bool
) -> None:
    """Both where nobody is put on one since it is off, and where all are on it already."""
    ensure_cadences(business=business, now=START)
    Cadence.objects.update(is_on=are_on)
    counts = []
    for some in (people[:2], people[2:]):
        quiet_for_long(business, some)
        assert begin_plans_of_the_day(now=START) == 3 * len(some) * are_on
        with CaptureQueriesContext(connection) as queries:
            assert begin_plans_of_the_day(now=START) == 0
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_one_business_in_trouble_keeps_no_other_from_beginning_plans(
    business: Business, other_business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted([business, other_business], key=lambda one: one.pk)
    begun: list[Business] = []

    def begin(*, business: Business, today: date, now: datetime) -> int:
        if business == first:
            raise ZeroDivisionError
        begun.append(business)
        return 1

    monkeypatch.setattr("outreach.tasks.begun_by_day", lambda: [begin])

    with pytest.raises(ZeroDivisionError):
        begin_plans_by_day()

    assert begun == [second]
    run = JobRun.objects.get(name="outreach.tasks.begin_plans_by_day")
    assert run.last_problem == "ZeroDivisionError"
