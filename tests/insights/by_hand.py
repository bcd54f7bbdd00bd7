"""The rule of credit, followed row by row as a person with a pencil would: slow, and nobody else's.

It shares no line with `insights/`, so that a slip there is not made here as well.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from businesses.models import Business
from referrals.models import ClosedBusiness, Referral


class Slip(NamedTuple):
    """What somebody is credited with, of what one person paid on a day."""

    advocate: UUID
    payer: UUID
    generation: int
    amount: int
    on: date


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
    """Everybody's part of everything that came in, all currencies alike."""
    slips: list[Slip] = []
    for row in ClosedBusiness.objects.filter(kind__in=["sale", "again"]):
        referral, left = sent_by_hand(row, business), left_by_hand(row)
        purses: Counter[tuple[UUID, frozenset[UUID]]] = Counter()
        if referral is not None:
            purses = _shared(left, referral, frozenset({row.contact_id}))
        generation = 1
        while purses:
            further: Counter[tuple[UUID, frozenset[UUID]]] = Counter()
            for (advocate, way), part in purses.items():
                slips.append(Slip(advocate, row.contact_id, generation, part, row.closed_on))
                came_by = first_by_hand(advocate)
                if came_by is not None:
                    further.update(_shared(part, came_by, way))
            purses, generation = further, generation + 1
    return slips


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
