"""The rule of credit, followed row by row as a person with a pencil would: slow, and nobody else's.

It shares no line with `insights/`, so that a slip there is not made here as well.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from businesses.models import Business
from referrals.models import ClosedBusiness, ExchangeRate, Referral


class Slip(NamedTuple):
    """What somebody is credited with, of what one person paid on a day, and of which row."""

    advocate: UUID
    payer: UUID
    generation: int
    amount: int
    currency: str
    on: date
    row: UUID


class Coin(NamedTuple):
    """An amount of a currency on a day."""

    amount: int
    currency: str
    on: date


def came_by_hand() -> list[ClosedBusiness]:
    """Each time that something came in: the first, and again."""
    return list(ClosedBusiness.objects.filter(kind__in=["sale", "again"]))


def left_by_hand(row: ClosedBusiness) -> int:
    """What is left of what came in."""
    mended = ClosedBusiness.objects.filter(refers_to=row, kind__in=["refund", "correction"])
    return row.amount + sum(one.amount for one in mended)


def credited_by_hand(referral: Referral) -> list[tuple[UUID, int]]:
    """Who is credited with how many per cent, in the order in which they were."""
    credits = sorted(referral.credits.all(), key=lambda one: (one.created_at, one.pk))
    return [(one.advocate.contact_id, one.share) for one in credits]


def first_by_hand(contact: UUID) -> Referral | None:
    """The first time that this person was sent by somebody who is credited."""
    for referral in Referral.objects.filter(contact=contact).order_by("created_at", "id"):
        if credited_by_hand(referral):
            return referral
    return None


def sent_by_hand(row: ClosedBusiness, business: Business) -> Referral | None:
    """Which time of being sent an amount belongs to; none where it does not count."""
    named = row.referral
    if named is not None and credited_by_hand(named):
        found: Referral | None = named
    else:
        found = first_by_hand(row.contact_id)
        if found is None or row.closed_on < _day(found.created_at, business):
            return None
    assert found is not None
    months = business.credit_months
    if months is not None and row.closed_on > _later(_day(found.created_at, business), months):
        return None
    return found


def slips_by_hand(business: Business) -> list[Slip]:
    """Everybody's part of everything that came in."""
    slips: list[Slip] = []
    for row in came_by_hand():
        referral, left = sent_by_hand(row, business), left_by_hand(row)
        purses: Counter[tuple[UUID, frozenset[UUID]]] = Counter()
        if referral is not None:
            purses = _shared(left, referral, frozenset({row.contact_id}))
        generation = 1
        while purses:
            further: Counter[tuple[UUID, frozenset[UUID]]] = Counter()
            for (advocate, way), part in purses.items():
                paid = part, row.currency, row.closed_on, row.pk
                slips.append(Slip(advocate, row.contact_id, generation, *paid))
                came_by = first_by_hand(advocate)
                if came_by is not None:
                    further.update(_shared(part, came_by, way))
            purses, generation = further, generation + 1
    return slips


def sums_by_hand(coins: Iterable[Coin]) -> dict[str, int]:
    """Each currency by itself; one that nothing is left of is not named."""
    sums: Counter[str] = Counter()
    for one in coins:
        sums[one.currency] += one.amount
    return {currency: amount for currency, amount in sums.items() if amount}


def together_by_hand(coins: Iterable[Coin]) -> int | None:
    """All in euros; None where there are no others, or one of them has no rate."""
    counted = [one for one in coins if one.amount]
    rates = [rate_by_hand(one.currency, one.on) for one in counted]
    if all(one.currency == "EUR" for one in counted) or None in rates:
        return None
    return sum(round(one.amount * rate) for one, rate in zip(counted, rates, strict=True) if rate)


def rate_by_hand(currency: str, on: date) -> Decimal | None:
    """How many euros one was worth: what was entered last of what was entered by that day."""
    if currency == "EUR":
        return Decimal(1)
    held = [one for one in ExchangeRate.objects.filter(currency=currency) if one.since <= on]
    return max(held, key=lambda one: one.since).rate if held else None


def _shared(
    amount: int, referral: Referral, way: frozenset[UUID]
) -> Counter[tuple[UUID, frozenset[UUID]]]:
    """Each one's part, without those who are on the way already; cents fall by the running sum."""
    found: Counter[tuple[UUID, frozenset[UUID]]] = Counter()
    per_cent = handed_out = 0
    for advocate, share in credited_by_hand(referral):
        per_cent += share
        part = amount * per_cent // 100 - handed_out
        handed_out += part
        if part and advocate not in way:
            found[advocate, way | {advocate}] += part
    return found


def _day(at: datetime, business: Business) -> date:
    return at.astimezone(ZoneInfo(business.timezone)).date()


def _later(day: date, months: int) -> date:
    """So many months on; where that month is too short, its last day."""
    number = day.year * 12 + day.month - 1 + months
    for short in range(4):
        try:
            return date(number // 12, number % 12 + 1, day.day - short)
        except ValueError:
            continue
    return day + timedelta(days=30 * months)
