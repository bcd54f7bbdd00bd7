"""Money in bodies: whole minor units with a currency, and the day it came in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict

from rest_framework import serializers

from businesses import clock
from businesses.models import Business
from businesses.money import LARGEST


class Amount(serializers.IntegerField):
    """185000 are 1,850 euros."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_value", LARGEST)
        kwargs.setdefault("help_text", "Whole minor units, such as cents.")
        super().__init__(**kwargs)


class Currency(serializers.RegexField):
    """EUR; the business's own where nothing is said."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", "ISO 4217. Unless said, that of the business.")
        super().__init__(r"^[A-Z]{3}$", **kwargs)


class Money(TypedDict):
    """What the services take."""

    amount: int
    currency: str
    on: date


def money_in(sent: Mapping[str, Any], *, business: Business, now: datetime) -> Money:
    """`amount`, `currency` and `closed_on` of a body; unsaid it is the business's money, today."""
    return {
        "amount": sent["amount"],
        "currency": sent.get("currency") or business.currency,
        "on": sent.get("closed_on") or clock.today(business, now),
    }
