"""When a letter may leave: the clock on its reader's wall, public holidays, and how many a day.

Only reckoning: no query, no clock. Every comparison is between instants in UTC; a local time is
only ever looked up from an instant, or searched for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# No change of the clocks takes longer.
_LONGEST_CHANGE = timedelta(hours=3)
# No country keeps holidays for so long.
MOST_DAYS = 400
# So long somebody waits at most for the hours of those who get the same letter. Half the world
# apart these may meet only while it is summer for one of them.
TOGETHER_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Hours:
    """From one full hour to the other, on some days of the week (1 is Monday), by local time.

    `country` is whose public holidays are kept; empty: nobody's.
    """

    opens: int
    closes: int
    weekdays: frozenset[int]
    country: str = ""

    def is_open(self, zone: ZoneInfo, instant: datetime) -> bool:
        local = instant.astimezone(zone)
        return self.opens <= local.hour < self.closes and self.keeps(local.date())

    def keeps(self, day: date) -> bool:
        """Whether letters leave at all on this day."""
        return day.isoweekday() in self.weekdays and day not in _holidays(self.country, day.year)

    def next_moment(self, zone: ZoneInfo, instant: datetime) -> datetime:
        """This instant or the first after it that is within the hours.

        An opening time that the clocks jump over is the moment of the jump, one that comes twice is
        the first of the two.
        """
        if self.is_open(zone, instant):
            return instant
        day = instant.astimezone(zone).date()
        for _ in range(MOST_DAYS):
            for moment in _openings(self, zone, day):
                if moment >= instant:
                    return moment
            day += _DAY
        raise ValueError("These hours never open.")


def opening_on(hours: Hours, zone: ZoneInfo, day: date) -> datetime | None:
    """When the hours first open on that local day; None where they do not, or there is no such day.

    Clocks have been put forward by a whole day, where a country changed sides of the date line.
    """
    return next(iter(_openings(hours, zone, day)), None)


@lru_cache(maxsize=4096)
def _openings(hours: Hours, zone: ZoneInfo, day: date) -> Sequence[datetime]:
    """When it begins to be open on that day: at the opening time, or where clocks are changed."""
    if not hours.keeps(day):
        return ()
    opening = datetime.combine(day, time(hours.opens), zone)
    moments = {opening.astimezone(UTC), opening.replace(fold=1).astimezone(UTC)}
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    begin, end = midnight - _LONGEST_CHANGE, midnight + _DAY + _LONGEST_CHANGE
    if _offset(zone, begin) != _offset(zone, end):
        moments.add(_change_between(zone, begin, end))
    return sorted(
        moment
        for moment in moments
        if local_day(zone, moment) == day and hours.is_open(zone, moment)
    )


def next_moment_for_all(hours: Hours, zones: Sequence[ZoneInfo], instant: datetime) -> datetime:
    """The first moment within the hours of everybody it goes to.

    Where there is none within a week of when the first of them may have it, such as between people
    half the world apart, the first decides.
    """
    of_the_first = moment = hours.next_moment(zones[0], instant)
    while moment - of_the_first <= TOGETHER_WITHIN:
        latest = max(hours.next_moment(zone, moment) for zone in zones)
        if latest == moment:
            return moment
        moment = latest
    return of_the_first


def local_day(zone: ZoneInfo, instant: datetime) -> date:
    return instant.astimezone(zone).date()


def day_after(zone: ZoneInfo, instant: datetime) -> datetime:
    """The first instant of the next local day, as a lower bound for what waits until then."""
    tomorrow = local_day(zone, instant) + _DAY
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)


def allowance(days_open: int, *, at_first: int, doubled_every: int, at_most: int) -> int:
    """How many letters a business may send on a day: few at first, doubled every few days."""
    doublings = min(max(days_open, 0) // doubled_every, 30)
    return min(at_most, at_first << doublings)


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()


def _change_between(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """The first whole minute with the later offset; there is one change between them at most."""
    later = _offset(zone, end)
    while end - begin > _MINUTE:
        middle = begin + (end - begin) // _MINUTE // 2 * _MINUTE
        if _offset(zone, middle) == later:
            end = middle
        else:
            begin = middle
    return end


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int) -> frozenset[date]:
    """The country's public holidays; none where we know of none."""
    if not country:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
