"""When letters may leave, beside an oracle that looks at every minute, wherever clocks change."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import holidays

from outreach.manners import Hours, day_after

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
LAST = datetime(2038, 1, 1, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ROUND_A_CHANGE = timedelta(hours=36)
# Nothing that is asked here waits longer.
HORIZON = timedelta(days=40)

EVERY_DAY = frozenset(range(1, 8))
USUAL = Hours(8, 19, frozenset({1, 2, 3, 4, 5}), "SE")
# Hours that begin, end or lie within what the clocks jump over or live through twice.
ODD = (
    Hours(0, 1, EVERY_DAY),
    Hours(0, 2, frozenset({1, 7})),
    Hours(1, 2, EVERY_DAY),
    Hours(1, 24, frozenset({7})),
    Hours(2, 3, EVERY_DAY),
    Hours(2, 19, frozenset({6, 7}), "DE"),
    Hours(3, 4, EVERY_DAY),
    Hours(23, 24, EVERY_DAY),
    Hours(0, 24, frozenset({1, 2, 3, 4, 5, 7}), "US"),
)


@dataclass(frozen=True)
class Rules:
    """Zones whose clocks have shown the same all the time, and when these were changed."""

    zones: tuple[str, ...]
    changes: tuple[datetime, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zones[0])


def distinct_rules(names: Sequence[str] | None = None) -> list[Rules]:
    """One for each set of zones that have the same offset from UTC in every minute."""
    alike: dict[tuple[tuple[datetime, timedelta], ...], list[str]] = {}
    for name in sorted(names or available_timezones()):
        alike.setdefault(tuple(_offsets(ZoneInfo(name))), []).append(name)
    return [
        Rules(tuple(zones), tuple(instant for instant, _ in offsets[1:]))
        for offsets, zones in alike.items()
    ]


def _offsets(zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """The offset at the beginning, and each change with the offset it leads to."""
    instant, offset = FIRST, _offset(zone, FIRST)
    yield instant, offset
    while instant < LAST:
        after = _offset(zone, instant + DAY)
        if after != offset:
            minutes = (instant + step * MINUTE for step in range(1, 24 * 60 + 1))
            yield next(m for m in minutes if _offset(zone, m) == after), after
        instant, offset = instant + DAY, after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


class Oracle:
    """Says of a minute whether letters may leave in it; knows nothing of openings and changes."""

    def __init__(self, hours: Hours, zone: ZoneInfo) -> None:
        self.hours, self.zone = hours, zone
        self._free = _holidays(hours.country)
        self._days: dict[date, bool] = {}

    def keeps(self, day: date) -> bool:
        """Whether letters leave at all on that day."""
        if day not in self._days:
            self._days[day] = day.isoweekday() in self.hours.weekdays and day not in self._free
        return self._days[day]

    def allows(self, instant: datetime) -> bool:
        local = instant.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        if not self.hours.opens * 60 <= minute < self.hours.closes * 60:
            return False
        return self.keeps(local.date())

    def next_moment(self, instant: datetime, *, after_day: date | None = None) -> datetime:
        """The instant itself or the first full minute after it; on a later day than that."""
        moment = instant
        while not (
            self.allows(moment)
            and (after_day is None or moment.astimezone(self.zone).date() > after_day)
        ):
            moment = moment.replace(second=0, microsecond=0) + MINUTE
            assert moment - instant < HORIZON, (self.hours, self.zone, instant)
        return moment


@cache
def _holidays(country: str) -> Mapping[date, str]:
    years = range(FIRST.year - 1, LAST.year + 2)
    return dict(holidays.country_holidays(country, years=years)) if country else {}


Trouble = Callable[[str], None]


def minute_by_minute(hours: Hours, zone: ZoneInfo, change: datetime, trouble: Trouble) -> int:
    """Three days round a change: each minute's answer is the oracle's; how many were compared."""
    oracle = Oracle(hours, zone)
    begin = (change - ROUND_A_CHANGE).replace(second=0, microsecond=0)
    count = int(2 * ROUND_A_CHANGE / MINUTE)
    # From the back: what may leave then, or else what the next minute waits for.
    awaited = oracle.next_moment(begin + count * MINUTE)
    for step in range(count - 1, -1, -1):
        instant = begin + step * MINUTE
        if oracle.allows(instant):
            awaited = instant
        _compare(hours.next_moment(zone, instant), awaited, instant, oracle, trouble)
        if step % 360 == 0:
            once_a_day(hours, zone, instant, trouble)
    return count


def at_any_instant(hours: Hours, zone: ZoneInfo, instant: datetime, trouble: Trouble) -> None:
    """One instant, with its seconds."""
    oracle = Oracle(hours, zone)
    found = hours.next_moment(zone, instant)
    _compare(found, oracle.next_moment(instant), instant, oracle, trouble)
    once_a_day(hours, zone, found, trouble)


def once_a_day(hours: Hours, zone: ZoneInfo, sent: datetime, trouble: Trouble) -> None:
    """The next letter to somebody who has just had one: on a later day, the first that there is."""
    oracle = Oracle(hours, zone)
    day = sent.astimezone(zone).date()
    found = hours.next_moment(zone, day_after(zone, sent))
    if found.astimezone(zone).date() <= day:
        trouble(f"{zone} {hours}: twice on {day}, at {sent} and {found}")
    start = sent.replace(second=0, microsecond=0)
    _compare(found, oracle.next_moment(start, after_day=day), sent, oracle, trouble)


def _compare(
    found: datetime, awaited: datetime, instant: datetime, oracle: Oracle, trouble: Trouble
) -> None:
    if found < instant:
        trouble(f"{oracle.zone} {oracle.hours}: early at {found} for {instant}")
    if not oracle.allows(found):
        trouble(f"{oracle.zone} {oracle.hours}: in quiet hours at {found} for {instant}")
    if found != awaited:
        trouble(f"{oracle.zone} {oracle.hours}: {found} and not {awaited} for {instant}")


def some_instant(chance: random.Random, zones: Sequence[str]) -> tuple[Hours, ZoneInfo, datetime]:
    """Hours, a place and an instant that nobody chose."""
    opens = chance.randrange(0, 24)
    hours = Hours(
        opens,
        chance.randrange(opens + 1, 25),
        frozenset(chance.sample(range(1, 8), chance.randrange(2, 8))),
        chance.choice(["", "SE", "US", "DE", "GB"]),
    )
    seconds = chance.randrange(int((LAST - FIRST).total_seconds()))
    return hours, ZoneInfo(chance.choice(zones)), FIRST + timedelta(seconds=seconds)
