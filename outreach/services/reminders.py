"""Reminders: things for the owner to do on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from activity.actors import Actor
from activity.services import Occurrence, record_events
from activity.subjects import Subject
from businesses import clock
from businesses.inserting import insert_new
from businesses.models import Business, Membership
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import log_interaction
from contacts.states import InteractionKind
from outreach.models import Enrolment, EnrolmentState, Outcome, Reminder, StepTaken
from outreach.models.reminder import LONGEST_REASON, ReminderKind
from outreach.querysets import EnrolmentQuerySet
from outreach.services.queueing import look_again_at_asks
from outreach.services.standing import what_is_over

# How the `dedupe` of a reminder begins that a step of a plan made.
OF_A_PLAN = "plan:"
# And one to follow somebody up, which is over once we have spoken; not where the owner chose the
# day, or wrote what is to be done.
TO_FOLLOW_UP = Q(dedupe__startswith="follow_up:") | Q(dedupe__startswith="ring:")
PLANNED = ":planned:"


class DayHasPassed(Refusal):
    message = "It can be put off until a day to come."
    code = "day_has_passed"
    status = 422


class LetterWaits(Refusal):
    message = "A letter waits for your look. Send it, or put it aside; then this is done by itself."
    code = "letter_waits_for_a_look"


class ReasonMissing(Refusal):
    message = "Say in a few words why it is skipped."
    code = "reason_missing"
    status = 422


class NotAColleague(Refusal):
    message = "It can be handed to somebody who works here, and may do it."
    code = "not_a_colleague"
    status = 422


def add_reminder(
    *,
    business: Business,
    kind: str,
    contact: Contact,
    subject: models.Model | Subject | None = None,
    due_on: date,
    text: str = "",
    assignee: Membership | None = None,
    dedupe: str = "",
    by: Actor,
    now: datetime,
) -> Reminder:
    """A reminder for that day. With `dedupe` there is one for ever, be it open or done.

    Nobody's is everybody's. Raises `NotAColleague` for an `assignee` who cannot do it.
    """
    if assignee is not None:
        _refuse_stranger(assignee, business.pk)
    about = Subject.of(subject) if subject is not None else None
    reminder = Reminder(
        business=business,
        kind=kind,
        contact=contact,
        subject_label=about.label if about else "",
        subject_id=about.id if about else None,
        due_on=due_on,
        text=text,
        assignee=assignee,
        dedupe=dedupe,
        created_at=now,
    )
    return add_reminders(business=business, reminders=[reminder], by=by, now=now)[0]


def add_reminders(
    *, business: Business, reminders: Sequence[Reminder], by: Actor, now: datetime
) -> list[Reminder]:
    """`add_reminder` for rows of this business that are not saved yet, in as few statements as one.

    Each as it is kept, in the same order: the earlier one where its `dedupe` was there already.
    """
    new = insert_new(reminders)
    record_events(
        business=business, occurrences=[_told("reminder.added", one, by) for one in new], now=now
    )
    if any(one.kind == ReminderKind.PUT_RIGHT for one in new):
        look_again_at_asks(business=business, now=now)
    if len(new) == len(reminders):
        return new
    known = {one.dedupe for one in reminders if one.dedupe}
    kept = {one.dedupe: one for one in Reminder.objects.filter(business=business, dedupe__in=known)}
    return [kept.get(one.dedupe, one) for one in reminders]


def finish_reminder(*, reminder: Reminder, by: Actor, now: datetime) -> Reminder:
    """It is done. A second click finds it done and changes nothing.

    Of a plan's reminder to ring or meet somebody, what the plan does in silence only is left out
    from now on; nothing is kept of how it went: see `note_spoken`.

    Raises `LetterWaits` where it leads to a letter that nobody would be reminded of any more.
    """
    reminder = locked(reminder)
    if reminder.is_open:
        if StepTaken.objects.waiting().filter(reminder=reminder).exists():
            raise LetterWaits
        reminder.done_at = now
        reminder.save(update_fields=["done_at"])
        _record("reminder.done", reminder, by, now)
    return reminder


def note_spoken(
    *, reminder: Reminder, at: datetime | None = None, by: Actor, now: datetime
) -> Reminder:
    """We spoke, now or `at` that moment: it is done, and a call is kept, which is being in touch.

    A second click keeps no second call. Raises what `finish_reminder` and `log_interaction` raise.
    """
    reminder = locked(reminder)
    if reminder.is_open:
        reminder = finish_reminder(reminder=reminder, by=by, now=now)
        call = InteractionKind.CALL
        log_interaction(contact=reminder.contact, kind=call, occurred_at=at, by=by, now=now)
    return reminder


def reopen_reminder(*, reminder: Reminder, by: Actor, now: datetime) -> Reminder:
    """It was not done after all, or is not to be skipped. One that is open stays as it is.

    A call that was kept with it stays. Raises `NotPossibleNow` for one that is over because the
    thing itself has happened, for a step of a plan that was skipped, and for one of a plan that is
    over: nothing would close it any more.
    """
    # The plan before the reminder: whoever ends a plan locks them in this order.
    plan = _plan_of(reminder).select_for_update(of=("self",), no_key=True).first()
    reminder = locked(reminder)
    if reminder.is_open:
        return reminder
    if why := _why_it_stays_over(reminder, plan):
        raise NotPossibleNow(why)
    reminder.done_at = reminder.closed_at = None
    reminder.skipped_because = ""
    reminder.save(update_fields=["done_at", "closed_at", "skipped_because"])
    _record("reminder.reopened", reminder, by, now)
    if reminder.kind == ReminderKind.PUT_RIGHT:
        look_again_at_asks(business=reminder.business, now=now)
    return reminder


def why_it_stays_over(reminder: Reminder) -> str:
    """Why it cannot be opened again; empty where it can. No query where no plan made it."""
    is_of_a_plan = not reminder.is_open and reminder.dedupe.startswith(OF_A_PLAN)
    return _why_it_stays_over(reminder, _plan_of(reminder).first() if is_of_a_plan else None)


def _plan_of(reminder: Reminder) -> EnrolmentQuerySet:
    """The plan that made it for somebody, if any."""
    rows = Enrolment.objects.filter(taken__reminder=reminder)
    return rows.select_related("cadence", "contact", "business")


def _why_it_stays_over(reminder: Reminder, plan: Enrolment | None) -> str:
    was_let_go = bool(reminder.skipped_because) and plan is None
    if reminder.closed_at is not None and not was_let_go:
        return NotPossibleNow.message
    if plan is None or reminder.is_open:
        return ""
    is_stopped = plan.state == EnrolmentState.STOPPED
    why = plan.reason if is_stopped else what_is_over([plan])[plan.pk]
    return f"Its plan is over. {why}".strip() if is_stopped or why else ""


def snooze_reminder(*, reminder: Reminder, until: date, by: Actor, now: datetime) -> Reminder:
    """Put it off until that day; a second press finds it put off and changes nothing.

    Raises `NotPossibleNow` for one that is no longer open, and `DayHasPassed` for a day that is
    not to come.
    """
    reminder = locked(reminder)
    if not reminder.is_open:
        raise NotPossibleNow
    if until <= clock.today(reminder.business, now):
        raise DayHasPassed
    if reminder.due_on == until:
        return reminder
    reminder.due_on = until
    reminder.save(update_fields=["due_on"])
    _record("reminder.snoozed", reminder, by, now)
    return reminder


def hand_reminder(
    *, reminder: Reminder, to: Membership | None, by: Actor, now: datetime
) -> Reminder:
    """It is this member's from now on, or with None everybody's; a second press finds it so.

    Raises `NotPossibleNow` for one that is no longer open, and `NotAColleague` for somebody of
    another business or who may only look.
    """
    reminder = locked(reminder)
    if not reminder.is_open:
        raise NotPossibleNow
    if to is not None:
        _refuse_stranger(to, reminder.business_id)
    if reminder.assignee_id != (to.pk if to else None):
        reminder.assignee = to
        reminder.save(update_fields=["assignee"])
        _record("reminder.handed", reminder, by, now, to=str(to.pk) if to else "")
    return reminder


def skip_reminder(*, reminder: Reminder, reason: str, by: Actor, now: datetime) -> Reminder:
    """It is let go, and why is kept; also with the step of a plan that it came from.

    A second press finds it let go. Raises `ReasonMissing`, and `NotPossibleNow` for one that is
    done or was closed.
    """
    why = " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]
    if not why:
        raise ReasonMissing
    # The step before the reminder: whoever sends a draft locks them in this order.
    step = StepTaken.objects.select_for_update(no_key=True).filter(reminder=reminder).first()
    reminder = locked(reminder)
    if reminder.skipped_because:
        return reminder
    if not reminder.is_open:
        raise NotPossibleNow
    reminder.closed_at = now
    reminder.skipped_because = why
    reminder.save(update_fields=["closed_at", "skipped_because"])
    if step is not None:
        _skip_step(step, why, now)
    _record("reminder.skipped", reminder, by, now)
    return reminder


def _skip_step(step: StepTaken, why: str, now: datetime) -> None:
    """A reminder counts as skipped; a letter that waited for a look is not sent."""
    was_drafted = step.outcome == Outcome.DRAFTED
    step.outcome = Outcome.DISMISSED if was_drafted else Outcome.SKIPPED
    step.reason = why
    step.settled_at = now
    step.save(update_fields=["outcome", "reason", "settled_at"])


def _refuse_stranger(member: Membership, business_id: UUID) -> None:
    if member.business_id != business_id or not member.may_write:
        raise NotAColleague


def close_reminders(
    *, subject: models.Model, kinds: Iterable[str] | None = None, now: datetime
) -> int:
    """The thing itself has happened, or is no longer wanted: close its open reminders; how many."""
    reminders = Reminder.objects.open().regarding(subject)
    if kinds is not None:
        reminders = reminders.filter(kind__in=list(kinds))
    return reminders.update(closed_at=now)


def reopen_closed_reminders(*, subject: models.Model, closed_at: datetime | None) -> int:
    """What closed them at that moment was a mistake: they are open again; how many."""
    if closed_at is None:
        return 0
    return Reminder.objects.regarding(subject).filter(closed_at=closed_at).update(closed_at=None)


def close_reminders_of(
    *, contact: Contact, kind: str, due_by: date | None = None, now: datetime
) -> int:
    """What these reminders of the contact were for has happened: close the open ones; how many.

    Those that a step of a plan made know by themselves when they are over, and are left alone.
    """
    reminders = Reminder.objects.open().filter(contact=contact, kind=kind)
    reminders = reminders.exclude(dedupe__startswith=OF_A_PLAN)
    if due_by is not None:
        reminders = reminders.filter(due_on__lte=due_by)
    return reminders.update(closed_at=now)


def close_follow_ups(*, contact: Contact, spoken_at: datetime, now: datetime) -> int:
    """We have spoken: what reminded of it by then, or had been made before; how many."""
    day = spoken_at.astimezone(ZoneInfo(contact.business.timezone)).date()
    reminders = Reminder.objects.open().filter(
        TO_FOLLOW_UP,
        Q(due_on__lte=day) | Q(created_at__lte=spoken_at),
        contact=contact,
        kind=ReminderKind.FOLLOW_UP,
    )
    return reminders.exclude(dedupe__contains=PLANNED).update(closed_at=now)


def _record(name: str, reminder: Reminder, by: Actor, now: datetime, **facts: str) -> None:
    told = _told(name, reminder, by, **facts)
    record_events(business=reminder.business, occurrences=[told], now=now)


def _told(name: str, reminder: Reminder, by: Actor, **facts: str) -> Occurrence:
    return Occurrence(
        name,
        by,
        reminder,
        about=[reminder.contact],
        payload={"kind": reminder.kind, "due_on": reminder.due_on.isoformat(), **facts},
    )
