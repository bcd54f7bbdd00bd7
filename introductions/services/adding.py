"""What an advocate adds to an introduction of theirs, until the letter to all three has left."""

from datetime import date, datetime, time

from activity.actors import Actor
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from introductions.models import Introduction
from introductions.services.answers import DayNotPossible
from introductions.services.offers import record_introduction
from introductions.states import LONGEST_POSTPONEMENT, Depth, Wants


class MeetingNeedsDay(Refusal):
    message = "On which day would you bring them together?"
    code = "meeting_needs_day"
    status = 422


class PlaceNeeded(Refusal):
    message = "Where would you bring them together?"
    code = "place_needed"
    status = 422


def add_to_introduction(
    *,
    introduction: Introduction,
    depth: str = "",
    wants: str = Wants.STEPS,
    meets_on: date | None = None,
    meets_at: time | None = None,
    meets_place: str = "",
    now: datetime,
) -> Introduction:
    """How well they know each other, what to hear back; with *together* a day and a place.

    Times are those of the business's place. Raises `MeetingNeedsDay`, `PlaceNeeded`,
    `DayNotPossible`, and `NotPossibleNow` once it came to a handshake or to nothing.
    """
    introduction = locked(introduction)
    if not introduction.may_be_added_to:
        raise NotPossibleNow
    introduction.depth = Depth(depth) if depth else ""
    introduction.wants = Wants(wants)
    if depth == Depth.TOGETHER:
        place = " ".join(meets_place.split())[:200]
        refuse_unfit_day(introduction, meets_on, place, now)
        introduction.plan_meeting(on=meets_on, at=meets_at, place=place)
    else:
        introduction.plan_meeting(on=None, at=None, place="")
    introduction.save()
    by = Actor.advocate(introduction.advocate_id)
    record_introduction("introduction.added_to", introduction, by, now, {"depth": depth})
    return introduction


def refuse_unfit_day(
    introduction: Introduction, on: date | None, place: str, now: datetime
) -> None:
    """Raise `MeetingNeedsDay`, `DayNotPossible` or `PlaceNeeded`."""
    if on is None:
        raise MeetingNeedsDay
    today = clock.today(introduction.business, now)
    if not today <= on <= today + LONGEST_POSTPONEMENT:
        raise DayNotPossible
    if not place:
        raise PlaceNeeded
