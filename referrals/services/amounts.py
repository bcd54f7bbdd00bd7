"""An amount that came in: what it stands at, what is left of it, and what cannot be one."""

from datetime import date, datetime, timedelta

from django.db.models import Sum

from businesses import clock
from businesses.models import Business
from businesses.money import format_money
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from referrals.models import ClosedBusiness, Referral
from referrals.states import Came

LONG_AGO = timedelta(days=365 * 30)


class AmountNotPositive(Refusal):
    message = "The amount must be more than zero."
    code = "amount_not_positive"
    status = 422


class CurrencyNotUsed(Refusal):
    message = "This business does not use that currency."
    code = "currency_not_used"
    status = 422


class DayNotPossible(Refusal):
    message = "That day cannot be right."
    code = "day_not_possible"
    status = 422


class SameCurrency(Refusal):
    message = "It is in that currency already."
    code = "same_currency"
    status = 422


class KeptInstead(NotPossibleNow):
    message = "This was in another currency, and is kept in that one by now. Change it there."
    code = "kept_in_other_currency"


class MoreThanIsLeft(Refusal):
    """`message` says how much there is."""

    message = "That is more than is left of it."
    code = "more_than_is_left"
    status = 422


def currencies_of(business: Business) -> list[str]:
    """Those that a business uses, its own first."""
    return list(dict.fromkeys([business.currency, *business.other_currencies]))


def kept_instead(row: ClosedBusiness) -> ClosedBusiness:
    """The row itself; where it was in another currency, what is kept in that one."""
    while row.instead is not None:
        row = row.instead
    return row


def first_time(row: ClosedBusiness) -> ClosedBusiness:
    """Of what came in again, the first time as it is kept by now; else the row itself."""
    return kept_instead(row if row.refers_to is None else row.refers_to)


def as_written(row: ClosedBusiness) -> list[ClosedBusiness]:
    """The row, and whatever it was before in another currency: the later times may refer to it."""
    former = row.instead_of.first()
    return [row] if former is None else [row, *as_written(former)]


def stands_at(row: ClosedBusiness) -> int:
    """What came in, as it was last put right; what was given back is not taken off."""
    return row.amount + _sum_beside(row, Came.CORRECTION)


def left_of(row: ClosedBusiness) -> int:
    """What is left of it, when all is given back and put right."""
    return stands_at(row) + _sum_beside(row, Came.REFUND)


def refuse_wrong_amount(
    business: Business, amount: int, currency: str, on: date, now: datetime
) -> None:
    """Raise what is wrong with it: `CurrencyNotUsed`, `AmountNotPositive`, `DayNotPossible`."""
    used = currencies_of(business)
    if currency not in used:
        raise CurrencyNotUsed(f"Amounts here are in {' or '.join(used)}.")
    refuse_wrong_number(business, amount, on, now)


def refuse_before_meeting(referral: Referral, on: date) -> None:
    """Nobody buys before hands were shaken: raises `DayNotPossible`."""
    introduction = referral.introduction
    if introduction is None or introduction.shook_hands_at is None:
        return
    if on < clock.today(referral.business, introduction.shook_hands_at):
        raise DayNotPossible("That is before you were introduced.")


def refuse_before_first(first: ClosedBusiness, on: date) -> None:
    """Nothing comes in again before it came in once: raises `DayNotPossible`."""
    if on < first.closed_on:
        raise DayNotPossible("That is before it came in for the first time.")


def refuse_wrong_number(business: Business, amount: int, on: date, now: datetime) -> None:
    """Raise `AmountNotPositive` or `DayNotPossible`."""
    if amount <= 0:
        raise AmountNotPositive
    today = clock.today(business, now)
    if on > today:
        raise DayNotPossible("That day has not come yet.")
    if on < today - LONG_AGO:
        raise DayNotPossible


def lock_amount(closed: ClosedBusiness) -> ClosedBusiness:
    """The row, behind the lock of whatever gathers all that came in beside it: the referral, else
    the first time. Raises `KeptInstead` where it was in another currency.
    """
    locked(closed.referral or first_time(closed))
    row = locked(closed)
    if row.instead_id is not None:
        raise KeptInstead
    return row


def only_left(left: int, row: ClosedBusiness) -> str:
    """A sentence of how much there is."""
    if left <= 0:
        return "All of it was given back before."
    return f"Only {format_money(left, row.currency, row.business.locale)} of it is left."


def beside(
    row: ClosedBusiness, kind: Came, amount: int, on: date, note: str, now: datetime
) -> ClosedBusiness:
    """Not saved yet: a row that is added to this one."""
    return ClosedBusiness(
        business=row.business,
        contact=row.contact,
        referral=row.referral,
        kind=kind,
        refers_to=row,
        amount=amount,
        currency=row.currency,
        closed_on=on,
        note=note,
        created_at=now,
    )


def _sum_beside(row: ClosedBusiness, kind: Came) -> int:
    return int(row.referring.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0)
