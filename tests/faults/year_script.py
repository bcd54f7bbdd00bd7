"""A year of a small firm, drawn from a seed: its people, and what they and the owner do.

Nothing here knows of plans. Both the product and the model (year_model.py) live by it.
"""

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from operator import attrgetter
from zoneinfo import ZoneInfo

PLACE = ZoneInfo("Europe/Stockholm")
# A Monday. The year is a little longer, so that the first anniversaries are in it.
BEGIN = date(2030, 1, 7)
DAYS = 400
# Where a reader's wall clock is another one, and how many in a hundred live there.
ZONES = {"": 85, "America/New_York": 10, "Asia/Tokyo": 5}
NOT_WANTED = "Not this time."


@dataclass(frozen=True)
class Visit:
    """The owner looks twice a day: in the morning, and in the evening when letters may not leave.

    Each day a few seconds later, so that what lasts for whole days is over when it is looked at.
    """

    number: int

    @property
    def day(self) -> date:
        return BEGIN + timedelta(days=self.number // 2)

    @property
    def is_evening(self) -> bool:
        return self.number % 2 == 1

    @property
    def instant(self) -> datetime:
        at = time(20, 30) if self.is_evening else time(10)
        later = timedelta(seconds=10 * (self.number // 2))
        return datetime.combine(self.day, at, PLACE).astimezone(UTC) + later

    def __str__(self) -> str:
        return f"{self.day} {'evening' if self.is_evening else 'morning'}"


@dataclass(frozen=True)
class Person:
    """Somebody the owner knows already, who may introduce people."""

    key: str
    address: str
    zone: str
    is_inner: bool
    is_partner: bool
    # So many days before the year somebody came who said that this one had sent them; 0: nobody.
    sent_before: int = 0


@dataclass(frozen=True)
class Deed:
    """Somebody does something at a visit. `who` it concerns, and a word on how."""

    visit: int
    what: str
    who: str
    how: str = ""
    by: str = ""


@dataclass(frozen=True)
class Habit:
    """What the owner does with a draft, so long after it was made."""

    deed: str  # "send", "drop" or "leave"
    visits: int


@dataclass(frozen=True)
class Script:
    seed: int
    days: int
    people: Sequence[Person]
    deeds: Sequence[Deed]

    def at(self, visit: Visit) -> list[Deed]:
        first = bisect_left(self.deeds, visit.number, key=attrgetter("visit"))
        return list(takewhile(lambda deed: deed.visit == visit.number, self.deeds[first:]))

    def habit(self, draft: str) -> Habit:
        """Of each draft by its name, so that it does not matter who asks, nor when."""
        chance = random.Random(f"{self.seed} {draft}")
        deed = chance.choices(("send", "drop", "leave"), (60, 15, 25))[0]
        return Habit(deed, chance.randrange(0, 10))


def address_of(prospect: str) -> str:
    return f"{prospect}@prospects.example"


def a_script(seed: int, *, referrals: int, days: int = DAYS) -> Script:
    return _Writer(seed, days).write(referrals)


class _Writer:
    """One thing at a visit for each advocate and whoever they introduced.

    What is done to the same people at the same time has no order that could be foretold.
    """

    def __init__(self, seed: int, days: int) -> None:
        self._seed, self._days = seed, days
        self._chance = random.Random(f"year {seed}")
        self._deeds: list[Deed] = []
        self._taken: set[tuple[str, int]] = set()

    def write(self, referrals: int) -> Script:
        people = [self._person(nth) for nth in range(max(4, referrals * 2 // 5))]
        for nth in range(referrals):
            self._referral(f"jonas{nth}", self._chance.choice(people).key)
        for person in people:
            self._lives_on(person)
        deeds = [deed for deed in self._deeds if deed.visit < 2 * self._days]
        return Script(self._seed, self._days, people, sorted(deeds, key=lambda one: one.visit))

    def _person(self, nth: int) -> Person:
        chance, key = self._chance, f"marta{nth}"
        before = random.Random(f"before {self._seed} {key}")
        return Person(
            key,
            f"{key}@advocates.example" if chance.random() < 0.95 else "",
            chance.choices(list(ZONES), list(ZONES.values()))[0],
            is_inner=chance.random() < 0.3,
            is_partner=chance.random() < 0.2,
            sent_before=before.randrange(335, 360) if before.random() < 0.5 else 0,
        )

    def _referral(self, prospect: str, advocate: str) -> None:
        chance = self._chance
        hears = chance.choices(("outcome", "met", "nothing"), (70, 15, 15))[0]
        # More at the beginning, so that anniversaries come.
        first = int(2 * self._days * 0.8 * chance.random() ** 1.5)
        visit = self._put(advocate, first, "introduce", prospect, hears, by=advocate)
        self._maybe(0.25, advocate, visit, 25, "thank", prospect, "introduction")
        self._maybe(0.4, advocate, visit, 40, "call", prospect)
        self._maybe(0.04, advocate, visit, 400, "stop_mail", prospect)
        for step, likely in (("talking", 0.6), ("met", 0.7), ("proposed", 0.5)):
            if chance.random() < likely:
                visit = self._later(advocate, visit, 40, "move", prospect, step)
        end = chance.choices(("win", "lose", "not_now", ""), (40, 25, 10, 25))[0]
        if end == "not_now":
            self._later(advocate, visit, 80, "move", prospect, end)
        elif end:
            visit = self._later(advocate, visit, 80, end, prospect)
        if end == "win":
            self._maybe(0.3, advocate, visit, 20, "thank", prospect, "business")
            self._maybe(0.3, advocate, visit, 60, "call", prospect)

    def _lives_on(self, person: Person) -> None:
        key, last = person.key, 2 * self._days
        for _ in range(self._chance.randrange(0, 6)):
            self._put(key, self._chance.randrange(last), "call", key)
        self._maybe(0.04, key, 0, last, "stop_mail", key)
        if self._chance.random() < 0.5:
            visit = self._put(key, self._chance.randrange(last), "ask", key)
            answer = self._chance.choices(("answer", "decline", "withdraw", ""), (3, 2, 1, 4))[0]
            if answer:
                self._later(key, visit, 90, answer, key)

    def _maybe(
        self,
        likely: float,
        cluster: str,
        visit: int,
        within: int,
        what: str,
        who: str,
        how: str = "",
    ) -> None:
        if self._chance.random() < likely:
            self._later(cluster, visit, within, what, who, how)

    def _later(
        self, cluster: str, visit: int, within: int, what: str, who: str, how: str = ""
    ) -> int:
        return self._put(cluster, visit + self._chance.randrange(1, within), what, who, how)

    def _put(
        self, cluster: str, visit: int, what: str, who: str, how: str = "", by: str = ""
    ) -> int:
        while (cluster, visit) in self._taken:
            visit += 1
        self._taken.add((cluster, visit))
        self._deeds.append(Deed(visit, what, who, how, by))
        return visit
