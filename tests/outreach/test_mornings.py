"""When a member's morning is: once a local day, never early, wherever clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from outreach.mornings import morning_of, next_morning

# Clocks that jump at midnight, by half an hour, by a day, and not at all.
ZONES = [
    "Europe/Stockholm",
    "America/New_York",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]


@pytest.mark.parametrize("zone", [ZoneInfo(name) for name in ZONES], ids=str)
@pytest.mark.parametrize("hour", [0, 2, 8, 11])
def test_each_local_day_has_one_morning_and_none_is_early(zone: ZoneInfo, hour: int) -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    days: list[date] = []

    while at < datetime(2026, 1, 1, tzinfo=UTC):
        at = next_morning(hour=hour, zone=zone, after=at)
        local = at.astimezone(zone)
        days.append(local.date())
        assert local.hour >= hour
        # Not a minute too late: the minute before was the day before, or an earlier hour.
        before = (at - timedelta(minutes=1)).astimezone(zone)
        assert before.date() < local.date() or before.hour < hour

    assert days == [days[0] + timedelta(days=nth) for nth in range(len(days))]


def test_from_any_moment_the_next_morning_is_the_first_after_it() -> None:
    chance = Random(20)
    for _ in range(500):
        zone, hour = ZoneInfo(chance.choice(ZONES)), chance.randrange(5, 12)
        after = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(5_000_000))

        found = next_morning(hour=hour, zone=zone, after=after)

        assert found > after
        day = after.astimezone(zone).date()
        between = (morning_of(day + timedelta(days=n), hour=hour, zone=zone) for n in range(-1, 3))
        assert [one for one in between if one and after < one < found] == []


def test_a_day_that_the_clocks_left_out_has_none() -> None:
    samoa = ZoneInfo("Pacific/Apia")

    assert morning_of(date(2011, 12, 30), hour=8, zone=samoa) is None
    eve = datetime(2011, 12, 29, 12, tzinfo=samoa)
    assert next_morning(hour=8, zone=samoa, after=eve).astimezone(samoa).day == 31
