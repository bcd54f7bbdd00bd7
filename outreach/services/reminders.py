"""Reminders: things for the owner to do on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import models

from activity.actors import Actor
from activity.services import Occurrence, record_events
from activity.subjects import Subject
from businesses import clock
from businesses.inserting import insert_new
from businesses.models import Business
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from outreach.models import Reminder


class DayHasPassed(Refusal):
    message = "It can be put off until a day to come."
    code = "day_has_passed"
    status = 422


def add_reminder(
    *,
    business: Business,
    kind: str,
    contact: Contact,
    subject: models.Model | Subject | None = None,
    due_on: date,
    text: str = "",
    dedupe: str = "",
    by: Actor,
    now: datetime,
) -> Reminder:
    """A reminder for that day. With `dedupe` there is one for ever, be it open or done."""
    about = Subject.of(subject) if subject is not None else None
    reminder = Reminder(
        business=business,
        kind=kind,
        contact=contact,
        subject_label=about.label if about else "",
        subject_id=about.id if about else None,
        due_on=due_on,
        text=text,
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
    if len(new) == len(reminders):
        return new
    known = {one.dedupe for one in reminders if one.dedupe}
    kept = {one.dedupe: one for one in Reminder.objects.filter(business=business, dedupe__in=known)}
    return [kept.get(one.dedupe, one) for one in reminders]


def finish_reminder(*, reminder: Reminder, by: Actor, now: datetime) -> Reminder:
    """It is done. A second click finds it done and changes nothing."""
    reminder = locked(reminder)
    if reminder.done_at is None and reminder.closed_at is None:
        reminder.done_at = now
        reminder.save(update_fields=["done_at"])
        _record("reminder.done", reminder, by, now)
    return reminder


def snooze_reminder(*, reminder: Reminder, until: date, by: Actor, now: datetime) -> Reminder:
    """Put it off until that day; a second press finds it put off and changes nothing.

    Raises `NotPossibleNow` for one that is no longer open, and `DayHasPassed` for a day that is
    not to come.
    """
    reminder = locked(reminder)
    if reminder.done_at is not None or reminder.closed_at is not None:
        raise NotPossibleNow
    if until <= clock.today(reminder.business, now):
        raise DayHasPassed
    if reminder.due_on == until:
        return reminder
    reminder.due_on = until
    reminder.save(update_fields=["due_on"])
    _record("reminder.snoozed", reminder, by, now)
    return reminder


def close_reminders(
    *, subject: models.Model, kinds: Iterable[str] | None = None, now: datetime
) -> int:
    """The thing itself has happened, or is no longer wanted: close its open reminders; how many."""
    reminders = Reminder.objects.open().regarding(subject)
    if kinds is not None:
        reminders = reminders.filter(kind__in=list(kinds))
    return reminders.update(closed_at=now)


def _record(name: str, reminder: Reminder, by: Actor, now: datetime) -> None:
    record_events(business=reminder.business, occurrences=[_told(name, reminder, by)], now=now)


def _told(name: str, reminder: Reminder, by: Actor) -> Occurrence:
    return Occurrence(
        name,
        by,
        reminder,
        about=[reminder.contact],
        payload={"kind": reminder.kind, "due_on": reminder.due_on.isoformat()},
    )
