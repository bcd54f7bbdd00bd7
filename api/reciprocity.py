"""/reciprocity: given beside received, whose turn it is, and what could be done."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import UnknownParameter
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Company, Contact
from insights.kindnesses import kindnesses_for
from insights.reciprocity import Turn, balance_with, balances

_UUID = {"type": "string", "format": "uuid"}
_WHOM = [
    OpenApiParameter("company_id", _UUID, description="A firm; or else"),
    OpenApiParameter("contact_id", _UUID, description="A person."),
]


class BalanceShape(Shape):
    """What went either way with one partner firm, or with one person."""

    company_id = serializers.UUIDField(read_only=True, allow_null=True, source="firm.pk")
    contact_id = serializers.UUIDField(read_only=True, allow_null=True, source="contact.pk")
    given = serializers.IntegerField(read_only=True)
    received = serializers.IntegerField(read_only=True)
    since = serializers.DateField(read_only=True, allow_null=True)
    turn = serializers.ChoiceField(choices=[(one.value, one.value) for one in Turn], read_only=True)
    says = serializers.CharField(read_only=True, help_text="A sentence to show a person.")


class AllBalancesShape(serializers.Serializer[Any]):
    """Whose turn it is comes first, then the name: never how much they brought."""

    results = BalanceShape(many=True, read_only=True)


class KindnessShape(Shape):
    """A thing that could be done for them."""

    kind = serializers.ChoiceField(
        choices=[(one, one) for one in ("thank", "public_thanks", "anniversary", "introduce")],
        read_only=True,
    )
    says = serializers.CharField(read_only=True)
    contact_id = serializers.UUIDField(
        read_only=True, allow_null=True, source="contact.pk", help_text="Whom to introduce to them."
    )
    thank_you_id = serializers.UUIDField(read_only=True, allow_null=True)


class AllKindnessesShape(serializers.Serializer[Any]):
    """How it stands, and what could be done."""

    balance = BalanceShape(read_only=True)
    results = KindnessShape(many=True, read_only=True)


class WhoShape(Filters):
    company_id = Id(Company, source="company", required=False)
    contact_id = Id(Contact, source="contact", required=False)

    def validate(self, attrs: Any) -> Any:
        if len(attrs) != 1:
            raise serializers.ValidationError(
                {"contact_id": "Name a firm or a person, and one of them alone."}
            )
        return attrs


class Reciprocity(Resource):
    """Giving beside getting."""

    queryset = Company.objects.all()
    serializer_class = BalanceShape

    @extend_schema(
        operation_id="reciprocity_list", responses=AllBalancesShape, tags=["reciprocity"]
    )
    def everything(self, request: Request) -> Response:
        """Every partner firm, and all with whom anything went either way, at once."""
        rows = balances(business=self.request.business, now=clock.now())
        shape = BalanceShape()
        return Response({"results": [shape.to_representation(row) for row in rows]})

    @extend_schema(
        operation_id="reciprocity_kindnesses",
        responses=AllKindnessesShape,
        parameters=_WHOM,
        tags=["reciprocity"],
    )
    def kindnesses(self, request: Request) -> Response:
        """What could be done for a firm or a person, from what is known, in sentences."""
        asked = WhoShape(data=self.request.query_params.dict())
        try:
            asked.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            raise UnknownParameter(error.detail) from error
        [who] = asked.validated_data.values()
        now, business = clock.now(), self.request.business
        balance = balance_with(who=who, business=business, now=now)
        found = kindnesses_for(who=who, business=business, now=now)
        shape = KindnessShape()
        return Response(
            {
                "balance": BalanceShape().to_representation(balance),
                "results": [shape.to_representation(one) for one in found],
            }
        )
