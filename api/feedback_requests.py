"""/feedback-requests: asking a customer the one question."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from feedback.models import FeedbackRequest
from feedback.services import ask_for_feedback
from outreach.senders import owner_of


class FeedbackRequestShape(Shape):
    """A customer was asked once how likely they are to recommend the business."""

    id = serializers.UUIDField(read_only=True)
    contact_id = Id(Contact, source="contact")
    asked_at = serializers.DateTimeField(read_only=True)
    answered_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When the first answer came."
    )


class FeedbackRequestFilters(Filters):
    contact_id = Id(Contact, source="contact", required=False)
    answered = serializers.BooleanField(required=False)

    def narrow(self, rows: Any, given: Mapping[str, Any]) -> Any:
        columns = dict(given)
        answered = columns.pop("answered", None)
        if answered is not None:
            rows = rows.filter(answered_at__isnull=not answered)
        return rows.filter(**columns)


class FeedbackRequests(Resource):
    """Questions to customers. Their answers are at /feedback."""

    queryset = FeedbackRequest.objects.all()
    serializer_class = FeedbackRequestShape
    filters_class = FeedbackRequestFilters

    def list(self, request: Request) -> Response:
        """Who was asked, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One question."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Ask somebody, by a letter in the owner's name. Nobody is asked twice in three months."""
        asked = ask_for_feedback(
            contact=self.sent(FeedbackRequestShape)["contact"],
            by=self.request.actor,
            sender=owner_of(self.request.business),
            now=clock.now(),
        )
        return self.shown(asked, status=201)
