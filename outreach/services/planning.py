"""What the owner does with plans: makes them, changes their steps, looks at what is coming."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses import clock
from businesses.models import Business
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import LeftInPeace
from outreach.beginnings import ABOUT_A_DAY, OF_ONES_OWN
from outreach.cadences import PLANS, Plan, fields_of, mail_kind_of
from outreach.carried import FIELD, as_read
from outreach.models import (
    Answers,
    Cadence,
    CadenceStep,
    Condition,
    Enrolment,
    StepKind,
    Timing,
    Trigger,
)
from outreach.models.cadence import LONGEST_BEFORE, LONGEST_DELAY
from outreach.preview import OWN_LINK
from outreach.services.cadences import enrol, first_form_of
from outreach.services.replanning import plan_again
from outreach.services.standing import standing_of
from outreach.timing import step_due
from outreach.words import checked_words, filled, refuse_misplaced_button
from outreach.writing import subject_as_sent

MOST_PLANS = 50
MOST_STEPS = 12
# Plans about a person. All others are about something that happens.
BY_HAND = frozenset({Trigger.BY_HAND, Trigger.TOUCH_DUE, Trigger.PARTNER_QUIET})
_SAID = ("days", "timing", "condition", "subject", "words", "automatic")
# More than this nobody reads before a week is over.
MOST_COMING = 200


class DelayOutOfRange(Refusal):
    message = "Choose a number of days from 0 to 730."
    code = "delay_out_of_range"
    status = 422


class NoDayToCountBack(Refusal):
    message = "Only a plan about somebody's day of the year can count back from a day."
    code = "no_day_to_count_back"
    status = 422


class NotForOwnPlans(Refusal):
    message = "A plan of your own cannot begin with that; the one that is there can be changed."
    code = "trigger_not_for_own_plans"
    status = 422


class AnswersWithoutFeedback(Refusal):
    message = "Only a plan that begins with an answer can choose which answers."
    code = "answers_without_feedback"
    status = 422


class TooManySteps(Refusal):
    message = "A plan has twelve steps at most."
    code = "too_many_steps"
    status = 422


class OnlyLettersLeave(Refusal):
    message = "A reminder is for you; only a letter can leave by itself."
    code = "only_letters_leave"
    status = 422


class NameMissing(Refusal):
    message = "Please give the plan a name."
    code = "plan_name_missing"
    status = 422


class TooManyPlans(Refusal):
    message = "There are fifty plans, and more nobody can keep in mind."
    code = "too_many_plans"
    status = 422


class NotByHand(Refusal):
    message = "This plan begins by itself, when the thing happens that it is about."
    code = "not_by_hand"


class NothingToDo(Refusal):
    message = "This plan has no step yet, so there is nothing to begin."
    code = "plan_without_steps"


@dataclass(frozen=True, slots=True)
class Coming:
    """A step that will be taken, to whom, in which words; or why not, as things stand."""

    at: datetime
    enrolment: Enrolment
    step: CadenceStep
    subject: str
    words: str
    why_not: str


def add_cadence(
    *,
    business: Business,
    name: str,
    trigger: str = Trigger.BY_HAND,
    answers: str = Answers.ANY,
    by: Actor,
    now: datetime,
) -> Cadence:
    """A plan of the owner's own, begun by hand or by what happens; the same again is the one there.

    Raises `NameMissing`, `NotForOwnPlans`, `AnswersWithoutFeedback`, `TooManyPlans`.
    """
    name = " ".join(name.replace("\0", "").split())[:100]
    if not name:
        raise NameMissing
    if trigger not in OF_ONES_OWN:
        raise NotForOwnPlans
    if answers != Answers.ANY and trigger != Trigger.FEEDBACK:
        raise AnswersWithoutFeedback
    if Cadence.objects.count() >= MOST_PLANS:
        raise TooManyPlans
    told = {"name": name, "trigger": trigger, "answers": answers}
    same = Cadence.objects.filter(**told, key="").first()
    if same is not None:
        return same
    cadence = Cadence.objects.create(**told, business=business, position=len(PLANS), created_at=now)
    _record(cadence, by, now, ["name"])
    return cadence


def begin_by_hand(*, cadence: Cadence, contact: Contact, by: Actor, now: datetime) -> Enrolment:
    """Put somebody on a plan that is about a person; once a day, however often it is pressed.

    Raises `NotByHand` for one that only an introduction, an ask or thanks can begin, and
    `NothingToDo` for one without a step; `LeftInPeace`.
    """
    if cadence.trigger not in BY_HAND:
        raise NotByHand
    if contact.rests:
        raise LeftInPeace
    day = clock.today(cadence.business, now).isoformat()
    dedupe = f"by_hand:{contact.pk}:{day}"
    begun = enrol(cadence=cadence, contact=contact, subject=contact, dedupe=dedupe, by=by, now=now)
    known = begun or Enrolment.objects.filter(cadence=cadence, dedupe=dedupe).first()
    if known is None:
        raise NothingToDo
    return known


def switch_cadence(*, cadence: Cadence, is_on: bool, by: Actor, now: datetime) -> Cadence:
    """On: it begins when its time comes. Off: for nobody new; who is on it stays on it."""
    cadence = locked(cadence)
    if cadence.is_on != is_on:
        cadence.is_on = is_on
        cadence.save(update_fields=["is_on"])
        _record(cadence, by, now, ["is_on"])
    return cadence


def change_step(
    *,
    step: CadenceStep,
    days: int,
    subject: str,
    words: str,
    automatic: bool = False,
    timing: str | None = None,
    condition: str | None = None,
    by: Actor,
    now: datetime,
) -> CadenceStep:
    """Other days, words or condition, for everybody to whom this step has not been done yet.

    Whoever waits for it waits until the new day. Without `timing` or `condition` that stays.
    Raises `WordsMissing`, `UnknownField`, `DelayOutOfRange`, `OnlyLettersLeave`,
    `NoDayToCountBack`.
    """
    step = locked(step)
    if automatic and step.kind != StepKind.LETTER:
        raise OnlyLettersLeave
    before, when = _said_by(step), (step.days, step.timing)
    step.timing = Timing(timing or step.timing)
    step.condition = Condition(condition or step.condition)
    step.days, step.subject, step.words = _checked(step, days, subject, words)
    step.automatic = automatic
    if _said_by(step) != before:
        step.save(update_fields=_SAID)
        _record(step.cadence, by, now, ["steps"])
    if (step.days, step.timing) != when:
        plan_again(step=step, now=now)
    return step


def restore_step(*, step: CadenceStep, by: Actor, now: datetime) -> CadenceStep:
    """As it was at first. One that somebody added has no first form and stays as it is."""
    plan = _first_form(step.cadence)
    if plan is None or step.position >= len(plan.steps):
        return step
    first = plan.steps[step.position]
    if step.kind != first.kind:
        # It stands in the place of one that was removed.
        return step
    return change_step(
        step=step,
        days=first.days,
        subject=first.subject,
        words=first.words,
        automatic=first.automatic,
        timing=first.timing,
        condition=first.condition,
        by=by,
        now=now,
    )


def restore_cadence(*, cadence: Cadence, by: Actor, now: datetime) -> Cadence:
    """All its steps as they were at first: removed ones are there again, added ones are gone.

    A plan of the owner's own has no first form and stays as it is.
    """
    cadence = locked(cadence)
    plan = _first_form(cadence)
    if plan is None:
        return cadence
    kinds = {place: first.kind for place, first in enumerate(plan.steps)}
    steps = list(cadence.steps.select_related("cadence__business"))
    own = [step.pk for step in steps if kinds.get(step.position) != step.kind]
    CadenceStep.objects.filter(pk__in=own).delete()
    kept = {step.position: step for step in steps if step.pk not in own}
    gone = [place for place in kinds if place not in kept]
    CadenceStep.objects.bulk_create(
        first_form_of(plan.steps[place], cadence=cadence, place=place, now=now) for place in gone
    )
    if own or gone:
        _record(cadence, by, now, ["steps"])
    for step in kept.values():
        restore_step(step=step, by=by, now=now)
    return cadence


def _first_form(cadence: Cadence) -> Plan | None:
    return next((plan for plan in PLANS if plan.key == cadence.key), None)


def add_step(
    *,
    cadence: Cadence,
    kind: StepKind,
    days: int,
    subject: str,
    words: str,
    timing: str = Timing.AFTER,
    condition: str = Condition.ALWAYS,
    by: Actor,
    now: datetime,
) -> CadenceStep:
    """One more step at the end; the same one again at once is a second press.

    Raises what `change_step` raises, and `TooManySteps`.
    """
    cadence = locked(cadence)
    last = cadence.steps.order_by("-position").first()
    step = CadenceStep(
        business=cadence.business,
        cadence=cadence,
        position=last.position + 1 if last else 0,
        kind=kind,
        timing=timing,
        condition=condition,
        created_at=now,
    )
    step.days, step.subject, step.words = _checked(step, days, subject, words)
    if last is not None and now - last.created_at < SAME_PRESS and _says_the_same(last, step):
        return last
    if cadence.steps.count() >= MOST_STEPS:
        raise TooManySteps
    step.save()
    _record(cadence, by, now, ["steps"])
    return step


def remove_step(*, step: CadenceStep, by: Actor, now: datetime) -> None:
    """Nobody comes to this step any more. What it did already stays."""
    cadence = locked(step.cadence)
    CadenceStep.objects.filter(pk=step.pk).delete()
    _record(cadence, by, now, ["steps"])


def what_is_coming(*, business: Business, now: datetime, until: datetime) -> Sequence[Coming]:
    """Each step that falls due by then, in order, as things stand now; nothing is changed.

    What a step further on will be depends on what people do meanwhile, and this supposes nothing.
    """
    due = Enrolment.objects.active().filter(due_at__lte=until).for_list()
    enrolments = list(due.order_by("due_at", "id")[:MOST_COMING])
    standing = standing_of(business=business, enrolments=enrolments, now=now)
    coming = []
    for enrolment in enrolments:
        stands, at = standing[enrolment.pk], enrolment.due_at or now
        for step in sorted(enrolment.cadence.steps.all(), key=lambda one: one.position):
            if step.position < (enrolment.next_position or 0):
                continue
            if step.position > (enrolment.next_position or 0):
                at = step_due(step, business=business, after=at, anchor_on=enrolment.anchor_on)
            if at > until:
                break
            coming.append(
                Coming(
                    at=max(at, now),
                    enrolment=enrolment,
                    step=step,
                    subject=subject_as_sent(
                        filled(step.subject, stands.fields),
                        mail_kind_of(enrolment.cadence.trigger),
                    ),
                    words=filled(as_read(step.words, OWN_LINK), stands.fields),
                    why_not=stands.over or stands.why_skipped(step),
                )
            )
    return sorted(coming, key=lambda one: one.at)


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
    return days, line, said


def _says_the_same(one: CadenceStep, other: CadenceStep) -> bool:
    return one.kind == other.kind and _said_by(one) == _said_by(other)


def _said_by(step: CadenceStep) -> tuple[object, ...]:
    return tuple(getattr(step, name) for name in _SAID)


def _record(cadence: Cadence, by: Actor, now: datetime, fields: list[str]) -> None:
    record_event(
        business=cadence.business,
        name="plan.changed",
        actor=by,
        subject=cadence,
        payload={"plan": cadence.key or "own", "fields": fields},
        now=now,
    )
