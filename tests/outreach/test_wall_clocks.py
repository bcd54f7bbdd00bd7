"""A short `make faults SUITE=time`: clocks that change, beside an oracle that tries each minute."""

import random

from tests.faults.wall_clocks import (
    ODD,
    USUAL,
    at_any_instant,
    distinct_rules,
    minute_by_minute,
    some_instant,
)

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
