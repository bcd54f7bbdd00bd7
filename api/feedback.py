"""/feedback: what customers answered when asked how likely they are to recommend the business."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from contacts.models import Contact
from feedback.models import Feedback


class FeedbackShape(Shape):
    """One answer. A later one is another."""

    id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(read_only=True)
    score = serializers.IntegerField(read_only=True, help_text="0 to 10.")
    why = serializers.CharField(read_only=True)
    asked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    answered_at = serializers.DateTimeField(read_only=True)


class FeedbackFilters(Filters):
    contact_id = Id(Contact, source="contact", required=False)


class Answers(Resource):
    """What customers answered."""

    queryset = Feedback.objects.all()
    serializer_class = FeedbackShape
    filters_class = FeedbackFilters

    def list(self, request: Request) -> Response:
        """The answers, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One answer."""
        return self.shown(self.get_object())
