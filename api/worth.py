"""Sums of money in answers: each currency by itself, and together where there are rates."""

from typing import Any

from rest_framework import serializers

from api.shapes import Shape
from insights.worth import Worth

RULE = "How it is counted, in words to show a person."


class SumShape(Shape):
    """What there is in one currency."""

    amount = serializers.IntegerField(help_text="Whole minor units, such as cents.")
    currency = serializers.CharField()


class WorthShape(Shape):
    """A sum that never adds unlike currencies."""

    amounts = SumShape(many=True)
    together = serializers.IntegerField(
        allow_null=True,
        help_text="All of it in the business's own currency, at the rates entered; null where"
        " there is nothing to convert, or a rate is missing.",
    )


class WorthOfOneShape(WorthShape):
    """What came in through one referral, and what is counted."""

    rule = serializers.CharField(help_text=RULE)


def told(worth: Worth) -> dict[str, Any]:
    """As `WorthShape` reads."""
    amounts = [
        {"amount": amount, "currency": currency} for currency, amount in worth.amounts.items()
    ]
    return {"amounts": amounts, "together": worth.together}
