"""/thank-yous: what is owed to advocates, and what was given."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from introductions.models import Advocate, Introduction
from referrals.models import Referral, ThankYou
from referrals.services import give_thanks, waive_thanks
from referrals.states import ThanksHow, ThanksReason, ThanksState


class ThankYouShape(Shape):
    """An act of gratitude: owed until it is given, or waived for a reason."""

    id = serializers.UUIDField(read_only=True)
    advocate_id = serializers.UUIDField(read_only=True)
    introduction_id = serializers.UUIDField(read_only=True, allow_null=True)
    referral_id = serializers.UUIDField(read_only=True, allow_null=True)
    reason = serializers.ChoiceField(choices=ThanksReason.choices, read_only=True)
    state = serializers.ChoiceField(choices=ThanksState.choices, read_only=True)
    owed_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When it was given or waived."
    )
    how = serializers.ChoiceField(choices=ThanksHow.choices, allow_blank=True, read_only=True)
    words = serializers.CharField(read_only=True)
    waived_because = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class GivingShape(Shape):
    """In which way the advocate is thanked."""

    how = serializers.ChoiceField(choices=ThanksHow.choices)
    words = serializers.CharField(
        max_length=2000,
        allow_blank=True,
        required=False,
        help_text="What the letter says; of a call or a gift, what one wants to remember.",
    )


class WaivingShape(Shape):
    """Why no thanks are needed."""

    reason = serializers.CharField(max_length=300, help_text="In a few words.")


class ThankYouFilters(Filters):
    state = serializers.ChoiceField(choices=ThanksState.choices, required=False)
    advocate_id = Id(Advocate, source="advocate", required=False)
    referral_id = Id(Referral, source="referral", required=False)
    introduction_id = Id(Introduction, source="introduction", required=False)


class ThankYous(Resource):
    """What is owed to advocates, and what was given."""

    queryset = ThankYou.objects.all()
    serializer_class = ThankYouShape
    filters_class = ThankYouFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "owed_at": Order("owed_at", "longest owed first"),
        "-owed_at": Order("owed_at", "latest owed first", backwards=True),
    }

    def list(self, request: Request) -> Response:
        """What is owed and what was given, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One thank-you."""
        return self.shown(self.get_object())

    @extend_schema(request=GivingShape, responses=ThankYouShape)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, id: UUID) -> Response:
        """Thank the advocate: by a letter that leaves now, or in a way that is merely kept.

        A letter is from the member who made the key, or from the owner when they have left. It
        needs words, and an address that wants mail.
        """
        thanks = give_thanks(
            thank_you=self.get_object(),
            **self.sent(GivingShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(thanks)

    @extend_schema(request=WaivingShape, responses=ThankYouShape)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, id: UUID) -> Response:
        """No thanks are needed, for a reason that is kept."""
        thanks = waive_thanks(
            thank_you=self.get_object(),
            **self.sent(WaivingShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(thanks)
