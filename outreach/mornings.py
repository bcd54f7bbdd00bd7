"""When a member's morning is: at a full hour of theirs, once a local day, never early.

Only reckoning, as in `manners`: an hour that the clocks jump over is the moment of the jump, one
that comes twice is the first.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from businesses.models import Membership
from outreach.gate import hours_of
from outreach.manners import Hours, local_day, opening_on

# So long after its hour a morning letter may still be written or leave. Where nothing ran until
# later, that day has none: what is due stands on Today, and comes again tomorrow.
MORNING_LASTS = timedelta(hours=3)
_EVERY_DAY = frozenset(range(1, 8))
_DAY = timedelta(days=1)


def zone_of(member: Membership) -> ZoneInfo:
    """The member's own, where known, else the business's."""
    return ZoneInfo(member.timezone or member.business.timezone)


def morning_of(day: date, *, hour: int, zone: ZoneInfo) -> datetime | None:
    """When that day's morning begins; None for a day that the clocks left out."""
    return opening_on(Hours(opens=hour, closes=24, weekdays=_EVERY_DAY), zone, day)


def next_morning(*, hour: int, zone: ZoneInfo, after: datetime) -> datetime:
    """The first beginning of a morning after this instant, working day or not."""
    day = local_day(zone, after)
    while True:
        morning = morning_of(day, hour=hour, zone=zone)
        if morning is not None and morning > after:
            return morning
        day += _DAY


def morning_now(member: Membership, now: datetime) -> datetime | None:
    """When the member's working morning began, if it is that now; else None."""
    zone = zone_of(member)
    day = local_day(zone, now)
    began = morning_of(day, hour=member.morning_hour, zone=zone)
    if began is None or not began <= now < began + MORNING_LASTS:
        return None
    return began if hours_of(member.business).keeps(day) else None
