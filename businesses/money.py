"""Money: whole minor units (cents) and a currency; never a float, unlike ones never summed."""

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

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
    if not re.fullmatch(r"-?\d[\d.,]*", bare):
        raise UnreadableAmount
    mark = max(bare.rfind("."), bare.rfind(","))
    tail = len(bare) - mark - 1
    if (mark >= 0 and 0 < tail <= max(digits, 2) and tail != 3) or (mark >= 0 and tail == digits):
        bare = re.sub(r"[.,]", "", bare[:mark]) + "." + bare[mark + 1 :]
    else:
        bare = re.sub(r"[.,]", "", bare)
    try:
        minor = Decimal(bare).scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    except InvalidOperation as error:
        raise UnreadableAmount from error
    if abs(minor) > LARGEST:
        raise UnreadableAmount("That amount is larger than we can keep.")
    return int(minor)
