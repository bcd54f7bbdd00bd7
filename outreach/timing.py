"""When a step of a plan is due: at nine in the morning of a day at the business's place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from businesses.models import Business
from outreach.gate import hours_of
from outreach.manners import MOST_DAYS
from outreach.models import CadenceStep, Timing

# Early enough for the day, and never within quiet hours.
MORNING = time(9)


def step_due(
    step: CadenceStep,
    *,
    business: Business,
    after: datetime,
    anchor_on: date | None,
    is_first: bool = False,
) -> datetime:
    """The instant, in UTC, for a step whose predecessor was taken at `after`; never before that.

    Days are calendar days at the business's place, so that a change of the clocks moves nothing.
    The first step of a plan about a day counts from that day.
    """
    zone = ZoneInfo(business.timezone)
    start = after.astimezone(zone).date()
    if is_first and anchor_on is not None:
        start = max(start, anchor_on)
    if step.timing == Timing.BEFORE and anchor_on is not None:
        day = anchor_on - timedelta(days=step.days)
    else:
        day = start + timedelta(days=step.days)
    if step.timing == Timing.WORKING_DAY:
        day = _working_day(
            day if _morning(day, zone) >= after else day + timedelta(days=1), business
        )
    return max(_morning(day, zone), after)


def next_morning(step: CadenceStep, business: Business, now: datetime) -> datetime:
    """The first morning that has not begun; of a step for working mornings the first of those."""
    zone = ZoneInfo(business.timezone)
    day = now.astimezone(zone).date()
    if _morning(day, zone) <= now:
        day += timedelta(days=1)
    if step.timing == Timing.WORKING_DAY:
        day = _working_day(day, business)
    return _morning(day, zone)


def _working_day(day: date, business: Business) -> date:
    """This day or the first after it on which the business's letters leave, by its days of the week
    and the public holidays that it keeps."""
    hours = hours_of(business)
    return next(
        one for one in (day + timedelta(days=n) for n in range(MOST_DAYS)) if hours.keeps(one)
    )


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
