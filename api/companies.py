"""/companies: the firms that people belong to, and which of them are partners."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import Order
from api.problems import UnknownParameter
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.firms import FirmChanges, change_firm
from contacts.models import LONGEST_TAG, MOST_TAGS, Company, Contact
from insights.partners import partners_for


class CompanyShape(Shape):
    """A firm; with a day in `partner_since`, referrals go both ways."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(
        read_only=True, help_text="A firm is made by the `company_name` of a contact."
    )
    website = serializers.CharField(read_only=True)
    trade = serializers.CharField(max_length=100, allow_blank=True, required=False)
    good_referral = serializers.CharField(
        max_length=500, allow_blank=True, required=False, help_text="Who is one for them."
    )
    sphere = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TAG, allow_blank=True),
        max_length=MOST_TAGS,
        required=False,
        help_text="The trades that serve the same people and do not compete; in small letters.",
    )
    partner_since = serializers.DateField(
        allow_null=True, required=False, help_text="Null: no partner firm."
    )
    created_at = serializers.DateTimeField(read_only=True)


class CompanyFilters(Filters):
    partner = serializers.BooleanField(required=False)

    def narrow(self, rows: Any, given: Mapping[str, Any]) -> Any:
        wanted = given.get("partner")
        return rows if wanted is None else rows.filter(partner_since__isnull=not wanted)


class Companies(Resource):
    """The firms that people belong to."""

    queryset = Company.objects.all()
    serializer_class = CompanyShape
    filters_class = CompanyFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "name": Order("name_key", "by name"),
    }

    def list(self, request: Request) -> Response:
        """The firms, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One firm."""
        return self.shown(self.get_object())

    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change its profile, and whether it is a partner firm."""
        company = change_firm(
            company=self.get_object(),
            changes=cast(FirmChanges, self.sent(CompanyShape, partial=True)),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(company)


class PartnerFitShape(Shape):
    """Somebody at a partner firm, and why the firm fits."""

    contact_id = serializers.UUIDField(source="contact.pk", read_only=True)
    company_id = serializers.UUIDField(source="firm.pk", read_only=True)
    because = serializers.CharField(
        read_only=True, help_text="A sentence to show a person; empty where nothing says so."
    )


class AllPartnerFitsShape(Shape):
    """Those that fit come first."""

    results = PartnerFitShape(many=True, read_only=True)


class WhoIsSentShape(Filters):
    contact_id = Id(Contact, source="contact")
    need = serializers.CharField(max_length=200, required=False)


class PartnerFits(Resource):
    """Partner firms that fit a customer."""

    queryset = Company.objects.all()
    serializer_class = PartnerFitShape

    @extend_schema(
        operation_id="partner_fits_list",
        responses=AllPartnerFitsShape,
        parameters=[
            OpenApiParameter(
                "contact_id",
                {"type": "string", "format": "uuid"},
                required=True,
                description="Who would be sent there.",
            ),
            OpenApiParameter("need", str, description="What they look for, in a few words."),
        ],
        tags=["partner-fits"],
    )
    def everything(self, request: Request) -> Response:
        """Whom this customer could be sent to: partner firms that fit come first."""
        asked = WhoIsSentShape(data=self.request.query_params.dict())
        try:
            asked.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            raise UnknownParameter(error.detail) from error
        given = asked.validated_data
        found = partners_for(customer=given["contact"], need=given.get("need", ""))
        shape = self.serializer_class()
        return Response({"results": [shape.to_representation(one) for one in found]})
