"""/referrals: what becomes of the people who were sent."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.money import Amount, Currency, money_in
from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from api.whose import WhoseShape, advocate_of, person_of
from api.worth import WorthOfOneShape, told
from businesses import clock
from contacts.models import Contact
from insights.attribution import OF_ONE, worth_of_referral
from introductions.models import Introduction
from referrals.models import LONGEST_NOTE, Credit, Referral
from referrals.services import (
    ReferralChanges,
    lose_referral,
    move_referral,
    plan_referral,
    record_sent_someone,
    reopen_referral,
    split_credit,
    win_referral,
)
from referrals.services.credits import WHOLE
from referrals.states import MOVABLE_TO, Every, ReferralState
from rewards.services import note_told
from rewards.states import Person


class CreditShape(Shape):
    """Whose doing it was."""

    advocate_id = serializers.UUIDField()
    share = serializers.IntegerField(help_text="In percent.")


class ReferralShape(Shape):
    """A person who was sent, followed from the first talk to won or lost."""

    id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(read_only=True)
    introduction_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Null where it was recorded by hand."
    )
    state = serializers.ChoiceField(choices=ReferralState.choices, read_only=True)
    moved_at = serializers.DateTimeField(read_only=True)
    won_at = serializers.DateTimeField(read_only=True, allow_null=True)
    lost_reason = serializers.CharField(
        allow_blank=True,
        read_only=True,
        help_text="By its key in `/loss-reasons`; `joined`: two entries were one person, whose"
        " other referral goes on.",
    )
    next_step = serializers.CharField(max_length=200, allow_blank=True)
    next_on = serializers.DateField(
        allow_null=True, help_text="The day of the next step; the reminder moves there."
    )
    expected_amount = Amount(allow_null=True, help_text="What it may come to, in minor units.")
    expected_currency = serializers.CharField(
        max_length=3, allow_blank=True, help_text="That of the business, unless said."
    )
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True)
    credits = CreditShape(many=True, read_only=True)
    terms_version = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="Recorded by hand: of `/reward-terms`, what was told; null: nothing is given. Of"
        " any other the introduction says it.",
    )
    told = serializers.ListField(
        child=serializers.ChoiceField(choices=Person.choices),
        read_only=True,
        help_text="Who of both knows them: nothing is given to anybody else.",
    )
    created_at = serializers.DateTimeField(read_only=True)


class SomeoneSentShape(Shape):
    """Somebody rang or came by, and said who sent them."""

    name = serializers.CharField(max_length=75)
    email = serializers.CharField(max_length=254, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=40, allow_blank=True, required=False)
    sender_id = Id(
        Contact, source="sender", allow_null=True, required=False, help_text="Who sent them."
    )
    sender_name = serializers.CharField(
        max_length=75,
        allow_blank=True,
        required=False,
        help_text="Instead of `sender_id`: who sent them is new here, too, and is made a contact.",
    )

    told_of_terms = serializers.BooleanField(
        required=False,
        help_text="Both the sender and whoever came had been told what is given: as `told` with"
        " both.",
    )
    told = serializers.ListField(
        child=serializers.ChoiceField(choices=Person.choices),
        required=False,
        help_text="Who of both had been told what is given. The terms in force are kept with it,"
        " and nothing is given to whoever was not told.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("sender") and attrs.get("sender_name"):
            raise serializers.ValidationError(
                {"sender_name": ["Say who sent them by `sender_id` or by `sender_name`."]}
            )
        return attrs


class TellingShape(Shape):
    """Who knows by now."""

    person = serializers.ChoiceField(choices=Person.choices)


class StepShape(Shape):
    """How far it has come."""

    to = serializers.ChoiceField(
        choices=[(state.value, state.label) for state in ReferralState if state in MOVABLE_TO]
    )


class WinShape(Shape):
    """What they bought for."""

    amount = Amount()
    currency = Currency()
    closed_on = serializers.DateField(required=False, help_text="Today, unless said.")
    every = serializers.ChoiceField(
        choices=Every.choices,
        allow_blank=True,
        required=False,
        help_text="How often it comes in; empty: once.",
    )


class LossShape(Shape):
    """Why it came to nothing."""

    reason = serializers.CharField(max_length=36, help_text="By its key in `/loss-reasons`.")


class ShareShape(WhoseShape):
    """One advocate's part."""

    share = serializers.IntegerField(min_value=1, max_value=WHOLE, help_text="In percent.")


class SplitShape(Shape):
    """Who is credited, and with how much: 100 percent in all."""

    credits = ShareShape(many=True, allow_empty=False)

    def validate_credits(self, credits: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(set(map(person_of, credits))) < len(credits):
            raise serializers.ValidationError("Each advocate can be named once.")
        return credits


class ReferralFilters(Filters):
    state = serializers.ChoiceField(choices=ReferralState.choices, required=False)
    contact_id = Id(Contact, source="contact", required=False)
    introduction_id = Id(Introduction, source="introduction", required=False)


class Referrals(Resource):
    """People who were sent, and what became of it."""

    queryset = Referral.objects.prefetch_related(
        Prefetch("credits", Credit.objects.order_by("created_at", "id"))
    )
    serializer_class = ReferralShape
    filters_class = ReferralFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "moved_at": Order("moved_at", "longest unmoved first"),
        "-moved_at": Order("moved_at", "latest moved first", backwards=True),
    }

    def list(self, request: Request) -> Response:
        """The people who were sent, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One person who was sent."""
        return self.shown(self.get_object())

    @extend_schema(
        request=SomeoneSentShape,
        responses={
            201: ReferralShape,
            200: OpenApiResponse(ReferralShape, "The referral that was there already."),
        },
    )
    def create(self, request: Request) -> Response:
        """Somebody was sent to us: keeps who came, who sent them, and the thanks that are due.

        Whoever is known by address, or by name and number, is the same person. One who is talked to
        already, or whom this sender has sent before, keeps the referral there is; one that had come
        to nothing is talked about again. Another sender than the one credited is thanked, too.
        """
        now = clock.now()
        referral = record_sent_someone(
            business=self.request.business,
            **self.sent(SomeoneSentShape),
            by=self.request.actor,
            now=now,
        )
        return self.shown(
            self.found(referral.pk), status=201 if referral.created_at == now else 200
        )

    def partial_update(self, request: Request, id: UUID) -> Response:
        """What comes next and when, what it may come to, a note: what the body names is changed.

        After the end the note is kept alone, and the other values as they stand.
        """
        referral = plan_referral(
            referral=self.get_object(),
            changes=cast(ReferralChanges, self.sent(ReferralShape, partial=True)),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(referral.pk))

    @extend_schema(request=StepShape, responses=ReferralShape)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, id: UUID) -> Response:
        """It has come so far, or is not for now. Between open steps it moves freely."""
        referral = move_referral(
            referral=self.get_object(),
            **self.sent(StepShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(referral.pk))

    @extend_schema(request=WinShape, responses=ReferralShape)
    @action(detail=True, methods=["post"])
    def win(self, request: Request, id: UUID) -> Response:
        """They bought: keeps the amount as closed business, and owes the advocates thanks."""
        found = self.get_object()
        sent, now = self.sent(WinShape), clock.now()
        referral = win_referral(
            referral=found,
            **money_in(sent, business=self.request.business, now=now),
            every=sent.get("every", ""),
            by=self.request.actor,
            now=now,
        )
        return self.shown(self.found(referral.pk))

    @extend_schema(request=LossShape, responses=ReferralShape)
    @action(detail=True, methods=["post"])
    def lose(self, request: Request, id: UUID) -> Response:
        """It came to nothing, for a reason."""
        referral = lose_referral(
            referral=self.get_object(),
            **self.sent(LossShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(referral.pk))

    @extend_schema(request=TellingShape, responses=ReferralShape)
    @action(detail=True, methods=["post"])
    def tell(self, request: Request, id: UUID) -> Response:
        """Whoever was not told what is given knows it now: it is theirs, too, from here on."""
        referral = note_told(
            referral=self.get_object(),
            **self.sent(TellingShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(referral.pk))

    @extend_schema(request=SplitShape, responses=ReferralShape)
    @action(detail=True, methods=["post"])
    def split(self, request: Request, id: UUID) -> Response:
        """Share the credit. Whoever is new among the advocates is owed thanks, and told kindly."""
        found, now = self.get_object(), clock.now()
        parts = self.sent(SplitShape)["credits"]
        referral = split_credit(
            referral=found,
            shares={advocate_of(part, now).pk: part["share"] for part in parts},
            by=self.request.actor,
            now=now,
        )
        return self.shown(self.found(referral.pk))

    @extend_schema(responses=WorthOfOneShape)
    @action(detail=True, methods=["get"])
    def worth(self, request: Request, id: UUID) -> Response:
        """All that came in through it so far, less what was given back."""
        worth = worth_of_referral(self.get_object(), business=self.request.business)
        return Response(told(worth) | {"rule": OF_ONE})

    @extend_schema(request=None, responses=ReferralShape)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, id: UUID) -> Response:
        """What was lost, or was not for now, is talked about again."""
        referral = reopen_referral(
            referral=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self.shown(self.found(referral.pk))
