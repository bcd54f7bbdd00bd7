"""Each two buttons of one state, pressed at the same moment: it ends as if one had come first.

Whatever the business has then, in all its tables, must be what it has where the two are pressed
one after the other, in one order or in the other; and each press is done or refused as it is there.
So nothing has to be said of what each pair comes to. Every race has a business of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import combinations_with_replacement, count
from operator import attrgetter
from typing import Any, Generic, TypeVar
from unittest.mock import patch

from django.db import models

from businesses.giving_way import as_refusal
from businesses.models import Business, User
from tests.copying import Copies, copies_of
from tests.introductions.racing import a_business, committed, race
from tests.thorough import RACES

Row = TypeVar("Row", bound=models.Model)
State = Any
# How each press ended, in the order of the pair; and all that the business has.
End = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Ground(Generic[Row]):
    """A row in a state: made, then led there by buttons; and what can be pressed from there on."""

    state: State
    make: Callable[[Business], Row]
    steps: Sequence[str]
    # Each button, with the state in which it leaves the row where nobody presses another.
    leads: Mapping[str, State]
    # Where it is not each two, and each with itself: a double press.
    only: Sequence[tuple[str, str]] = ()

    @property
    def pairs(self) -> Iterable[tuple[str, str]]:
        return self.only or combinations_with_replacement(self.leads, 2)


@dataclass(frozen=True)
class Machine(Generic[Row]):
    """What is to be raced: all buttons by name, and all places from which they lead on."""

    buttons: Mapping[str, Callable[[Row], object]]
    grounds: Mapping[str, Ground[Row]]
    state_of: Callable[[Row], State] = attrgetter("state")

    def without_a_button(
        self, moves: Mapping[str, Iterable[str]], of: Callable[[State], str] = str
    ) -> set[tuple[str, str]]:
        """The moves of a table that nothing here presses; `of` takes its part of a state."""
        grounds = self.grounds.values()
        pressed = {(of(each.state), of(to)) for each in grounds for to in each.leads.values()}
        return {(str(state), str(to)) for state, all_to in moves.items() for to in all_to} - pressed

    def race_each_two(self, owner: User, now: datetime, name: str) -> None:
        """Every pair of buttons from there, as often as races are run."""
        with self._trials(owner, now, self.grounds[name]) as trials:
            for pair in self.grounds[name].pairs:
                possible = trials.in_turn(*pair)
                for ended in trials.at_once(*pair):
                    assert ended in possible, _told(pair, ended, possible)

    @contextmanager
    def _trials(self, owner: User, now: datetime, ground: Ground[Row]) -> Iterator["_Trials[Row]"]:
        first = a_business(owner, now)
        row = committed(first, partial(self._begun, first, ground))
        # Nobody works here, so nobody has to be woken.
        with copies_of(first) as copies, patch("businesses.wake._send"):
            yield _Trials(self, ground, copies, row)

    def _begun(self, business: Business, ground: Ground[Row]) -> Row:
        row = ground.make(business)
        for step in ground.steps:
            row.refresh_from_db()
            self.buttons[step](row)
        row.refresh_from_db()
        assert self.state_of(row) == ground.state
        return row


class _Trials(Generic[Row]):
    """As many copies of a ground as are needed."""

    def __init__(
        self, machine: Machine[Row], ground: Ground[Row], copies: Copies, row: Row
    ) -> None:
        self._machine, self._ground, self._copies, self._row = machine, ground, copies, row
        self._numbers = count(1)

    def in_turn(self, one: str, other: str) -> list[End]:
        """How it ends where one comes first, and where the other does."""
        numbers = self._make(2)
        forth = self._press(numbers[0], one, other)
        back = self._press(numbers[1], other, one)
        return self._ended(numbers, [forth, back[::-1]])

    def at_once(self, one: str, other: str) -> list[End]:
        numbers = self._make(RACES)
        outcomes = [
            race(self._copies.key_of_business(number), *self._presses(number, one, other))
            for number in numbers
        ]
        return self._ended(numbers, outcomes)

    def _make(self, many: int) -> list[int]:
        numbers = [next(self._numbers) for _ in range(many)]
        self._copies.make(*numbers)
        return numbers

    def _presses(self, number: int, *names: str) -> list[Callable[[], object]]:
        """Each with a row of its own, as if two people had opened the page."""
        return [
            partial(self._machine.buttons[name], self._copies.row(self._row, number))
            for name in names
        ]

    def _press(self, number: int, *names: str) -> list[BaseException | None]:
        """One after the other; the first leads where the ground says."""
        business = self._copies.key_of_business(number)
        first, second = self._presses(number, *names)
        outcomes = [_outcome(business, first)]
        row = self._copies.row(self._row, number)
        committed(business, row.refresh_from_db)
        assert self._machine.state_of(row) == self._ground.leads[names[0]], (names, outcomes)
        return [*outcomes, _outcome(business, second)]

    def _ended(
        self, numbers: Sequence[int], outcomes: Sequence[Sequence[BaseException | None]]
    ) -> list[End]:
        found = self._copies.found_in(*numbers)
        called = [tuple(_called(outcome) for outcome in each) for each in outcomes]
        return [(each, found[number]) for number, each in zip(numbers, called, strict=True)]


def _outcome(business: Any, press: Callable[[], object]) -> BaseException | None:
    try:
        committed(business, press)
    except Exception as error:
        return error
    return None


def _called(outcome: BaseException | None) -> str:
    """`done`, or by which refusal it was not; whatever else was raised is a fault."""
    if outcome is None:
        return "done"
    refusal = as_refusal(outcome)
    if refusal is None:
        raise outcome
    return type(refusal).__name__


def _told(pair: tuple[str, str], ended: End, possible: Sequence[End]) -> str:
    """What is there in one case and not in the other, as it begins."""
    lines = [f"{pair[0]} and {pair[1]} at once: {ended[0]}"]
    for end in possible:
        lines.append(f"in turn: {end[0]}")
        lines += [f"  only in turn: {row[:400]}" for row in sorted({*end[1]} - {*ended[1]})]
        lines += [f"  only at once: {row[:400]}" for row in sorted({*ended[1]} - {*end[1]})]
    return "\n".join(lines)
