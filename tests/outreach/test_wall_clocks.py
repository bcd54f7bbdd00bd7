"""A short `make faults SUITE=time`: clocks that change, beside an oracle that tries each minute.

And what that leaves out: real letters, through the marker and a mail server, round such changes.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from contacts.services import change_contact
from outreach.models import LetterDay
from outreach.sending import send_due_letters
from tests.faults.wall_clocks import (
    EVERY_DAY,
    ODD,
    USUAL,
    Hours,
    Oracle,
    at_any_instant,
    distinct_rules,
    minute_by_minute,
    some_instant,
)
from tests.faults.wall_clocks_of_plans import steps_round, together_round
from tests.outreach.factories import a_contact, a_letter, acting, dues
from tests.outreach.smtp import SmtpServer

# They change at midnight, before it, by half an hour, by two, twice for Ramadan; or as most do.
PLACES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Europe/Stockholm",
)
# Half the world apart from some of them, so that days meet in one half of the year only.
FAR = ("Asia/Kolkata", "Asia/Tokyo", "Pacific/Auckland")


def test_zones_whose_clocks_show_the_same_are_looked_at_once() -> None:
    [rules] = distinct_rules(["Europe/Berlin", "Europe/Stockholm"])

    assert rules.zones == ("Europe/Berlin", "Europe/Stockholm")
    assert len(rules.changes) == 2 * 14


def test_no_letter_leaves_early_or_at_night_round_a_change_of_the_clocks() -> None:
    wrong: list[str] = []
    chance = random.Random(7)

    for rules in distinct_rules(PLACES):
        change = chance.choice(rules.changes)
        minute_by_minute(chance.choice([USUAL, *ODD]), rules.zone, change, wrong.append)

    assert wrong == []


def test_nor_at_any_instant_in_any_of_these_places() -> None:
    wrong: list[str] = []
    chance = random.Random(8)

    for _ in range(60):
        at_any_instant(*some_instant(chance, PLACES), wrong.append)

    assert wrong == []


def test_a_step_of_a_plan_falls_due_at_nine_on_its_day_and_never_before() -> None:
    wrong: list[str] = []
    chance = random.Random(9)

    for rules in distinct_rules(PLACES):
        change = chance.choice(rules.changes)
        steps_round(chance.choice([USUAL, *ODD]), rules.zone, change, chance, wrong.append)

    assert wrong == []


def test_a_letter_to_two_people_leaves_when_it_is_day_for_both_or_for_the_first() -> None:
    wrong: list[str] = []
    chance = random.Random(10)

    for rules in distinct_rules(PLACES):
        for place in FAR:
            zones = (rules.zone, ZoneInfo(place))
            together_round(USUAL, zones, chance.choice(rules.changes), chance, wrong.append)

    assert wrong == []


# --- Letters on their way -----------------------------------------------------------------------

# They jump over midnight, or live through the hour before or after it twice; half an hour; as most.
FIVE = (
    "Africa/Cairo",
    "America/Havana",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Europe/Stockholm",
)
# All day, so that nothing but the day itself keeps a letter.
ALL_DAY = Hours(0, 24, EVERY_DAY)
COUNT = 4


@pytest.fixture(params=[(place, turn) for place in FIVE for turn in (0, 1)])
def change(request: pytest.FixtureRequest) -> tuple[ZoneInfo, datetime]:
    """A place, and one of the two moments of 2027 at which its clocks are changed."""
    place, turn = request.param
    [rules] = distinct_rules([place])
    return rules.zone, [moment for moment in rules.changes if moment.year == 2027][turn]


@pytest.fixture
def all_day(mannered: Business) -> Business:
    mannered.letters_from, mannered.letters_until = 0, 24
    mannered.letter_days, mannered.keeps_holidays = "1234567", False
    mannered.save()
    return mannered


def awaited(zone: ZoneInfo, first: datetime) -> list[datetime]:
    """One a local day, each at the first minute of its day, as the oracle finds it."""
    oracle, moments = Oracle(ALL_DAY, zone), [first]
    while len(moments) < COUNT:
        day = moments[-1].astimezone(zone).date()
        moments.append(oracle.next_moment(moments[-1], after_day=day))
    return moments


def when_they_left(business: Business, smtp: SmtpServer, first: datetime) -> Sequence[datetime]:
    """When each left: the clock stands at what is due next, and a second before that."""
    left, now = [], first
    while True:
        for instant in (now - timedelta(seconds=1), now):
            with clock.at(instant):
                send_due_letters()
            left += [instant] * (len(smtp.accepted) - len(left))
        waiting = dues(business)
        if not waiting:
            return left
        now = min(waiting)


@pytest.mark.django_db(transaction=True)
def test_a_reader_has_one_letter_each_local_day_also_where_the_clocks_change(
    all_day: Business, smtp: SmtpServer, change: tuple[ZoneInfo, datetime]
) -> None:
    zone, moment = change
    first = moment - timedelta(hours=26)
    with clock.at(first), acting(all_day):
        reader = in_zone(a_contact(all_day), zone)
        for _ in range(COUNT):
            a_letter(all_day, reader, due_at=first)

    left = when_they_left(all_day, smtp, first)

    assert left == awaited(zone, first)
    with acting(all_day):
        days = set(LetterDay.objects.values_list("day", flat=True))
    assert left[-1].astimezone(zone).date() in days


@pytest.mark.django_db(transaction=True)
def test_a_business_has_its_letters_of_a_day_each_local_day_also_where_the_clocks_change(
    all_day: Business, smtp: SmtpServer, settings: Settings, change: tuple[ZoneInfo, datetime]
) -> None:
    settings.LETTERS_A_DAY = settings.LETTERS_A_DAY_AT_FIRST = 1
    zone, moment = change
    all_day.timezone = zone.key
    all_day.save()
    first = moment - timedelta(hours=26)
    with clock.at(first), acting(all_day):
        for _ in range(COUNT):
            a_letter(all_day, due_at=first)

    assert when_they_left(all_day, smtp, first) == awaited(zone, first)


def in_zone(contact: Contact, zone: ZoneInfo) -> Contact:
    change_contact(contact=contact, changes={"timezone": zone.key}, by=SYSTEM, now=clock.now())
    contact.refresh_from_db()
    return contact
