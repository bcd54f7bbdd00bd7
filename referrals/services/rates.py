"""The currencies that a business uses beside its own, and what the owner says they are worth."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypedDict

from babel.core import Locale
from babel.numbers import get_currency_precision
from django.db import connection

from activity.actors import Actor
from activity.services import Fact, record_event
from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from businesses.tenancy import locked
from referrals.models import ExchangeRate
from referrals.services.amounts import CurrencyNotUsed, DayNotPossible

MOST_CURRENCIES = 10
MOST_CREDIT_MONTHS = 600
HIGHEST_RATE = Decimal(10) ** 9
_KNOWN = frozenset(Locale("en").currencies)


class CurrencyUnknown(Refusal):
    message = "A currency is named by three letters, as in USD."
    code = "currency_unknown"
    status = 422


class TooManyCurrencies(Refusal):
    message = f"{MOST_CURRENCIES} other currencies at most."
    code = "too_many_currencies"
    status = 422


class RateNotPossible(Refusal):
    message = "A rate is a number above zero, such as 0.92."
    code = "rate_not_possible"
    status = 422


class MonthsNotPossible(Refusal):
    message = f"Give from 1 to {MOST_CREDIT_MONTHS} months, or leave it empty."
    code = "months_not_possible"
    status = 422


class MoneyChanges(TypedDict, total=False):
    """What `change_money` can change. `credit_months`: None is for ever."""

    other_currencies: Sequence[str]
    credit_months: int | None


def change_money(
    *, business: Business, changes: MoneyChanges, by: Actor, now: datetime
) -> Business:
    """Which currencies are used beside its own, and how long what somebody brings counts.

    Amounts in a currency that is dropped stay as they are. The history keeps what it was and what
    it is. Raises `CurrencyUnknown`, `TooManyCurrencies`, `MonthsNotPossible`.
    """
    business = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    former = _money_of(business)
    if "other_currencies" in changes:
        business.other_currencies = _clean(business, changes["other_currencies"])
    if "credit_months" in changes:
        months = changes["credit_months"]
        if months is not None and not 1 <= months <= MOST_CREDIT_MONTHS:
            raise MonthsNotPossible
        business.credit_months = months
    if _money_of(business) == former:
        return business
    business.save(update_fields=[*changes])
    record_event(
        business=business,
        name="money.changed",
        actor=by,
        subject=business,
        payload={f"from_{name}": value for name, value in former.items()}
        | {f"to_{name}": value for name, value in _money_of(business).items()},
        now=now,
    )
    return business


def _money_of(business: Business) -> dict[str, Fact]:
    return {"months": business.credit_months, "currencies": [*business.other_currencies]}


def enter_rate(
    *,
    business: Business,
    currency: str,
    rate: Decimal,
    since: date,
    by: Actor,
    now: datetime,
) -> ExchangeRate:
    """What one unit of a currency is worth in the business's own from a day on.

    A second rate for the same day takes the place of the first. Raises `CurrencyNotUsed`,
    `RateNotPossible`, and `DayNotPossible` for a day to come.
    """
    _lock_rates(business, "pg_advisory_xact_lock")
    business = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    if currency not in business.other_currencies:
        raise CurrencyNotUsed(f"You do not use {currency} yet. Add it first.")
    if not rate.is_finite() or not 0 < rate <= HIGHEST_RATE:
        raise RateNotPossible
    rate = rate.quantize(Decimal("0.00000001"))
    if not rate:
        raise RateNotPossible
    if since > clock.today(business, now):
        raise DayNotPossible("That day has not come yet.")
    row, _ = ExchangeRate.objects.update_or_create(
        business=business,
        currency=currency,
        since=since,
        defaults={"rate": rate},
        create_defaults={"rate": rate, "created_at": now},
    )
    _record("exchange_rate.entered", row, by, now)
    return row


def remove_rate(*, rate: ExchangeRate, by: Actor, now: datetime) -> None:
    """It was a slip: amounts of its days are converted by the rate before it, or by none.

    Also of a currency that is used no more. Raises `GoneMeanwhile`.
    """
    _lock_rates(rate.business, "pg_advisory_xact_lock")
    row = locked(rate)
    _record("exchange_rate.removed", row, by, now)
    row.delete()


def _record(name: str, row: ExchangeRate, by: Actor, now: datetime) -> None:
    record_event(
        business=row.business,
        name=name,
        actor=by,
        subject=row,
        payload={
            "currency": row.currency,
            "rate": str(row.rate),
            "since": row.since.isoformat(),
        },
        now=now,
    )


def keep_rates(business: Business) -> None:
    """No rate is entered or removed for this business until the transaction ends.

    Whoever keeps that a rate is missing calls it before looking: one that is entered at the same
    moment is then either seen, or comes after what is kept and finds it.
    """
    _lock_rates(business, "pg_advisory_xact_lock_shared")


def _lock_rates(business: Business, lock: str) -> None:
    # Not the business's row, which whoever queues a letter locks last.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [f"rates:{business.pk}"])


def worth_at_home(*, business: Business, amount: int, currency: str, on: date) -> int | None:
    """An amount in the business's own currency, by the rate that held on that day.

    That is the latest entered for that day or one before; None where there is none.
    """
    if currency == business.currency:
        return amount
    held = ExchangeRate.objects.filter(currency=currency, since__lte=on).order_by("-since").first()
    return None if held is None else converted(amount, currency, business.currency, held.rate)


def converted(amount: int, currency: str, home: str, rate: Decimal) -> int:
    """Minor units in those of another currency, rounded half to even."""
    digits = get_currency_precision(home) - get_currency_precision(currency)
    value = (Decimal(amount) * rate).scaleb(digits)
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def _clean(business: Business, currencies: Sequence[str]) -> list[str]:
    codes = dict.fromkeys(code.strip().upper() for code in currencies)
    codes.pop("", None)
    codes.pop(business.currency, None)
    if not codes.keys() <= _KNOWN:
        raise CurrencyUnknown
    if len(codes) > MOST_CURRENCIES:
        raise TooManyCurrencies
    return list(codes)
