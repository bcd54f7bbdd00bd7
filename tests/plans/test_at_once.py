"""Two sweeps at once take a step once; what a plan has sent goes back with it while it waits."""

import threading
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from activity.actors import SYSTEM, Actor
from businesses.models import Business, User
from businesses.tenancy import transaction_for
from contacts.models import Contact
from outreach.models import Enrolment, Message, StepKind, StepTaken
from outreach.services import send_draft, stop_enrolment, take_due_steps
from outreach.services.steps import take_step
from referrals.models import Referral
from tests.outreach.factories import a_contact, acting
from tests.plans.conftest import START, Calendar
from tests.plans.test_many_at_once import a_plan, all_on


@pytest.fixture
def somebody(business: Business) -> Contact:
    return a_contact(business)


def sweep_beside() -> threading.Thread:
    def run() -> None:
        try:
            take_due_steps(now=START)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_step_that_another_is_just_taking_is_neither_waited_for_nor_put_off(
    business: Business,
) -> None:
    with acting(business):
        all_on(a_plan(business, StepKind.REMINDER, StepKind.REMINDER), [a_contact(business)])

    with transaction_for(business.pk):
        [enrolment] = Enrolment.objects.select_related("business", "cadence", "contact")
        Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
        take_step(enrolment, START)
        other = sweep_beside()
        other.join(5)
        waited = other.is_alive()
    other.join()

    with acting(business):
        enrolment.refresh_from_db()
        assert not waited
        assert (enrolment.taken.count(), enrolment.attempts) == (1, 0)


@pytest.mark.django_db
def test_what_is_kept_of_a_step_is_not_done_again(business: Business, somebody: Contact) -> None:
    all_on(a_plan(business, StepKind.LETTER, StepKind.LETTER), [somebody])
    take_due_steps(now=START)
    Enrolment.objects.update(next_position=1, due_at=START)

    take_due_steps(now=START)

    assert StepTaken.objects.count() == Message.objects.count() == 1
    assert Enrolment.objects.get().next_position == 2


@pytest.mark.django_db
def test_the_database_itself_keeps_a_step_once(business: Business, somebody: Contact) -> None:
    all_on(a_plan(business, StepKind.LETTER), [somebody])
    take_due_steps(now=START)
    again = StepTaken.objects.get()
    again.pk, again._state.adding = Enrolment.objects.get().pk, True

    with pytest.raises(IntegrityError, match="step_taken_once"), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.django_db
def test_an_approved_letter_that_waits_is_called_back_when_its_plan_is_stopped(
    referral: Referral, calendar: Calendar, alice: User, by_alice: Actor
) -> None:
    now: datetime = calendar.days(10)
    draft = StepTaken.objects.get(enrolment__cadence__key="follow_up_handshake")
    send_draft(draft=draft, by=by_alice, sender=alice, now=now)

    stop_enrolment(enrolment=draft.enrolment, reason="", by=SYSTEM, now=now)

    assert Message.objects.get(kind="plan_letter").state == "cancelled"
