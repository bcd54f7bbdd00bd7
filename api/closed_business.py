"""/closed-business: money that came in, through a referral or not."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.money import Amount, Currency, money_in
from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from referrals.models import ClosedBusiness, Referral
from referrals.services import correct_closed_business, record_closed_business


class ClosedBusinessShape(Shape):
    """Money that came in from a customer."""

    id = serializers.UUIDField(read_only=True)
    contact_id = Id(Contact, source="contact")
    referral_id = Id(
        Referral,
        source="referral",
        allow_null=True,
        required=False,
        help_text="A referral of this contact that is won.",
    )
    amount = Amount()
    currency = Currency()
    closed_on = serializers.DateField(required=False, help_text="Today, unless said.")
    note = serializers.CharField(max_length=300, allow_blank=True, required=False)
    created_at = serializers.DateTimeField(read_only=True)


class CorrectionShape(Shape):
    """What can be put right. Anything else would be other business."""

    amount = Amount(required=False)
    closed_on = serializers.DateField(required=False)


class ClosedBusinessFilters(Filters):
    contact_id = Id(Contact, source="contact", required=False)
    referral_id = Id(Referral, source="referral", required=False)


class ClosedBusinesses(Resource):
    """Money that came in, through a referral or not."""

    queryset = ClosedBusiness.objects.all()
    serializer_class = ClosedBusinessShape
    filters_class = ClosedBusinessFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "closed_on": Order("closed_on", "earliest day first"),
        "-closed_on": Order("closed_on", "latest day first", backwards=True),
    }

    def list(self, request: Request) -> Response:
        """What came in, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One amount."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Keep what came in. With a referral it is further business after the win."""
        sent, now = self.sent(ClosedBusinessShape), clock.now()
        closed = record_closed_business(
            contact=sent["contact"],
            referral=sent.get("referral"),
            note=sent.get("note", ""),
            **money_in(sent, business=self.request.business, now=now),
            by=self.request.actor,
            now=now,
        )
        return self.shown(closed, status=201)

    @extend_schema(request=CorrectionShape)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Put a slip in the amount or the day right; the history keeps what stood there before."""
        closed = self.get_object()
        sent = self.sent(CorrectionShape)
        closed = correct_closed_business(
            closed_business=closed,
            amount=sent.get("amount", closed.amount),
            on=sent.get("closed_on", closed.closed_on),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(closed)
