"""What the model of the year knows of: people, referrals, plans and letters."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import holidays

from outreach.cadences import Step
from tests.faults.year_script import BEGIN, Person, Visit

A_MONTH = timedelta(days=30)
FREE = holidays.country_holidays("SE", years=range(BEGIN.year, BEGIN.year + 3))


@dataclass
class Someone:
    key: str
    first_name: str
    address: str
    zone: str = ""
    is_inner: bool = False
    is_partner: bool = False
    wants_no_mail: bool = False
    last_touch: date | None = None
    next_touch: date | None = None
    introduced_first: date | None = None


@dataclass
class Referral:
    prospect: Someone
    advocate: Someone
    hears: str
    state: str = "introduced"
    thanks_due: set[str] = field(default_factory=set)


@dataclass
class Taken:
    step: Step
    outcome: str
    reason: str
    visit: Visit


@dataclass
class Enrolment:
    plan: str
    person: Someone
    about: str
    begun: Visit
    due: date
    anchor: date | None = None
    state: str = "active"
    reason: str = ""
    taken: list[Taken] = field(default_factory=list)
    # By a letter of another plan, since it began.
    is_in_touch: bool = False

    def __str__(self) -> str:
        about = f" about {self.about}" if self.about else ""
        return f"{self.plan} for {self.person.key}{about} of {self.begun.day}"


@dataclass
class Letter:
    name: str
    reader: Someone
    of: Enrolment | None = None
    # Somebody wrote it, or approved it.
    is_personal: bool = False
    left: Visit | None = None
    is_cancelled: bool = False


def someone(person: Person) -> Someone:
    one = Someone(
        person.key, "Marta", person.address, person.zone, person.is_inner, person.is_partner
    )
    one.next_touch = BEGIN + A_MONTH
    if person.sent_before:
        one.introduced_first = BEGIN - timedelta(days=person.sent_before)
    return one


def belongs_to(letter: Letter, plan: Enrolment) -> bool:
    """Whether it is the plan's own letter, or about the same ask."""
    asks = letter.name.startswith(("ask_to_advocate", "nudge_to_advocate"))
    return letter.of is plan or (asks and plan.plan == "unanswered_ask")


def outcome_of(step: Step, reason: str) -> str:
    if reason:
        return "skipped"
    if step.kind == "reminder":
        return "reminded"
    return "sent" if step.automatic else "drafted"


def thanks_plan(reason: str) -> str:
    return "thank_win" if reason == "business" else "thank_introduction"


def anniversary(first: date, today: date) -> date:
    """The next one, or the day itself where none was yet."""
    day = first.replace(year=today.year)
    return day if day >= today else first.replace(year=today.year + 1)


def due_day(step: Step, today: date, anchor: date | None) -> date:
    """On which day, seen from a visit: that is always after nine, when steps fall due."""
    if step.timing == "before" and anchor:
        return max(anchor - timedelta(days=step.days), today)
    if step.timing != "working_day":
        return today + timedelta(days=step.days)
    day = today + timedelta(days=max(step.days, 1))
    while day.weekday() >= 5 or day in FREE:
        day += timedelta(days=1)
    return day
