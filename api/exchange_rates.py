"""/exchange-rates: what other currencies are worth, as the owner says."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Shape
from businesses import clock
from referrals.models import ExchangeRate
from referrals.services import enter_rate, remove_rate


class ExchangeRateShape(Shape):
    """What one unit of a currency is worth in the business's own, from a day on."""

    id = serializers.UUIDField(read_only=True)
    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="One that the business uses.")
    rate = serializers.DecimalField(
        max_digits=18,
        decimal_places=8,
        help_text="As text, such as `0.92`: so much of the business's own currency is one of it.",
    )
    since = serializers.DateField(required=False, help_text="Today, unless said.")
    created_at = serializers.DateTimeField(read_only=True)


class ExchangeRateFilters(Filters):
    currency = serializers.CharField(max_length=3, required=False)


class ExchangeRates(Resource):
    """Amounts of unlike currencies are added up by these alone, and by none before their day."""

    queryset = ExchangeRate.objects.all()
    serializer_class = ExchangeRateShape
    filters_class = ExchangeRateFilters
    permission_classes = (AdminChanges,)
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "-since": Order("since", "latest day first", backwards=True),
    }

    def list(self, request: Request) -> Response:
        """What was entered, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One rate."""
        return self.shown(self.get_object())

    @extend_schema(responses={201: ExchangeRateShape})
    def create(self, request: Request) -> Response:
        """Enter a rate; a second one for the same day takes the place of the first."""
        sent, now = self.sent(ExchangeRateShape), clock.now()
        rate = enter_rate(
            business=self.request.business,
            currency=sent["currency"],
            rate=sent["rate"],
            since=sent.get("since") or clock.today(self.request.business, now),
            by=self.request.actor,
            now=now,
        )
        return self.shown(self.found(rate.pk), status=201)

    def destroy(self, request: Request, id: UUID) -> Response:
        """Remove a rate that was a slip: the one before it holds, or none."""
        remove_rate(rate=self.get_object(), by=self.request.actor, now=clock.now())
        return Response(status=204)
