"""Follow-up plans: begun by what happens, one step at a time, over when their purpose is met."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, Max, OuterRef

from activity.actors import SYSTEM, Actor, ActorKind
from activity.models import Event
from activity.services import Occurrence, record_events
from activity.subjects import Subject
from businesses.inserting import insert_once
from businesses.models import Business
from businesses.moves import NotPossibleNow
from businesses.tenancy import locked
from contacts.models import Contact, Interaction
from contacts.services import keep_touch
from contacts.states import TOUCHES
from outreach.cadences import ONCE_EACH, PLANS, Plan, Step
from outreach.catalogue import PERSONAL
from outreach.models import (
    Answers,
    Cadence,
    CadenceStep,
    Condition,
    Enrolment,
    EnrolmentState,
    Message,
    Outcome,
    Reminder,
    ReminderKind,
    StepTaken,
    Trigger,
)
from outreach.querysets import EnrolmentQuerySet, StepTakenQuerySet
from outreach.services.queueing import cancel_letters, cancel_messages
from outreach.services.reminders import close_follow_ups, close_reminders_of
from outreach.services.standing import IN_TOUCH, what_is_over
from outreach.states import CANCELLABLE, MessageState, RecipientState
from outreach.timing import step_due

# Plans whose whole purpose is to be in touch again.
UNTIL_TOUCHED = frozenset({Trigger.TOUCH_DUE, Trigger.PARTNER_QUIET})
# Stands in the `dedupe` of what is over between what it began with and its own id.
FORMER = "~"


def ensure_cadences(*, business: Business, now: datetime) -> Sequence[Cadence]:
    """The business's plans, each with its steps; those that are there from the start are made."""
    found = list(Cadence.objects.order_by("position", "created_at").prefetch_related("steps"))
    known = {cadence.key for cadence in found}
    missing = [plan for plan in PLANS if plan.key not in known]
    if not missing:
        return found
    for plan in missing:
        _make(business, plan, now)
    return list(Cadence.objects.order_by("position", "created_at").prefetch_related("steps"))


def _make(business: Business, plan: Plan, now: datetime) -> None:
    cadence = Cadence(
        business=business,
        key=plan.key,
        name=plan.name,
        trigger=plan.trigger,
        position=PLANS.index(plan),
        created_at=now,
    )
    if not insert_once(cadence):
        return
    CadenceStep.objects.bulk_create(
        first_form_of(step, cadence=cadence, place=place, now=now)
        for place, step in enumerate(plan.steps)
    )


def first_form_of(step: Step, *, cadence: Cadence, place: int, now: datetime) -> CadenceStep:
    """A step as it is at first; not saved."""
    return CadenceStep(
        business=cadence.business,
        cadence=cadence,
        position=place,
        kind=step.kind,
        days=step.days,
        timing=step.timing,
        condition=step.condition,
        automatic=step.automatic,
        reminder_kind=step.list,
        subject=step.subject,
        words=step.words,
        created_at=now,
    )


def begin_plans(
    *,
    business: Business,
    trigger: Trigger,
    contact: Contact,
    subject: models.Model,
    dedupe: str,
    anchor_on: date | None = None,
    answer: Answers = Answers.ANY,
    since: datetime | None = None,
    now: datetime,
) -> Sequence[Enrolment]:
    """Begin every plan that is on and waits for this. The same `dedupe` begins each once, and anew
    where that which had ended it was taken back (`end_as_over`).

    `answer` says which it was, where an answer begins it; `since`, when it happened, where that is
    not now. From then its days count, and whether you were in touch.
    """
    begun = [
        enrol(
            cadence=cadence,
            contact=contact,
            subject=subject,
            dedupe=f"customer:{contact.pk}" if cadence.key in ONCE_EACH else dedupe,
            anchor_on=anchor_on,
            by=SYSTEM,
            since=since,
            now=now,
        )
        for cadence in plans_that_begin(business=business, trigger=trigger, now=now)
        if cadence.answers in {Answers.ANY, answer}
    ]
    return [enrolment for enrolment in begun if enrolment is not None]


def plans_that_begin(*, business: Business, trigger: Trigger, now: datetime) -> Sequence[Cadence]:
    """Those that are on, have a step, and begin with this."""
    plans = ensure_cadences(business=business, now=now)
    return [one for one in plans if one.is_on and one.trigger == trigger and one.steps.all()]


def enrol(
    *,
    cadence: Cadence,
    contact: Contact,
    subject: models.Model,
    dedupe: str,
    anchor_on: date | None = None,
    by: Actor,
    since: datetime | None = None,
    now: datetime,
) -> Enrolment | None:
    """Put somebody on a plan; None where it has no steps left, or has begun for the same thing.

    Nobody who is left in peace is put on one.
    """
    steps = [] if contact.rests else _steps_left(cadence, subject, dedupe)
    if not steps:
        return None
    first, began_at = steps[0], since or now
    enrolment = Enrolment(
        business=cadence.business,
        cadence=cadence,
        contact=contact,
        subject_label=str(subject._meta.model_name),
        subject_id=subject.pk,
        anchor_on=anchor_on,
        dedupe=dedupe,
        next_position=first.position,
        due_at=step_due(
            first, business=cadence.business, after=began_at, anchor_on=anchor_on, is_first=True
        ),
        created_at=began_at,
    )
    if not insert_once(enrolment):
        return None
    record_enrolment("plan.begun", enrolment, by, now)
    return enrolment


def _steps_left(cadence: Cadence, subject: models.Model, dedupe: str) -> list[CadenceStep]:
    """In their order; of a plan that begins anew those after the last letter of it that left."""
    former = Enrolment.objects.regarding(subject).filter(
        cadence=cadence, dedupe__startswith=f"{dedupe}{FORMER}"
    )
    left = StepTaken.objects.filter(
        enrolment__in=former, outcome=Outcome.SENT, message__isnull=False
    ).exclude(message__state__in=[MessageState.CANCELLED, MessageState.SUPPRESSED])
    last = left.aggregate(last=Max("position"))["last"]
    steps = [one for one in cadence.steps.all() if last is None or one.position > last]
    return sorted(steps, key=lambda step: step.position)


def stop_enrolment(*, enrolment: Enrolment, reason: str, by: Actor, now: datetime) -> Enrolment:
    """Nothing more is done of this plan for this person; what waits for a look waits no more.

    A second press finds it stopped. Raises `NotPossibleNow` for one that came to its end.
    """
    enrolment = locked(enrolment)
    if enrolment.state == EnrolmentState.STOPPED:
        return enrolment
    if enrolment.state == EnrolmentState.FINISHED:
        raise NotPossibleNow
    close_enrolment(enrolment, EnrolmentState.STOPPED, reason, by, now)
    return enrolment


def stop_plans_for(*, contact: Contact, reason: str, now: datetime) -> None:
    """Stop whatever goes on for this person."""
    rows = Enrolment.objects.active().filter(contact=contact).select_related("cadence", "contact")
    for enrolment in rows.select_for_update(of=("self",), no_key=True).order_by("id"):
        close_enrolment(enrolment, EnrolmentState.STOPPED, reason, SYSTEM, now)


def stop_what_is_over(*, subject: models.Model, now: datetime) -> int:
    """Stop the plans about this row whose purpose is met; how many.

    Also of one whose steps are all taken, what still waits for somebody is dropped.
    """
    count = 0
    rows = Enrolment.objects.regarding(subject).select_related("cadence", "contact", "business")
    for enrolment in rows.select_for_update(of=("self",), no_key=True).order_by("id"):
        over = what_is_over([enrolment])[enrolment.pk]
        if over:
            end_as_over(enrolment, over, now)
            count += 1
    return count


def end_as_over(enrolment: Enrolment, reason: str, now: datetime) -> None:
    """Its purpose is met, in the caller's transaction, with the row locked.

    Should that be taken back, the same thing begins the plan anew. Not one that somebody stopped.
    """
    if enrolment.state == EnrolmentState.STOPPED:
        return
    if enrolment.state == EnrolmentState.ACTIVE:
        close_enrolment(enrolment, EnrolmentState.STOPPED, reason, SYSTEM, now)
    else:
        drop_drafts(enrolment, reason, now)
    let_begin_anew(enrolment)


def let_begin_anew(enrolment: Enrolment) -> None:
    """What it began with may begin its plan once more."""
    if FORMER not in enrolment.dedupe:
        enrolment.dedupe = f"{enrolment.dedupe}{FORMER}{enrolment.pk.hex}"
        enrolment.save(update_fields=["dedupe"])


def close_enrolment(
    enrolment: Enrolment, state: EnrolmentState, reason: str, by: Actor, now: datetime
) -> None:
    """End it, in the caller's transaction, with the row locked."""
    enrolment.state = state
    enrolment.reason = reason[:200]
    enrolment.next_position = None
    enrolment.due_at = None
    enrolment.closed_at = now
    enrolment.save(update_fields=["state", "reason", "next_position", "due_at", "closed_at"])
    if state == EnrolmentState.STOPPED:
        drop_drafts(enrolment, reason, now)
    record_enrolment("plan.ended", enrolment, by, now)


def finish_enrolments(
    *, business: Business, enrolments: Sequence[Enrolment], now: datetime
) -> None:
    """They have come to their end, in the caller's transaction, with the rows locked."""
    if not enrolments:
        return
    Enrolment.objects.filter(pk__in=[one.pk for one in enrolments]).update(
        state=EnrolmentState.FINISHED, reason="", next_position=None, due_at=None, closed_at=now
    )
    for enrolment in enrolments:
        enrolment.state = EnrolmentState.FINISHED
    told = [_told("plan.ended", enrolment, SYSTEM) for enrolment in enrolments]
    record_events(business=business, occurrences=told, now=now)


def drop_drafts(enrolment: Enrolment, reason: str, now: datetime) -> None:
    """Its letters that wait for a look or for their time, and its reminders: no longer wanted."""
    drafts = enrolment.taken.waiting()
    drafts.update(outcome=Outcome.DISMISSED, reason=reason[:200], settled_at=now)
    given = Reminder.objects.open().filter(pk__in=enrolment.taken.values("reminder_id"))
    given.update(closed_at=now)
    cancel_messages(subject=enrolment, now=now)


def note_touch(*, event: Event, now: datetime) -> None:
    """Later than interaction.logged: what was only wanted in silence is no longer wanted.

    Nor is a reminder to follow them up.
    """
    touch = Interaction.objects.select_related("contact", "business").get(pk=event.subject_id)
    if touch.kind in TOUCHES:
        begun = Enrolment.objects.filter(created_at__lte=touch.created_at)
        _end_quiet(touch.contact, begun, touch.occurred_at)
        plans = begun.filter(created_at__lte=touch.occurred_at)
        _end_silence(touch.contact, plans, touch.occurred_at, now)
        close_follow_ups(contact=touch.contact, spoken_at=touch.occurred_at, now=now)


def note_letter(*, event: Event, now: datetime) -> None:
    """Later than message.sent: a letter that somebody wrote, or approved, is being in touch.

    What leaves by itself is not.
    """
    letter = Message.objects.get(pk=event.subject_id)
    if letter.kind not in PERSONAL or letter.sent_at is None:
        return
    cause = Event.objects.filter(pk=letter.cause_id).first()
    if cause is None or cause.actor_kind == ActorKind.SYSTEM:
        return
    about = Subject(letter.subject_label, letter.subject_id)
    reached = letter.recipients.filter(state__in=[RecipientState.SENT, RecipientState.DELIVERED])
    for recipient in reached.exclude(contact=None).select_related("contact__business"):
        assert recipient.contact is not None
        note_in_touch(contact=recipient.contact, about=about, at=letter.sent_at, now=now)


def note_in_touch(*, contact: Contact, about: Subject, at: datetime, now: datetime) -> None:
    """We were in touch at that moment, by something that is not logged: a letter, a card.

    Not for the plan that it belongs to, or that is about the same: its own letter is no reason to
    leave out its next step.
    """
    keep_touch(contact=contact, at=at)
    others = Enrolment.objects.filter(contact=contact).exclude(
        subject_label=about.label, subject_id=about.id
    )
    if about.label == Enrolment._meta.model_name:
        others = others.exclude(pk=about.id)
    _end_quiet(contact, others, at)
    others = others.filter(created_at__lte=at)
    others.filter(touched_at=None).update(touched_at=at)
    _end_silence(contact, others, at, now)


def _end_quiet(contact: Contact, plans: EnrolmentQuerySet, at: datetime) -> None:
    """Of these, what was begun since nothing was heard has no purpose any more: we were in touch
    before, and it was told only now. Not where there is later word, since it knew of that."""
    day = at.astimezone(ZoneInfo(contact.business.timezone)).date()
    quiet = plans.filter(cadence__trigger__in=UNTIL_TOUCHED, contact__last_touch_on=day)
    quiet.filter(contact=contact, touched_at=None).update(touched_at=at)


def _end_silence(contact: Contact, plans: EnrolmentQuerySet, at: datetime, now: datetime) -> None:
    """Of these plans for the contact nothing is wanted any more that was for silence only."""
    only_in_silence = CadenceStep.objects.filter(
        cadence=OuterRef("enrolment__cadence"),
        position=OuterRef("position"),
        condition=Condition.NO_TOUCH,
    )
    of_theirs = StepTaken.objects.filter(enrolment__in=plans.filter(contact=contact))
    taken = of_theirs.filter(Exists(only_in_silence))
    given = Reminder.objects.open().filter(pk__in=taken.values("reminder_id"))
    given.update(closed_at=now)
    close_reminders_of(
        contact=contact,
        kind=ReminderKind.KEEP_IN_TOUCH,
        due_by=at.astimezone(ZoneInfo(contact.business.timezone)).date(),
        now=now,
    )
    taken.waiting().update(outcome=Outcome.DISMISSED, reason=IN_TOUCH, settled_at=now)
    _call_back(of_theirs.filter(Exists(only_in_silence.filter(automatic=True))), now)
    stop_what_is_over(subject=contact, now=now)


def _call_back(taken: StepTakenQuerySet, now: datetime) -> None:
    """Letters that were to leave by themselves and wait for their hour."""
    waiting = taken.filter(outcome=Outcome.SENT, message__state__in=CANCELLABLE)
    letters = [*waiting.values_list("message_id", flat=True)]
    cancel_letters(Message.objects.cancellable().filter(pk__in=letters), now)
    stayed = Message.objects.filter(pk__in=letters, state=MessageState.CANCELLED)
    taken.filter(message__in=stayed).update(
        outcome=Outcome.DISMISSED, reason=IN_TOUCH, settled_at=now
    )


def record_enrolment(name: str, enrolment: Enrolment, by: Actor, now: datetime) -> None:
    """Its history: which plan, and how it stands."""
    record_events(business=enrolment.business, occurrences=[_told(name, enrolment, by)], now=now)


def _told(name: str, enrolment: Enrolment, by: Actor) -> Occurrence:
    return Occurrence(
        name,
        by,
        enrolment,
        about=[enrolment.contact],
        payload={"plan": enrolment.cadence.key or "own", "state": enrolment.state},
    )
