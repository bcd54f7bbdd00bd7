"""One thing to do, behind a link of the morning letter: done or put off without signing in.

The link stands for one reminder and one member. What it opens shows the least that tells what is
meant; all else is in Handshake, behind the sign-in.
"""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from activity.actors import Actor
from businesses import clock
from businesses.models import Membership
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from guests.entry import Visit, behind_link
from introductions.models import Ask
from introductions.services import note_answer_reminded_of
from introductions.states import AskState
from outreach.links import LinkWithdrawn, use_link
from outreach.models import LinkPurpose, Reminder
from outreach.services import (
    finish_reminder,
    member_behind,
    note_spoken,
    reopen_reminder,
    snooze_reminder,
    why_it_stays_over,
)

PAGE = "guests:reminder"

_act = behind_link(LinkPurpose.REMINDER, acts_for=PAGE)


@behind_link(LinkPurpose.REMINDER)
def reminder(visit: Visit) -> HttpResponse:
    """What it is, for whom, and its buttons."""
    member, reminder = _found(visit)
    today = clock.today(visit.business, visit.now)
    context: dict[str, object] = {
        "reminder": reminder,
        "is_mine": _is_mine(reminder, member),
        "waits": reminder.due_on > today,
        "slug": visit.business.slug,
        "was_answered": _was_answered(reminder),
        "stays_over": why_it_stays_over(reminder),
    }
    return visit.page("guests/one_tap.html", context)


@_act
def done(visit: Visit) -> HttpResponse:
    """It is done, unless that is undone. A press here does no letter that waits for a look."""
    member, reminder = _found(visit)
    if _is_mine(reminder, member) and not reminder.is_about_a_draft:
        use_link(visit.link, visit.now)
        finish_reminder(reminder=reminder, by=Actor.member(member), now=visit.now)
    return visit.back_to(PAGE)


@_act
def spoken(visit: Visit) -> HttpResponse:
    """We spoke, on the day that is chosen: a call is kept. Without a choice nothing is, since no
    press takes a call back, and some programs press what they find."""
    member, reminder = _found(visit)
    at = _moment_of(visit)
    if _is_mine(reminder, member) and reminder.may_be_spoken_about and at is not None:
        use_link(visit.link, visit.now)
        note_spoken(reminder=reminder, at=at, by=Actor.member(member), now=visit.now)
    return visit.back_to(PAGE)


@_act
def answered(visit: Visit) -> HttpResponse:
    """They answered the ask that it wants to know of, by another way than its page."""
    member, reminder = _found(visit)
    if _is_mine(reminder, member) and reminder.is_about_an_ask and reminder.is_open:
        use_link(visit.link, visit.now)
        # It was taken back meanwhile: the page says how it stands.
        with suppress(Refusal):
            note_answer_reminded_of(reminder=reminder, by=Actor.member(member), now=visit.now)
    return visit.back_to(PAGE)


@_act
def undo(visit: Visit) -> HttpResponse:
    """It was not done after all: a program that presses buttons may have said so."""
    member, reminder = _found(visit)
    if _is_mine(reminder, member):
        # What has happened by itself meanwhile stays so: the page says it.
        with suppress(NotPossibleNow):
            reopen_reminder(reminder=reminder, by=Actor.member(member), now=visit.now)
    return visit.back_to(PAGE)


@_act
def tomorrow(visit: Visit) -> HttpResponse:
    """Put off by a day, counted from today; what waits longer already is left as it is."""
    member, reminder = _found(visit)
    today = clock.today(visit.business, visit.now)
    if _is_mine(reminder, member) and reminder.due_on <= today:
        use_link(visit.link, visit.now)
        until = today + timedelta(days=1)
        # Somebody else was quicker: the page says how it stands.
        with suppress(NotPossibleNow):
            snooze_reminder(reminder=reminder, until=until, by=Actor.member(member), now=visit.now)
    return visit.back_to(PAGE)


def _moment_of(visit: Visit) -> datetime | None:
    """When they spoke. Today is now; of yesterday nobody knows the hour, so it is noon."""
    said = visit.request.POST.get("when")
    if said == "yesterday":
        yesterday = clock.today(visit.business, visit.now) - timedelta(days=1)
        zone = ZoneInfo(visit.business.timezone)
        return datetime.combine(yesterday, time(12), zone).astimezone(UTC)
    return visit.now if said == "today" else None


def _found(visit: Visit) -> tuple[Membership, Reminder]:
    """Whom the link is for and what it is about. Raises `LinkWithdrawn` where either is gone."""
    member = member_behind(visit.link)
    rows = Reminder.objects.select_related("contact", "business")
    reminder = rows.filter(pk=visit.link.subject_id).first()
    if member is None or not member.may_write or not member.user.is_active or reminder is None:
        raise LinkWithdrawn
    return member, reminder


def _was_answered(reminder: Reminder) -> bool:
    """Whether the ask that it wants to know of is answered by now."""
    key = reminder.subject_id if reminder.is_about_an_ask else None
    return key is not None and Ask.objects.filter(pk=key, state=AskState.ANSWERED).exists()


def _is_mine(reminder: Reminder, member: Membership) -> bool:
    """Whether it is still theirs to do: it may have been handed to somebody else since."""
    return reminder.assignee_id in (None, member.pk)
