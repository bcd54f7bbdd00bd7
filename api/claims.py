"""/credit-claims: what advocates say of people who are credited to somebody else."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from api.whose import WhoseShape, advocate_of
from businesses import clock
from introductions.models import Advocate
from referrals.models import CreditClaim, Referral
from referrals.services import answer_claim, claim_credit


class ClaimShape(WhoseShape):
    """That an advocate introduced somebody, too; and what they were answered."""

    id = serializers.UUIDField(read_only=True)
    referral_id = Id(
        Referral,
        source="referral",
        allow_null=True,
        required=False,
        help_text="Whom it is about, where that is known.",
    )
    person = serializers.CharField(max_length=75, help_text="Whom they mean, as they say it.")
    words = serializers.CharField(max_length=500, allow_blank=True, required=False)
    answer = serializers.CharField(read_only=True, help_text="The advocate reads it on their page.")
    answered_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class AnswerShape(Shape):
    """What they are answered."""

    words = serializers.CharField(max_length=1000)


class ClaimFilters(Filters):
    advocate_id = Id(Advocate, source="advocate", required=False)
    referral_id = Id(Referral, source="referral", required=False)


class Claims(Resource):
    """What advocates say of people who are credited to somebody else."""

    queryset = CreditClaim.objects.all()
    serializer_class = ClaimShape
    filters_class = ClaimFilters

    def list(self, request: Request) -> Response:
        """What was said, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One of them."""
        return self.shown(self.get_object())

    @extend_schema(
        request=ClaimShape,
        responses={
            201: ClaimShape,
            200: OpenApiResponse(ClaimShape, "The one of this name that is not answered yet."),
        },
    )
    def create(self, request: Request) -> Response:
        """Keep that an advocate introduced somebody, too. It changes no credit by itself."""
        now = clock.now()
        told = self.sent(ClaimShape)
        told["advocate"] = advocate_of(told, now)
        told.pop("contact", None)
        claim = claim_credit(**told, by=self.request.actor, now=now)
        return self.shown(claim, status=201 if claim.created_at == now else 200)

    @extend_schema(request=AnswerShape, responses=ClaimShape)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, id: UUID) -> Response:
        """Answer it in words that the advocate reads. They may be changed by answering again."""
        claim = answer_claim(
            claim=self.get_object(),
            **self.sent(AnswerShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(claim)
