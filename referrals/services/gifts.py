"""Small gifts: what they cost, and how much somebody may have of them in a year."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Sum

from businesses import clock
from businesses.models import Business
from businesses.money import LARGEST, format_money
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from referrals.models import ThankYou
from referrals.thanks import LONGEST_NOTE


class GiftAboveCeiling(Refusal):
    message = "With this one, gifts to them are above what you allow for a year. Say why."
    code = "gift_above_ceiling"
    status = 422


class GiftCostNotPossible(Refusal):
    message = "What a gift cost cannot be less than nothing."
    code = "gift_cost_not_possible"
    status = 422


@dataclass(frozen=True, slots=True)
class Gift:
    """What a gift cost, in whole minor units of the business's currency; why it is above."""

    cost: int
    because: str = ""


def kept_gift(*, thank_you: ThankYou, gift: Gift, now: datetime) -> None:
    """Write the gift on the thank-you, which the caller saves.

    Two gifts to one person at once meet at the person's row, so that the second counts the first.
    Raises `GiftAboveCeiling` without a reason, and `GiftCostNotPossible`.
    """
    if not 0 <= gift.cost <= LARGEST:
        raise GiftCostNotPossible
    business, contact = thank_you.business, locked(thank_you.advocate.contact)
    because = " ".join(gift.because.split())[:LONGEST_NOTE]
    total = gifts_within_year(contact=contact, business=business, now=now) + gift.cost
    ceiling = business.gift_ceiling
    if ceiling is not None and total > ceiling and not because:
        raise GiftAboveCeiling(_above(contact, business, total, ceiling))
    thank_you.gift_cost, thank_you.gift_currency = gift.cost, business.currency
    thank_you.gift_because = because


def gifts_within_year(*, contact: Contact, business: Business, now: datetime) -> int:
    """What gifts to this person have cost since the year began at the business's place."""
    first = clock.today(business, now).replace(month=1, day=1)
    gifts = ThankYou.objects.gifts_between(_begin(business, first), _begin(business, _next(first)))
    mine = gifts.filter(advocate__contact=contact, gift_currency=business.currency)
    found: int | None = mine.aggregate(total=Sum("gift_cost"))["total"]
    return found or 0


def _above(contact: Contact, business: Business, total: int, ceiling: int) -> str:
    would, may = (
        format_money(amount, business.currency, business.locale) for amount in (total, ceiling)
    )
    return (
        f"With this one, gifts to {contact.first_name} come to {would} this year. "
        f"You set {may} a person. Say why it is right this time."
    )


def _begin(business: Business, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(business.timezone))


def _next(first: date) -> date:
    return first.replace(year=first.year + 1)
