"""When steps of plans fall due, and letters to two people leave, beside the same oracle."""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from businesses.models import Business
from outreach.manners import Hours, next_moment_for_all
from outreach.models import CadenceStep, Timing
from outreach.timing import step_due
from tests.faults.wall_clocks import DAY, HOUR, MINUTE, ROUND_A_CHANGE, Oracle, Trouble

# When a clock on a wall shows this, a step is due.
NINE = 9
# So long people half the world apart wait for each other.
TOGETHER_WITHIN = timedelta(days=7)
# Round one change: so many instants at which a step before was taken, or a letter was written.
STEPS, LETTERS = 14, 3


def steps_round(
    hours: Hours, zone: ZoneInfo, change: datetime, chance: random.Random, trouble: Trouble
) -> int:
    """The three ways to count days, from instants round a change; how many were compared."""
    business, oracle = _business(hours, zone), Oracle(hours, zone)
    for _ in range(STEPS):
        after = _instant(change, chance)
        anchor_on = chance.choice([None, after.date() + chance.randrange(10) * DAY])
        days, is_first = chance.randrange(4), chance.random() < 0.5
        for timing in Timing:
            step = CadenceStep(days=days, timing=timing)
            found = step_due(
                step, business=business, after=after, anchor_on=anchor_on, is_first=is_first
            )
            awaited = _step_awaited(step, oracle, after, anchor_on, is_first=is_first)
            if found != awaited:
                trouble(f"{zone} {hours}: {days} {timing} at {found} and not {awaited} for {after}")
    return STEPS * len(Timing)


def together_round(
    hours: Hours,
    zones: tuple[ZoneInfo, ZoneInfo],
    change: datetime,
    chance: random.Random,
    trouble: Trouble,
) -> int:
    """A letter to two people, written round a change; how many were compared."""
    oracles = [Oracle(hours, zone) for zone in zones]
    for _ in range(LETTERS):
        written = _instant(change, chance)
        found, awaited = next_moment_for_all(hours, zones, written), _together(oracles, written)
        if found != awaited:
            trouble(f"{zones} {hours}: {found} and not {awaited} for {written}")
    return LETTERS


def _instant(change: datetime, chance: random.Random) -> datetime:
    seconds = int(ROUND_A_CHANGE.total_seconds())
    return change + timedelta(seconds=chance.randrange(-seconds, seconds))


def _business(hours: Hours, zone: ZoneInfo) -> Business:
    """One with these hours; not saved."""
    return Business(
        timezone=zone.key,
        letters_from=hours.opens,
        letters_until=hours.closes,
        letter_days="".join(str(day) for day in sorted(hours.weekdays)),
        country=hours.country,
        keeps_holidays=bool(hours.country),
    )


def _step_awaited(
    step: CadenceStep, oracle: Oracle, after: datetime, anchor_on: date | None, *, is_first: bool
) -> datetime:
    """The first morning that it may have, from its day on, and never before `after`."""
    begun = after.astimezone(oracle.zone).date()
    if is_first and anchor_on is not None and anchor_on > begun:
        begun = anchor_on
    day = begun + step.days * DAY
    if step.timing == Timing.BEFORE and anchor_on is not None:
        day = anchor_on - step.days * DAY
    if step.timing == Timing.WORKING_DAY:
        while _nine_on(oracle.zone, day) < after or not oracle.keeps(day):
            day += DAY
    return max(_nine_on(oracle.zone, day), after)


@lru_cache(maxsize=4096)
def _nine_on(zone: ZoneInfo, day: date) -> datetime:
    """The first minute of that local day in which a clock on a wall shows nine, or later."""
    moment = datetime.combine(day, time(NINE), UTC) - 15 * HOUR
    while (local := moment.astimezone(zone)).date() < day or local.hour < NINE:
        moment += MINUTE
    return moment


def _together(oracles: list[Oracle], written: datetime) -> datetime:
    """The first minute that is allowed for all; none within a week: what the first may have."""
    of_the_first = moment = oracles[0].next_moment(written)
    while moment - of_the_first <= TOGETHER_WITHIN:
        if all(oracle.allows(moment) for oracle in oracles):
            return moment
        moment = moment.replace(second=0, microsecond=0) + MINUTE
    return of_the_first
