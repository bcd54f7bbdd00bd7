"""What the owner does with plans: other words and days, on and off, a look at what is coming."""

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
from outreach.cadences import PLANS, fields_of
from outreach.models import Cadence, CadenceStep, Enrolment, StepKind, Trigger
from outreach.models.cadence import LONGEST_DELAY
from outreach.services.cadences import enrol
from outreach.services.standing import standing_of
from outreach.timing import step_due
from outreach.words import checked_words, filled

MOST_PLANS = 50
MOST_STEPS = 12
# Plans about a person. All others are about something that happens.
BY_HAND = frozenset({Trigger.BY_HAND, Trigger.TOUCH_DUE, Trigger.PARTNER_QUIET})
# More than this nobody reads before a week is over.
MOST_COMING = 200


class DelayOutOfRange(Refusal):
    message = "Choose a number of days from 0 to 730."
    code = "delay_out_of_range"
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
    message = "This plan begins by itself, with an introduction, an ask or thanks that are owed."
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


def add_cadence(*, business: Business, name: str, by: Actor, now: datetime) -> Cadence:
    """A plan of the owner's own, begun by hand. Raises `NameMissing`, `TooManyPlans`."""
    name = " ".join(name.replace("\0", "").split())[:100]
    if not name:
        raise NameMissing
    if Cadence.objects.count() >= MOST_PLANS:
        raise TooManyPlans
    same = Cadence.objects.filter(name=name, trigger=Trigger.BY_HAND, key="").first()
    if same is not None:
        return same
    cadence = Cadence.objects.create(
        business=business, name=name, trigger=Trigger.BY_HAND, position=len(PLANS), created_at=now
    )
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
    by: Actor,
    now: datetime,
) -> CadenceStep:
    """Other days or words, for everybody who has not come to this step yet.

    Raises `WordsMissing`, `UnknownField`, `DelayOutOfRange`, `OnlyLettersLeave`.
    """
    step = locked(step)
    if automatic and step.kind != StepKind.LETTER:
        raise OnlyLettersLeave
    before = (step.days, step.subject, step.words, step.automatic)
    step.days, step.subject, step.words = _checked(step, days, subject, words)
    step.automatic = automatic
    if (step.days, step.subject, step.words, step.automatic) != before:
        step.save(update_fields=["days", "subject", "words", "automatic"])
        _record(step.cadence, by, now, ["steps"])
    return step


def restore_step(*, step: CadenceStep, by: Actor, now: datetime) -> CadenceStep:
    """As it was at first. One that somebody added has no first form and stays as it is."""
    plan = next((plan for plan in PLANS if plan.key == step.cadence.key), None)
    if plan is None or step.position >= len(plan.steps):
        return step
    first = plan.steps[step.position]
    return change_step(
        step=step,
        days=first.days,
        subject=first.subject,
        words=first.words,
        automatic=first.automatic,
        by=by,
        now=now,
    )


def add_step(
    *,
    cadence: Cadence,
    kind: StepKind,
    days: int,
    subject: str,
    words: str,
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
    standing = standing_of(business=business, enrolments=enrolments)
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
                    subject=filled(step.subject, stands.fields),
                    words=filled(step.words, stands.fields),
                    why_not=stands.over or stands.why_skipped(step),
                )
            )
    return sorted(coming, key=lambda one: one.at)


def _checked(step: CadenceStep, days: int, subject: str, words: str) -> tuple[int, str, str]:
    if not 0 <= days <= LONGEST_DELAY:
        raise DelayOutOfRange
    known = fields_of(step.cadence.trigger)
    line = ""
    if step.kind == StepKind.LETTER:
        line = " ".join(checked_words(subject, known).split())[:200]
    return days, line, checked_words(words, known)[:4000]


def _says_the_same(one: CadenceStep, other: CadenceStep) -> bool:
    fields = ("kind", "days", "subject", "words")
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def _record(cadence: Cadence, by: Actor, now: datetime, fields: list[str]) -> None:
    record_event(
        business=cadence.business,
        name="plan.changed",
        actor=by,
        subject=cadence,
        payload={"plan": cadence.key or "own", "fields": fields},
        now=now,
    )
