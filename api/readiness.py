"""/readiness: who is ready to be asked for an introduction, and why, in words."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import Order, page_of
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from insights.readiness import Readiness, askable, standings_of_rows, with_known
from introductions.gate import pause_of


class ReadinessShape(Shape):
    """How it stands with asking one person. It is never a number."""

    contact_id = serializers.UUIDField(read_only=True)
    readiness = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in Readiness], read_only=True
    )
    reasons = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Sentences to show a person."
    )
    last_asked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    only_about = serializers.CharField(
        read_only=True, help_text="The kinds of people they want to be asked about; empty: any."
    )


class ReadinessFilters(Filters):
    contact_id = Id(Contact, source="contact", required=False)


class WhoIsReady(Resource):
    """Who may be asked: the two nearest circles and everybody who has introduced somebody."""

    queryset = Contact.objects.all()
    serializer_class = ReadinessShape
    filters_class = ReadinessFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "name": Order("name_key", "by name"),
    }

    def list(self, request: Request) -> Response:
        """A page at a time; with `contact_id` one person, whoever it is.

        What Today, the pages of people and the sending of asks go by is the same.
        """
        now, business = clock.now(), self.request.business
        given = self.asked()
        limit, order = given.pop("limit"), given.pop("order")
        given.pop("cursor", None)
        page = page_of(
            with_known(self._whose(given), now=now),
            request=self.request,
            order=self.orders[order],
            limit=limit,
            given=given,
        )
        found = standings_of_rows(page.rows, business=business, pause=pause_of(business), now=now)
        shape = self.serializer_class()
        results = [shape.to_representation(one) for one in found]
        return Response({"results": results, "next": page.next})

    def _whose(self, given: dict[str, Any]) -> "QuerySet[Contact]":
        contact = given.get("contact")
        return Contact.objects.filter(pk=contact.pk) if contact else askable()
