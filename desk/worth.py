"""Sums of money as people read them."""

from businesses.models import Business
from businesses.money import format_money
from insights.worth import Worth


def in_words(worth: Worth, business: Business) -> str:
    """`€100 and US$50, together €125 at your rates`; `nothing yet`."""
    said = [
        format_money(amount, currency, business.locale)
        for currency, amount in worth.amounts.items()
        if amount
    ]
    if not said:
        return "nothing yet"
    words = " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))
    if worth.together is None:
        return words
    together = format_money(worth.together, business.currency, business.locale)
    return f"{words}, together {together} at your rates"
