"""Money: whole minor units (cents) and a currency; never a float, unlike ones never summed."""

import re
from decimal import ROUND_HALF_EVEN, Decimal

from babel.core import UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

from businesses.refusals import Refusal

# An amount above this is a slip of the finger, and still fits a bigint a thousand million times.
LARGEST = 10**12


class UnreadableAmount(Refusal):
    message = "Please write the amount as a number, for example 1850 or 1850.50."
    code = "unreadable_amount"
    status = 422


def format_money(amount: int, currency: str, locale: str = "en_GB") -> str:
    """`185050, "EUR"` as a person of that locale writes it; decimals only where there are any."""
    digits = get_currency_precision(currency)
    value = Decimal(amount).scaleb(-digits)
    whole = value == value.to_integral_value()
    try:
        return str(
            format_currency(
                value, currency, locale=locale, currency_digits=not whole, format=_pattern(whole)
            )
        )
    except UnknownLocaleError:
        return f"{value} {currency}"


def plain_money(amount: int, currency: str) -> str:
    """`185050, "EUR"` as the number to begin a field with: `1850.50`; `parse_money` reads it."""
    value = Decimal(amount).scaleb(-get_currency_precision(currency))
    whole = value == value.to_integral_value()
    return f"{value:.0f}" if whole else f"{value:f}"


def _pattern(whole: bool) -> str | None:
    return "¤#,##0" if whole else None


def parse_money(text: str, currency: str) -> int:
    """Minor units from what a person typed: `1.850,50`, `1 850.5`, `€1850`.

    The last dot or comma is the decimal mark if one or two digits (or three, for currencies that
    have three) follow it. Raises `UnreadableAmount`; zero and negative amounts are the caller's
    to judge.
    """
    digits = get_currency_precision(currency)
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text).strip("€$£").removesuffix(currency)
    whole, part = _split(bare, {1, 2, digits} - {0})
    if not _WHOLE.fullmatch(whole):
        raise UnreadableAmount
    number = Decimal(re.sub(r"[.,]", "", whole) + "." + (part or "0"))
    minor = number.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    if abs(minor) > LARGEST:
        raise UnreadableAmount("That amount is larger than we can keep.")
    return int(minor)


# Digits, or groups of them set apart by dots or commas. The first group does not begin with 0:
# `0,500` is a fraction with a place too many, and not five hundred.
_WHOLE = re.compile(r"-?(\d{1,20}|[1-9]\d{0,2}([.,]\d{2,3}){1,6})", re.ASCII)


def _split(number: str, decimals: set[int]) -> tuple[str, str]:
    """What is before and after the decimal mark, where there is one."""
    mark = max(number.rfind("."), number.rfind(","))
    after = number[mark + 1 :]
    if mark > 0 and after.isascii() and after.isdigit() and len(after) in decimals:
        return number[:mark], after
    return number, ""
