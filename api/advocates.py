"""/advocates: contacts who have introduced somebody or were asked to."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from introductions.models import Advocate
from introductions.querysets import AdvocateQuerySet
from introductions.services import renew_share_link


class AdvocateShape(Shape):
    """A contact as an advocate. It comes by itself; its limits are theirs to set."""

    id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(read_only=True)
    stopped_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Since when they do not want to be asked."
    )
    weeks_between_asks = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="They want at most one ask in so many weeks."
    )
    only_about = serializers.CharField(
        read_only=True,
        help_text="The kinds of people they want to be asked about, in their words; empty: any.",
    )
    not_before = serializers.DateField(
        read_only=True, allow_null=True, help_text="Until then they do not want to be asked."
    )
    has_share_link = serializers.BooleanField(
        read_only=True,
        help_text="Whether they made a link of their own to share. The link itself is theirs.",
    )
    created_at = serializers.DateTimeField(read_only=True)


class AdvocateFilters(Filters):
    contact_id = Id(Contact, source="contact", required=False)
    stopped = serializers.BooleanField(
        required=False, help_text="True: who does not want to be asked. False: the others."
    )

    def narrow(self, rows: AdvocateQuerySet, given: Mapping[str, Any]) -> AdvocateQuerySet:
        columns = dict(given)
        if "stopped" in columns:
            columns["stopped_at__isnull"] = not columns.pop("stopped")
        return rows.filter(**columns)


class Advocates(Resource):
    """Contacts who have introduced somebody or were asked to."""

    queryset = Advocate.objects.with_share_link()
    serializer_class = AdvocateShape
    filters_class = AdvocateFilters

    def list(self, request: Request) -> Response:
        """The advocates, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One advocate."""
        return self.shown(self.get_object())

    @extend_schema(request=None, responses=AdvocateShape)
    @action(detail=True, methods=["post"], url_path="renew-share-link")
    def renew_share_link(self, request: Request, id: UUID) -> Response:
        """Give their own link a new address, where it went further than it should have.

        The old one leads nowhere from then on; the advocate finds the new one on their page.
        """
        advocate = self.get_object()
        renew_share_link(advocate=advocate, by=self.request.actor, now=clock.now())
        return self.shown(advocate)
