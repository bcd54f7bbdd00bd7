"""/feedback: what customers answered when asked how likely they are to recommend the business."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.members import MemberId
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import LONGEST_TEXT, Contact
from feedback.models import HIGHEST_SCORE, Feedback, FeedbackRequest
from feedback.services import keep_heard_answer
from insights.satisfaction import how_it_was


class FeedbackAnswerShape(Shape):
    """One answer. A later one is another."""

    id = serializers.UUIDField(read_only=True)
    contact_id = Id(Contact, source="contact")
    feedback_request_id = serializers.UUIDField(
        source="request_id",
        read_only=True,
        allow_null=True,
        help_text="The question it answers; null where it was kept without one.",
    )
    score = serializers.IntegerField(
        min_value=0, max_value=HIGHEST_SCORE, help_text="How likely to recommend: 0 to 10."
    )
    why = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, required=False)
    wish = serializers.CharField(read_only=True, help_text="What would make it better.")
    asked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    answered_at = serializers.DateTimeField(read_only=True)
    heard_by_id = MemberId(
        source="heard_by",
        required=False,
        allow_null=True,
        help_text="Who heard it by phone or at the counter; null for the customer's own.",
    )
    heard_on = serializers.DateField(
        write_only=True,
        required=False,
        help_text="The day on which it was said, of the last ninety; today where it is left out.",
    )


class FeedbackFilters(Filters):
    contact_id = Id(Contact, source="contact", required=False)
    feedback_request_id = Id(FeedbackRequest, source="request", required=False)


class MonthOfAnswersShape(Shape):
    """The answers of a month. One that became another counts as the other."""

    month = serializers.DateField(source="first", read_only=True, help_text="Its first day.")
    promoters = serializers.IntegerField(read_only=True, help_text="9 or 10.")
    passives = serializers.IntegerField(read_only=True, help_text="7 or 8.")
    detractors = serializers.IntegerField(read_only=True, help_text="0 to 6.")


class SatisfactionShape(Shape):
    """Twelve months, this one included."""

    since = serializers.DateField(read_only=True)
    asked = serializers.IntegerField(read_only=True, help_text="How often somebody was asked.")
    answered = serializers.IntegerField(read_only=True, help_text="Of these.")
    response_rate = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Per cent; null where nobody was asked."
    )
    months = MonthOfAnswersShape(many=True, read_only=True)


class Answers(Resource):
    """What customers answered."""

    queryset = Feedback.objects.all()
    serializer_class = FeedbackAnswerShape
    filters_class = FeedbackFilters

    def list(self, request: Request) -> Response:
        """The answers, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One answer."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Keep an answer that came by phone or at the counter; it counts as if they had written it.

        What was not good is to be put right, and nobody asks them before it is.
        """
        kept = keep_heard_answer(
            **self.sent(FeedbackAnswerShape), by=self.request.actor, now=clock.now()
        )
        return self.shown(kept, status=201)

    @extend_schema(
        operation_id="feedback_summary", responses=SatisfactionShape, parameters=[], filters=False
    )
    @action(detail=False, methods=["get"])
    def summary(self, request: Request) -> Response:
        """How many of those asked answered, and what, by month."""
        told = how_it_was(business=self.request.business, now=clock.now())
        return Response(SatisfactionShape().to_representation(told))
