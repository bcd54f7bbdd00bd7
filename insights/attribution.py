"""Whom what came in is credited to: directly, and through generations.

The rule, in whole minor units:

- Of an amount counts what is left of it, when all is given back and put right.
- It belongs to the referral that it names, if anybody is credited with that; else to the first
  referral of that person that is credited, if they were sent by the day it came in.
- It counts if it came in within the business's window after that referral began; without a window,
  for ever.
- Those who are credited share it by their per cents. What does not divide goes by the running
  total: the parts come to the amount.
- Each part goes on, as a whole, to whoever first sent the one it went to: the next generation.
  First bind wins. It never comes to anybody twice on one way, nor to the person who paid.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from businesses.models import Business
from contacts.models import Contact
from contacts.querysets import ContactQuerySet
from insights.sent import Sent, behind, first_sent, sent_among
from insights.worth import Left, Worth, added_up, left_of_all, rates_of
from referrals.models import ClosedBusiness, Credit, Referral

WHOLE = 100
MOST_GENERATIONS = 30


class Part(NamedTuple):
    """Somebody's part of an amount. Generation 1 sent the person who paid."""

    advocate: UUID
    generation: int
    amount: int
    currency: str
    on: date
    referral: UUID


@dataclass(frozen=True, slots=True)
class Books:
    """All that the rule looks at. It is the same whether read from rows or told by events."""

    sent: Sequence[Sent]
    left: Sequence[Left]
    timezone: str
    months: int | None


@dataclass(frozen=True, slots=True)
class Credited:
    """What came in through somebody: by those whom they sent, and by those behind them."""

    people: int
    direct: Worth
    through: Worth
    rule: str

    @property
    def is_nothing(self) -> bool:
        return self.direct.is_nothing and self.through.is_nothing


@dataclass(frozen=True, slots=True)
class Bringer:
    """Somebody who sent people, and what came in through them."""

    contact: Contact
    people: int
    direct: Worth
    through: Worth


def parts_of(books: Books) -> Iterator[Part]:
    """Everybody's part of each amount, by the rule above."""
    for _, parts in counted(books):
        yield from parts


def counted(books: Books) -> Iterator[tuple[Left, Sequence[Part]]]:
    """Each amount that counts, with everybody's part of it."""
    by_referral = {one.referral: one for one in books.sent if one.by}
    first = first_sent(books.sent)
    for left in books.left:
        sent = _sent(left, by_referral, first, books)
        if sent is not None and left.amount:
            yield left, list(_climb(left, sent, first))


def split(amount: int, shares: Sequence[int]) -> Sequence[int]:
    """The amount by these per cents, in whole units: the parts come to their part of it exactly."""
    parts, told, total = [], 0, 0
    for share in shares:
        total += share
        upto = amount * total // WHOLE
        parts.append(upto - told)
        told = upto
    return parts


def credited_to(contact: Contact, *, business: Business) -> Credited:
    """What came in through somebody, with the rule in words; in a fixed count of queries."""
    books = books_behind([contact], business=business)
    found = [part for part in parts_of(books) if part.advocate == contact.pk]
    rates, home = rates_of(business), business.currency
    direct, through = (
        added_up(
            [(p.amount, p.currency, p.on) for p in found if (p.generation == 1) == is_direct],
            home=home,
            rates=rates,
        )
        for is_direct in (True, False)
    )
    people = {one.contact for one in books.sent if any(by == contact.pk for by, _ in one.by)}
    return Credited(len(people), direct, through, rule_in_words(business))


def bringers() -> ContactQuerySet:
    """Everybody who is credited with somebody."""
    return Contact.objects.filter(Exists(Credit.objects.filter(advocate__contact=OuterRef("pk"))))


def who_brought(people: Sequence[Contact], *, business: Business) -> Sequence[Bringer]:
    """What each of these brought, in their order: nobody is ranked. Four queries for any number.

    Only those who stand behind them are read, however many the business has.
    """
    books = books_behind(people, business=business)
    whom: dict[UUID, set[UUID]] = defaultdict(set)
    for one in books.sent:
        for by, _ in one.by:
            whom[by].add(one.contact)
    money: dict[tuple[UUID, bool], list[tuple[int, str, date]]] = defaultdict(list)
    for part in parts_of(books):
        key = part.advocate, part.generation == 1
        money[key].append((part.amount, part.currency, part.on))
    rates, home = rates_of(business), business.currency
    return [
        Bringer(
            contact,
            len(whom[contact.pk]),
            added_up(money[contact.pk, True], home=home, rates=rates),
            added_up(money[contact.pk, False], home=home, rates=rates),
        )
        for contact in people
    ]


def books_behind(people: Sequence[Contact], *, business: Business) -> Books:
    """What the parts of these people rest on: all who stand behind them, and what they paid
    themselves; three queries."""
    ids = behind([one.pk for one in people], business=business)
    whom = Credit.objects.filter(advocate__contact__in=ids).values("referral__contact_id")
    sent = sent_among(Credit.objects.filter(referral__contact__in=whom))
    paid = {one.contact for one in sent} | {one.pk for one in people}
    amounts = ClosedBusiness.objects.filter(contact__in=paid)
    return Books(sent, left_of_all(amounts), business.timezone, business.credit_months)


def books_of(business: Business) -> Books:
    """Everything that the rule looks at; two queries."""
    sent = sent_among(Credit.objects.all())
    left = left_of_all(ClosedBusiness.objects.all())
    return Books(sent, left, business.timezone, business.credit_months)


def worth_of_referral(referral: Referral, *, business: Business) -> Worth:
    """All that came in through one referral; two queries."""
    left = left_of_all(ClosedBusiness.objects.filter(referral=referral))
    parts = [(one.amount, one.currency, one.on) for one in left]
    return added_up(parts, home=business.currency, rates=rates_of(business))


# What stands beside what came in through one referral.
OF_ONE = "Counted is all that came in through this introduction so far, less what was given back."


def rule_in_words(business: Business) -> str:
    """What stands beside each figure."""
    return (
        f"{direct_in_words(business)} In turn, it counts for whoever first sent the one who is"
        " credited, and so on."
    )


def direct_in_words(business: Business) -> str:
    """What stands beside a figure that leaves generations out."""
    return (
        f"Counted is what they paid {how_long(business)}, less what was given back. What came of an"
        " introduction is credited to whoever made it; all else that they paid since they were"
        " first sent to you, to whoever sent them first. Where you shared the credit, each has"
        " their part."
    )


def how_long(business: Business) -> str:
    """The window, in words."""
    months = business.credit_months
    if not months:
        return "however long ago they came"
    return f"within {'a month' if months == 1 else f'{months} months'} of their coming"


def _sent(
    left: Left, by_referral: Mapping[UUID, Sent], first: Mapping[UUID, Sent], books: Books
) -> Sent | None:
    """To which referral the amount counts, if it counts."""
    sent = by_referral.get(left.referral) if left.referral else None
    if sent is None:
        sent = first.get(left.contact)
        if sent is None or left.on < _day(sent.at, books):
            return None
    if books.months is not None and left.on > _months_later(_day(sent.at, books), books.months):
        return None
    return sent


def _climb(left: Left, sent: Sent, first: Mapping[UUID, Sent]) -> Iterator[Part]:
    """From who sent the person who paid to who sent those, and so on."""
    level = [(left.amount, sent.by, frozenset({left.contact}))]
    for generation in range(1, MOST_GENERATIONS + 1):
        parts: dict[tuple[UUID, frozenset[UUID]], int] = defaultdict(int)
        for amount, credited, way in level:
            by, shares = zip(*credited, strict=True)
            for advocate, part in zip(by, split(amount, shares), strict=True):
                if part and advocate not in way:
                    parts[advocate, way | {advocate}] += part
        for (advocate, _), part in parts.items():
            yield Part(advocate, generation, part, left.currency, left.on, sent.referral)
        level = [
            (part, first[advocate].by, way)
            for (advocate, way), part in parts.items()
            if advocate in first
        ]
        if not level:
            return


def _day(at: datetime, books: Books) -> date:
    return at.astimezone(ZoneInfo(books.timezone)).date()


def _months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
