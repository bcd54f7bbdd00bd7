"""/suppressions: addresses that are not written to, and why."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from outreach.models import Suppression, SuppressionReason
from outreach.services import lift_suppression, suppress_by_hand
from outreach.states import MailKind


class SuppressionShape(Shape):
    """An address that gets no letters, or none of a kind.

    The address itself is not kept, only a keyed hash: that is how the stop outlives an erasure and
    a new import. Each reason stands by itself, so one address may be here several times.
    """

    id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(
        choices=MailKind.choices, default=MailKind.ALL, help_text="Which letters are not sent."
    )
    why = serializers.ChoiceField(choices=SuppressionReason.choices, read_only=True)
    contact_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Whose address it was, while they are here."
    )
    email = serializers.CharField(max_length=254, write_only=True)
    can_be_lifted = serializers.BooleanField(
        read_only=True, help_text="False: it is the person's own word."
    )
    created_at = serializers.DateTimeField(read_only=True)


class SuppressionFilters(Filters):
    kind = serializers.ChoiceField(choices=MailKind.choices, required=False)
    why = serializers.ChoiceField(choices=SuppressionReason.choices, required=False)
    contact_id = Id(Contact, source="contact", required=False)


class Suppressions(Resource):
    """Addresses that are not written to."""

    queryset = Suppression.objects.all()
    serializer_class = SuppressionShape
    filters_class = SuppressionFilters

    def list(self, request: Request) -> Response:
        """Who gets no mail, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One of them."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Write to an address no more, by the business's own decision. Twice is harmless."""
        told: dict[str, Any] = self.sent(SuppressionShape)
        row = suppress_by_hand(
            business=self.request.business,
            address=told["email"],
            kind=told["kind"],
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(row, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Lift it: what the business decided itself, or a bounce. A person's own word stays."""
        lift_suppression(suppression=self.get_object(), by=self.request.actor, now=clock.now())
        return Response(status=204)
