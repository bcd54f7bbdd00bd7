"""What came in, added up: each currency by itself, and together at the rates the owner entered.

An amount counts with what is left of it, when all is given back and put right. Of another currency
it is worth what the rate says that held on its day: the latest one entered for that day or one
before. Without such a rate nothing is converted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from businesses.models import Business
from contacts.models import Contact
from referrals.models import ClosedBusiness, ExchangeRate
from referrals.querysets import ClosedBusinessQuerySet
from referrals.services import converted


class Left(NamedTuple):
    """What is left of one amount that came in."""

    amount: int
    currency: str
    on: date
    contact: UUID
    referral: UUID | None


class Rates:
    """What other currencies are worth in the business's own."""

    def __init__(self, home: str, entered: Iterable[tuple[str, date, Decimal]]) -> None:
        self._home = home
        self._entered: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for currency, since, rate in sorted(entered):
            self._entered[currency].append((since, rate))

    def at_home(self, amount: int, currency: str, on: date) -> int | None:
        """The amount in the business's own currency, rounded half to even; None without a rate."""
        if currency == self._home:
            return amount
        held = [rate for since, rate in self._entered.get(currency, []) if since <= on]
        if not held:
            return None
        return converted(amount, currency, self._home, held[-1])


@dataclass(frozen=True, slots=True)
class Worth:
    """A sum that never adds unlike currencies; `together` is in the business's own.

    `together` is None where there is nothing to convert, or a rate is missing.
    """

    amounts: Mapping[str, int]
    together: int | None

    @property
    def is_nothing(self) -> bool:
        return not any(self.amounts.values())


def rates_of(business: Business) -> Rates:
    """One query."""
    rows = ExchangeRate.objects.values_list("currency", "since", "rate").order_by("since")
    return Rates(business.currency, rows)


def left_of_all(rows: ClosedBusinessQuerySet) -> Sequence[Left]:
    """What is left of each that came in, of these rows; one query."""
    found = rows.income().with_left().order_by("closed_on", "id")
    fields = ("left", "currency", "closed_on", "contact_id", "referral_id")
    return [Left(*row) for row in found.values_list(*fields)]


def added_up(parts: Iterable[tuple[int, str, date]], *, home: str, rates: Rates) -> Worth:
    """Amounts with currency and day, added up."""
    amounts: Counter[str] = Counter()
    together: int | None = 0
    for amount, currency, on in parts:
        if not amount:
            # What is nothing is in no currency, and lacks no rate.
            continue
        amounts[currency] += amount
        worth = rates.at_home(amount, currency, on)
        together = None if worth is None or together is None else together + worth
    is_unlike = any(currency != home for currency in amounts)
    return Worth(dict(sorted(amounts.items())), together if is_unlike else None)


def worth_of(contact: Contact, *, business: Business) -> Worth:
    """All that came in from somebody, as a customer; two queries."""
    left = left_of_all(ClosedBusiness.objects.of_contact(contact))
    parts = [(one.amount, one.currency, one.on) for one in left]
    return added_up(parts, home=business.currency, rates=rates_of(business))
