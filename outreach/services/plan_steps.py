"""What the owner changes in the steps of a plan: their days and words, which there are."""

from copy import copy
from datetime import datetime

from activity.actors import Actor
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from outreach.beginnings import ABOUT_A_DAY
from outreach.cadences import PLANS, Plan, Step, fields_of
from outreach.carried import BRACED, FIELD, carries
from outreach.models import (
    Cadence,
    CadenceStep,
    Condition,
    Enrolment,
    ReminderKind,
    StepKind,
    Timing,
)
from outreach.models.cadence import LONGEST_BEFORE, LONGEST_DELAY
from outreach.services.plan_order import ADDED, place_beyond, record_change
from outreach.services.replanning import plan_again
from outreach.words import FieldMissing, checked_words, refuse_misplaced_button

MOST_STEPS = 12
_SAID = ("days", "timing", "condition", "subject", "words", "automatic", "reminder_kind")


class DelayOutOfRange(Refusal):
    message = "Choose a number of days from 0 to 730."
    code = "delay_out_of_range"
    status = 422


class NoDayToCountBack(Refusal):
    message = "Only a plan about somebody's day of the year can count back from a day."
    code = "no_day_to_count_back"
    status = 422


class TooManySteps(Refusal):
    message = "A plan has twelve steps at most."
    code = "too_many_steps"
    status = 422


class OnlyLettersLeave(Refusal):
    message = "A reminder is for you; only a letter can leave by itself."
    code = "only_letters_leave"
    status = 422


def change_step(
    *,
    step: CadenceStep,
    days: int,
    subject: str,
    words: str,
    automatic: bool = False,
    timing: str | None = None,
    condition: str | None = None,
    reminder_kind: str | None = None,
    by: Actor,
    now: datetime,
) -> CadenceStep:
    """Other days, words or condition, for everybody to whom this step has not been done yet.

    Whoever waits for it waits until the new day. `reminder_kind`: on which list it stands. Without
    `timing`, `condition` or `reminder_kind` that stays.
    Raises `WordsMissing`, `UnknownField`, `DelayOutOfRange`, `OnlyLettersLeave`,
    `NoDayToCountBack`, and `FieldMissing` where the question would come without its button.
    """
    step = locked(step)
    if automatic and step.kind != StepKind.LETTER:
        raise OnlyLettersLeave
    before, when = _said_by(step), (step.days, step.timing)
    step.timing = Timing(timing or step.timing)
    step.condition = Condition(condition or step.condition)
    step.reminder_kind = ReminderKind(reminder_kind or step.reminder_kind)
    step.days, step.subject, step.words = _checked(step, days, subject, words)
    step.automatic = automatic
    if _said_by(step) != before:
        step.save(update_fields=_SAID)
        record_change(step.cadence, by, now, ["steps"])
    if (step.days, step.timing) != when:
        plan_again(step=step, now=now)
    return step


def add_step(
    *,
    cadence: Cadence,
    kind: StepKind,
    days: int,
    subject: str,
    words: str,
    timing: str = Timing.AFTER,
    condition: str = Condition.ALWAYS,
    reminder_kind: str | None = None,
    by: Actor,
    now: datetime,
) -> CadenceStep:
    """One more step at the end; the same one again at once is a second press.

    Whoever waits for the end of the plan waits for it.

    Raises what `change_step` raises, and `TooManySteps`.
    """
    cadence = locked(cadence)
    last = cadence.steps.order_by("-position").first()
    step = CadenceStep(
        business=cadence.business,
        cadence=cadence,
        position=place_beyond(cadence),
        first_place=ADDED,
        kind=kind,
        timing=timing,
        condition=condition,
        reminder_kind=reminder_kind or ReminderKind.FOLLOW_UP,
        created_at=now,
    )
    step.days, step.subject, step.words = _checked(step, days, subject, words)
    if last is not None and now - last.created_at < SAME_PRESS and _says_the_same(last, step):
        return last
    if cadence.steps.count() >= MOST_STEPS:
        raise TooManySteps
    step.save()
    record_change(cadence, by, now, ["steps"])
    plan_again(step=step, now=now)
    return step


def remove_step(*, step: CadenceStep, by: Actor, now: datetime) -> None:
    """Nobody comes to this step any more; what it did already stays. A second press finds it gone.

    Whoever waited for it waits for the next one, until the day that this one has by itself.
    """
    cadence = locked(step.cadence)
    gone, _ = CadenceStep.objects.filter(pk=step.pk).delete()
    if not gone:
        return
    record_change(cadence, by, now, ["steps"])
    following = cadence.steps.filter(position__gt=step.position).order_by("position").first()
    if following is None:
        return
    # What went wrong with the one that is gone says nothing of the next.
    stuck = Enrolment.objects.active().filter(cadence=cadence, next_position=step.position)
    stuck.filter(attempts__gt=0).update(attempts=0)
    plan_again(step=following, now=now)


def reworded(*, step: CadenceStep, subject: str, words: str) -> CadenceStep:
    """The step in other words, checked as when they are kept; nothing is saved."""
    other = copy(step)
    _, other.subject, other.words = _checked(step, step.days, subject, words)
    return other


def first_form(cadence: Cadence) -> Plan | None:
    """The plan as it is at first; None for one of the owner's own."""
    return next((plan for plan in PLANS if plan.key == cadence.key), None)


def original_of(step: CadenceStep) -> Step | None:
    """What it was at first; None for one that somebody added."""
    plan, place = first_form(step.cadence), step.place_at_first
    if plan is None or not 0 <= place < len(plan.steps):
        return None
    first = plan.steps[place]
    # Of another kind it stands in the place of one that was removed.
    return first if first.kind == step.kind else None


def _checked(step: CadenceStep, days: int, subject: str, words: str) -> tuple[int, str, str]:
    if not 0 <= days <= LONGEST_DELAY:
        raise DelayOutOfRange
    if step.timing == Timing.BEFORE and step.cadence.trigger not in ABOUT_A_DAY:
        raise NoDayToCountBack
    if step.timing == Timing.BEFORE and days > LONGEST_BEFORE:
        raise DelayOutOfRange("Choose a number of days from 0 to 180.")
    known = fields_of(step.cadence.trigger)
    line = ""
    if step.kind == StepKind.LETTER:
        line = " ".join(checked_words(subject, known).split())[:200]
    else:
        known = {name: meaning for name, meaning in known.items() if name != FIELD}
    said = checked_words(words, known)[:4000]
    refuse_misplaced_button(subject, said)
    first = original_of(step)
    if first is not None and carries(first.words) and not carries(said):
        raise FieldMissing(f"{BRACED} is missing: without it nobody could answer.")
    return days, line, said


def _says_the_same(one: CadenceStep, other: CadenceStep) -> bool:
    return one.kind == other.kind and _said_by(one) == _said_by(other)


def _said_by(step: CadenceStep) -> tuple[object, ...]:
    return tuple(getattr(step, name) for name in _SAID)
