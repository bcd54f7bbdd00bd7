"""Giving beside getting: for each partner firm and each advocate, and whose turn it is.

Nobody is ranked by how much they brought: whose turn it is comes first, then the name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Min

from businesses import clock
from businesses.models import Business
from contacts.models import Company, Contact
from giving.models import GivenIntroduction
from referrals.models import Credit

# So long a partnership is young: whoever was given to first owes nothing yet.
PATIENCE = timedelta(days=180)


class Turn(StrEnum):
    """Whose turn it is, in the order in which they are shown."""

    OURS = "ours"
    BEGIN = "begin"
    YOUNG = "young"
    EVEN = "even"
    THEIRS = "theirs"


_ORDER = list(Turn)


@dataclass(frozen=True, slots=True)
class Counted:
    """So many, the first of them then."""

    count: int = 0
    first: datetime | None = None

    def __add__(self, other: "Counted") -> "Counted":
        firsts = [at for at in (self.first, other.first) if at is not None]
        return Counted(self.count + other.count, min(firsts, default=None))


@dataclass(frozen=True, slots=True)
class Balance:
    """What went either way with one partner firm or one advocate. `since`: when it began."""

    who: Company | Contact
    given: int
    received: int
    since: date | None
    turn: Turn

    @property
    def firm(self) -> Company | None:
        return self.who if isinstance(self.who, Company) else None

    @property
    def contact(self) -> Contact | None:
        return self.who if isinstance(self.who, Contact) else None

    @property
    def says(self) -> str:
        """How it stands, in a sentence or two."""
        counts = f"You sent {self.given}, received {self.received}."
        return f"{counts} {_SAYS[self.turn].format(since=_day(self.since))}"


_SAYS: Mapping[Turn, str] = {
    Turn.OURS: "It is your turn.",
    Turn.BEGIN: "Somebody begins, and it may be you.",
    Turn.YOUNG: "It is young, since {since}: give it time.",
    Turn.EVEN: "You are even.",
    Turn.THEIRS: "It is their turn, and there is no hurry.",
}


def turn_of(*, given: int, received: int, since: date | None, today: date) -> Turn:
    """Whose turn it is: ours as soon as we got more; theirs only after the time of patience."""
    if received > given:
        return Turn.OURS
    is_young = since is not None and since > today - PATIENCE
    if given == received:
        return Turn.EVEN if given else Turn.YOUNG if is_young else Turn.BEGIN
    return Turn.YOUNG if is_young else Turn.THEIRS


def balances(*, business: Business, now: datetime) -> Sequence[Balance]:
    """With every partner firm, and with everybody else with whom anything went either way.

    Who works at a partner firm is counted there. Given is an introduction of ours after which both
    said yes; received is a person whom they are credited with. Whoever is left in peace is left
    out. Six queries, however many there are.
    """
    today = clock.today(business, now)
    partners = {firm.pk: firm for firm in Company.objects.partners()}
    got, got_by_firm = _received(partners)
    to_firms = _given("partner")
    gave = _given("first", partner=None)
    for key, counted in _given("second", partner=None).items():
        gave[key] = gave.get(key, Counted()) + counted
    people = Contact.objects.filter(rests="").in_bulk([*{*got, *gave}])
    for key in [*gave]:
        firm_id = people[key].company_id if key in people else None
        if firm_id in partners:
            to_firms[firm_id] = to_firms.get(firm_id, Counted()) + gave.pop(key)
            people.pop(key)
    rows = [
        _balance(firm, to_firms.get(key), got_by_firm.get(key), firm.partner_since, today, business)
        for key, firm in partners.items()
    ]
    rows += [
        _balance(person, gave.get(key), got.get(key), None, today, business)
        for key, person in people.items()
    ]
    rows.sort(key=lambda row: (_ORDER.index(row.turn), row.who.name_key, str(row.who.pk)))
    return rows


def balance_with(*, who: Company | Contact, business: Business, now: datetime) -> Balance:
    """With this firm or person alone, whether or not anything went either way. Two queries."""
    credits, given = Credit.objects.all(), GivenIntroduction.objects.shaken()
    if isinstance(who, Company):
        credits = credits.filter(advocate__contact__company=who)
        to_them, since = given.with_firm(who), who.partner_since
    else:
        credits = credits.filter(advocate__contact=who)
        to_them, since = given.naming(who), None
    got = Counted(*credits.aggregate(n=Count("pk"), at=Min("created_at")).values())
    gave = Counted(*to_them.aggregate(n=Count("pk"), at=Min("shook_hands_at")).values())
    return _balance(who, gave, got, since, clock.today(business, now), business)


def _balance(
    who: Company | Contact,
    gave: Counted | None,
    got: Counted | None,
    since: date | None,
    today: date,
    business: Business,
) -> Balance:
    both = (gave or Counted()) + (got or Counted())
    began = since or (clock.today(business, both.first) if both.first else None)
    given, received = (counted.count if counted else 0 for counted in (gave, got))
    turn = turn_of(given=given, received=received, since=began, today=today)
    return Balance(who, given, received, began, turn)


def _received(
    partners: Mapping[UUID, Company],
) -> tuple[dict[UUID, Counted], dict[UUID, Counted]]:
    """By person, and by partner firm those who work there."""
    by_person: dict[UUID, Counted] = {}
    by_firm: dict[UUID, Counted] = {}
    rows = Credit.objects.values_list("advocate__contact", "advocate__contact__company").annotate(
        n=Count("pk"), at=Min("created_at")
    )
    for person_id, firm_id, count, at in rows.order_by():
        counted = Counted(count, at)
        if firm_id in partners:
            by_firm[firm_id] = by_firm.get(firm_id, Counted()) + counted
        else:
            by_person[person_id] = counted
    return by_person, by_firm


def _given(side: str, **which: object) -> dict[UUID, Counted]:
    """By who stands at this side of what was given, of those of whom both said yes."""
    rows = GivenIntroduction.objects.shaken().filter(**which).exclude(**{side: None})
    counts = rows.values_list(side).annotate(n=Count("pk"), at=Min("shook_hands_at"))
    return {key: Counted(count, at) for key, count, at in counts.order_by()}


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "lately"
