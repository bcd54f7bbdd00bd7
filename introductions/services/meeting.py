"""The day on which an advocate brings two people together: how it went, and another day."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from introductions.meeting_messages import meeting_moved_to_everyone, morning_after_to_advocate
from introductions.models import Introduction
from introductions.services.adding import refuse_unfit_day
from introductions.services.offers import record_introduction
from introductions.states import Met
from outreach.catalogue_of_handshakes import MORNING_AFTER, MOVED
from outreach.models import Reminder, ReminderKind
from outreach.services import add_reminder, cancel_messages

MOST_MOVES = 5
_ASKED, _FELL_THROUGH = "morning_after", "fell_through"


class NotYetMet(Refusal):
    message = "That day has not come yet. You can move it, if it does not suit."
    code = "not_yet_met"


class MovedTooOften(Refusal):
    message = "This day was moved several times. Please agree on the next one by mail."
    code = "moved_too_often"


def ask_how_it_was(*, introduction: Introduction, cause: Event, now: datetime) -> None:
    """On the morning after, the owner is reminded and the advocate asked; not of a day gone by."""
    today = clock.today(introduction.business, now)
    if introduction.meets_on is None or introduction.meets_on < today:
        return
    contact, advocate = introduction.contact, introduction.advocate.contact
    assert contact is not None
    add_reminder(
        business=introduction.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=contact,
        subject=introduction,
        due_on=introduction.meets_on + timedelta(days=1),
        text=(
            f"How was it with {contact.first_name}? {advocate.first_name} brought you together "
            "yesterday."
        ),
        dedupe=f"{_ASKED}:{introduction.pk}:{introduction.meeting_moves}",
        by=SYSTEM,
        now=now,
    )
    if advocate.email:
        morning_after_to_advocate(introduction=introduction, cause=cause, now=now)


def tell_of_meeting(
    *, introduction: Introduction, met: str, words: str = "", now: datetime
) -> Introduction:
    """The advocate says whether it took place, in words if they like; and may say it otherwise.

    The owner's reminder closes by it. Where it did not come about, another one says so today. The
    same again changes nothing. Raises `NotYetMet`, and `NotPossibleNow` where no day was chosen.
    """
    introduction = locked(introduction)
    if not introduction.may_tell_of_meeting:
        raise NotPossibleNow
    today = clock.today(introduction.business, now)
    if introduction.meets_on is not None and introduction.meets_on > today:
        raise NotYetMet
    said = words.replace("\0", "").replace("\r\n", "\n").strip()[:500]
    if (introduction.met, introduction.met_words) == (met, said):
        return introduction
    is_other = introduction.met != met
    introduction.tell_how_it_went(met=met, words=said, now=now)
    introduction.save()
    by = Actor.advocate(introduction.advocate_id)
    record_introduction("introduction.meeting_told", introduction, by, now, {"met": str(met)})
    cancel_messages(subject=introduction, kinds=[MORNING_AFTER], now=now)
    if is_other:
        _close_reminders(introduction, now)
        if introduction.met == Met.NOT:
            _remind_of_falling_through(introduction, now)
    return introduction


def move_meeting(
    *,
    introduction: Introduction,
    meets_on: date | None,
    meets_at: time | None = None,
    meets_place: str = "",
    now: datetime,
) -> Introduction:
    """The advocate names another day: all three get it, and it has a morning after of its own.

    An hour or a place that is left out stays: the place, for the hour goes with its day. The letter
    leaves after the undo window; moved once more before that, only the last one leaves. Raises
    `MeetingNeedsDay`, `DayNotPossible`, `PlaceNeeded`, `MovedTooOften`, and `NotPossibleNow` where
    no day was chosen.
    """
    introduction = locked(introduction)
    if not introduction.may_tell_of_meeting:
        raise NotPossibleNow
    place = " ".join(meets_place.split())[:200] or introduction.meets_place
    refuse_unfit_day(introduction, meets_on, place, now)
    planned = (introduction.meets_on, introduction.meets_at, introduction.meets_place)
    if planned == (meets_on, meets_at, place) and not introduction.met:
        return introduction
    if introduction.meeting_moves >= MOST_MOVES:
        raise MovedTooOften
    introduction.plan_meeting(on=meets_on, at=meets_at, place=place)
    introduction.meeting_moves += 1
    introduction.save()
    by = Actor.advocate(introduction.advocate_id)
    cause = record_introduction("introduction.meeting_moved", introduction, by, now)
    cancel_messages(subject=introduction, kinds=[MORNING_AFTER, MOVED], now=now)
    _close_reminders(introduction, now)
    meeting_moved_to_everyone(
        introduction=introduction, cause=cause, due_at=now + settings.UNDO_WINDOW, now=now
    )
    ask_how_it_was(introduction=introduction, cause=cause, now=now)
    return introduction


def _close_reminders(introduction: Introduction, now: datetime) -> None:
    """Of that day alone: to ring somebody, say, is another matter."""
    ours = Q(dedupe__startswith=f"{_ASKED}:") | Q(dedupe__startswith=f"{_FELL_THROUGH}:")
    Reminder.objects.open().regarding(introduction).filter(ours).update(closed_at=now)


def _remind_of_falling_through(introduction: Introduction, now: datetime) -> None:
    contact, advocate = introduction.contact, introduction.advocate.contact
    assert contact is not None
    add_reminder(
        business=introduction.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=contact,
        subject=introduction,
        due_on=clock.today(introduction.business, now),
        text=(
            f"{advocate.first_name} says that meeting {contact.first_name} did not come about. "
            "Is there another day?"
        ),
        dedupe=f"{_FELL_THROUGH}:{introduction.pk}:{now.isoformat()}",
        by=Actor.advocate(introduction.advocate_id),
        now=now,
    )
