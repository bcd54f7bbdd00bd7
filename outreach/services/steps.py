"""Taking the steps of follow-up plans that are due."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from activity.actors import SYSTEM
from businesses import clock
from businesses.tenancy import transaction_across_businesses, transaction_for
from outreach.models import (
    CadenceStep,
    Enrolment,
    EnrolmentState,
    Outcome,
    Reminder,
    StepKind,
    StepTaken,
    Subject,
)
from outreach.senders import owner_of
from outreach.services.cadences import close_enrolment
from outreach.services.drafts import send_words
from outreach.services.reminders import add_reminder
from outreach.services.standing import Standing, standing_of
from outreach.timing import step_due
from outreach.words import filled

log = structlog.get_logger(__name__)

BATCH = 200
# A step that fails is tried again, each time after longer; then its plan is stopped, with a word.
TRY_AGAIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12))
FAILED = "Something went wrong on our side, so this plan was stopped."


def take_due_steps(*, now: datetime, at_most: int = BATCH) -> int:
    """Take each step that is due, in a transaction of its own; how many plans were looked at."""
    with transaction_across_businesses():
        due = list(
            Enrolment.objects.due(now).order_by("due_at").values_list("business_id", "id")[:at_most]
        )
    for business_id, enrolment_id in due:
        try:
            with transaction_for(business_id):
                _with_locked(enrolment_id, now, take_step)
        except Exception:  # One plan in trouble must not keep the others.
            log.exception("plan.step_failed", enrolment=str(enrolment_id))
            with transaction_for(business_id):
                _with_locked(enrolment_id, now, _put_off)
    return len(due)


def _with_locked(key: UUID, now: datetime, act: Callable[[Enrolment, datetime], object]) -> None:
    """Do it with the row locked, unless another worker has it or has taken the step."""
    enrolment = (
        Enrolment.objects.due(now)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("business", "cadence", "contact")
        .filter(pk=key)
        .first()
    )
    if enrolment is not None:
        act(enrolment, now)


def _put_off(enrolment: Enrolment, now: datetime) -> None:
    if enrolment.attempts >= len(TRY_AGAIN):
        close_enrolment(enrolment, EnrolmentState.STOPPED, FAILED, SYSTEM, now)
        return
    enrolment.due_at = now + TRY_AGAIN[enrolment.attempts]
    enrolment.attempts += 1
    enrolment.save(update_fields=["due_at", "attempts"])


def take_step(enrolment: Enrolment, now: datetime) -> None:
    """The step that is due, in the caller's transaction, with the row locked; then the next waits.

    A plan whose purpose is met is stopped instead. What is already kept of this step is not done
    again: the row of a taken step is unique.
    """
    standing = standing_of(business=enrolment.business, enrolments=[enrolment])[enrolment.pk]
    if standing.over:
        close_enrolment(enrolment, EnrolmentState.STOPPED, standing.over, SYSTEM, now)
        return
    steps = list(enrolment.cadence.steps.order_by("position"))
    step = next((one for one in steps if one.position >= (enrolment.next_position or 0)), None)
    if step is not None and not enrolment.taken.filter(position=step.position).exists():
        _take(standing, step, now)
    following = next((one for one in steps if step and one.position > step.position), None)
    if following is None:
        close_enrolment(enrolment, EnrolmentState.FINISHED, "", SYSTEM, now)
        return
    enrolment.next_position = following.position
    enrolment.attempts = 0
    enrolment.due_at = step_due(
        following, business=enrolment.business, after=now, anchor_on=enrolment.anchor_on
    )
    enrolment.save(update_fields=["next_position", "due_at", "attempts"])


def _take(standing: Standing, step: CadenceStep, now: datetime) -> None:
    enrolment, reason = standing.enrolment, standing.why_skipped(step)
    taken = StepTaken(
        business=enrolment.business,
        enrolment=enrolment,
        position=step.position,
        outcome=_outcome(step, reason),
        reason=reason,
        subject="" if reason else filled(step.subject, standing.fields)[:200],
        words="" if reason else filled(step.words, standing.fields),
        settled_at=None if step.waits_for_a_look and not reason else now,
        created_at=now,
    )
    taken.save()
    if taken.outcome == Outcome.SENT:
        send_words(taken=taken, by=SYSTEM, sender=owner_of(enrolment.business), now=now)
    elif taken.outcome != Outcome.SKIPPED:
        taken.reminder = _remind(enrolment, step, taken, now)
        taken.save(update_fields=["reminder"])


def _outcome(step: CadenceStep, reason: str) -> Outcome:
    if reason:
        return Outcome.SKIPPED
    if step.kind == StepKind.REMINDER:
        return Outcome.REMINDED
    return Outcome.SENT if step.automatic else Outcome.DRAFTED


def _remind(enrolment: Enrolment, step: CadenceStep, taken: StepTaken, now: datetime) -> Reminder:
    """A draft's reminder leads to the draft; any other to what the plan is about."""
    is_draft = taken.outcome == Outcome.DRAFTED
    about = Subject.of(taken) if is_draft else enrolment.about
    return add_reminder(
        business=enrolment.business,
        kind=step.reminder_kind,
        contact=enrolment.contact,
        subject=about,
        due_on=clock.today(enrolment.business, now),
        text=f"A letter waits for your look: {taken.subject}" if is_draft else taken.words[:300],
        dedupe=f"plan:{enrolment.pk}:{step.position}",
        by=SYSTEM,
        now=now,
    )
