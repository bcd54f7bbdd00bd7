"""/closed-business: money that came in, through a referral or not, and what became of it."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.money import Amount, Currency, money_in
from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from referrals.models import ClosedBusiness, Referral
from referrals.services import (
    came_in_again,
    correct_closed_business,
    give_back,
    keep_in_other_currency,
    record_closed_business,
    referral_of_further,
    stands_at,
)
from referrals.states import Came, Every


class ClosedBusinessShape(Shape):
    """Money that came in from a customer."""

    id = serializers.UUIDField(read_only=True)
    contact_id = Id(Contact, source="contact")
    referral_id = Id(
        Referral,
        source="referral",
        allow_null=True,
        required=False,
        help_text="A referral of this contact that is won. Left out, it is the latest that was won"
        " by that day, if any; null says that it belongs to none.",
    )
    kind = serializers.ChoiceField(choices=Came.choices, read_only=True)
    refers_to_id = serializers.UUIDField(
        read_only=True,
        allow_null=True,
        help_text="What was given back or put right; of what came in again, the first time.",
    )
    instead_id = serializers.UUIDField(
        read_only=True,
        allow_null=True,
        help_text="What is kept instead, where it was in another currency: nothing is left of it.",
    )
    amount = Amount(
        help_text="Whole minor units, such as cents. Below zero for a refund, and for a correction"
        " to less: the sum of all amounts is what is left."
    )
    currency = Currency()
    left = serializers.IntegerField(
        read_only=True, help_text="What is left of it when all is given back and put right."
    )
    closed_on = serializers.DateField(required=False, help_text="Today, unless said.")
    every = serializers.ChoiceField(
        choices=Every.choices,
        allow_blank=True,
        required=False,
        help_text="How often it comes in; empty: once. Each time is kept by `again`.",
    )
    note = serializers.CharField(max_length=300, allow_blank=True, required=False)
    created_at = serializers.DateTimeField(read_only=True)


class CorrectionShape(Shape):
    """What can be put right. Anything else would be other business.

    Another amount is kept as a correction beside it: what was written first stays as it was.
    """

    amount = Amount(required=False)
    closed_on = serializers.DateField(required=False)


class AgainShape(Shape):
    """Once more."""

    amount = Amount(required=False, help_text="As at the first time, unless said.")
    closed_on = serializers.DateField(required=False, help_text="Today, unless said.")


class RefundShape(Shape):
    """What was given back."""

    amount = Amount(help_text="Whole minor units, more than zero.")
    closed_on = serializers.DateField(required=False, help_text="Today, unless said.")
    note = serializers.CharField(max_length=300, allow_blank=True, required=False)


class OtherCurrencyShape(Shape):
    """How much it was, in which currency."""

    amount = Amount(help_text="Whole minor units of that currency, more than zero.")
    currency = Currency(required=True, help_text="ISO 4217: another one that the business uses.")


class ClosedBusinessFilters(Filters):
    kind = serializers.ChoiceField(choices=Came.choices, required=False)
    refers_to_id = Id(ClosedBusiness, source="refers_to", required=False)
    contact_id = Id(Contact, source="contact", required=False)
    referral_id = Id(Referral, source="referral", required=False)


class ClosedBusinesses(Resource):
    """Money that came in, through a referral or not."""

    queryset = ClosedBusiness.objects.with_left()
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
        contact, money = sent["contact"], money_in(sent, business=self.request.business, now=now)
        if "referral" not in sent:
            sent["referral"] = referral_of_further(contact=contact, on=money["on"])
        closed = record_closed_business(
            contact=contact,
            referral=sent["referral"],
            note=sent.get("note", ""),
            every=sent.get("every", ""),
            **money,
            by=self.request.actor,
            now=now,
        )
        return self.shown(self.found(closed.pk), status=201)

    @extend_schema(request=CorrectionShape)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Put a slip in the amount or the day right: what it stands at, as a row beside it."""
        closed = self.get_object()
        sent = self.sent(CorrectionShape)
        closed = correct_closed_business(
            closed_business=closed,
            amount=sent["amount"] if "amount" in sent else stands_at(closed),
            on=sent.get("closed_on", closed.closed_on),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(closed.pk))

    @extend_schema(request=AgainShape, responses={201: ClosedBusinessShape})
    @action(detail=True, methods=["post"])
    def again(self, request: Request, id: UUID) -> Response:
        """The same came in once more."""
        closed = self.get_object()
        sent, now = self.sent(AgainShape), clock.now()
        closed = came_in_again(
            closed_business=closed,
            amount=sent.get("amount"),
            on=sent.get("closed_on") or clock.today(self.request.business, now),
            by=self.request.actor,
            now=now,
        )
        return self.shown(self.found(closed.pk), status=201)

    @extend_schema(request=RefundShape, responses={201: ClosedBusinessShape})
    @action(detail=True, methods=["post"])
    def refund(self, request: Request, id: UUID) -> Response:
        """Give back all of it or a part: a row of its own, and never more than is left."""
        closed = self.get_object()
        sent, now = self.sent(RefundShape), clock.now()
        refund = give_back(
            closed_business=closed,
            amount=sent["amount"],
            on=sent.get("closed_on") or clock.today(self.request.business, now),
            note=sent.get("note", ""),
            by=self.request.actor,
            now=now,
        )
        return self.shown(self.found(refund.pk), status=201)

    @extend_schema(request=OtherCurrencyShape, responses={201: ClosedBusinessShape})
    @action(detail=True, methods=["post"], url_path="other-currency")
    def other_currency(self, request: Request, id: UUID) -> Response:
        """It was in another currency: nothing is left of this, and what was left is kept anew in
        that one, once."""
        closed = self.get_object()
        sent = self.sent(OtherCurrencyShape)
        kept = keep_in_other_currency(
            closed_business=closed,
            amount=sent["amount"],
            currency=sent["currency"],
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(kept.pk), status=201)
