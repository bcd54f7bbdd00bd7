"""/business: when the business's letters leave, and until when nobody is asked."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.resource import Resource
from api.shapes import Shape
from businesses import clock
from businesses.models import LONGEST_BLURB, MOST_WEEKS
from businesses.services import BusinessChanges
from outreach.services import change_letter_hours


class LetterHoursShape(Shape):
    """The business's own settings. Its name and address are said by a person, in Settings."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    timezone = serializers.CharField(read_only=True, help_text="Days are this zone's.")
    country = serializers.CharField(
        max_length=2, help_text="Two letters; whose public holidays are kept."
    )
    letters_from = serializers.IntegerField(
        min_value=0, max_value=23, help_text="The full hour, by the reader's clock."
    )
    letters_until = serializers.IntegerField(
        min_value=1, max_value=24, help_text="The full hour; 24 is midnight."
    )
    letter_days = serializers.RegexField(
        r"^[1-7]{1,7}$", help_text="Days of the week on which letters leave; 1 is Monday."
    )
    keeps_holidays = serializers.BooleanField(help_text="Whether public holidays are quiet.")
    weeks_between_asks = serializers.IntegerField(
        min_value=1, max_value=MOST_WEEKS, help_text="An ask rests so long before the next."
    )
    blurb = serializers.CharField(
        max_length=LONGEST_BLURB,
        allow_blank=True,
        help_text="Whom the business helps, in words to pass on: what an ask has at first.",
    )
    full_until = serializers.DateField(
        allow_null=True, help_text="Asks wait until this day, and guests are told so."
    )
    closed_until = serializers.DateField(
        allow_null=True, help_text="The same, for a business that is away."
    )


class Settings(Resource):
    """The business of the key."""

    serializer_class = LetterHoursShape
    permission_classes = (AdminChanges,)

    @extend_schema(responses=LetterHoursShape, tags=["business"])
    def retrieve(self, request: Request) -> Response:
        """When letters leave, and until when nobody is asked."""
        return self.shown(self.request.business)

    @extend_schema(request=LetterHoursShape, responses=LetterHoursShape, tags=["business"])
    def partial_update(self, request: Request) -> Response:
        """Change what the body names. The key must be one that may change settings."""
        told: dict[str, Any] = self.sent(LetterHoursShape, partial=True)
        changes: BusinessChanges = told  # type: ignore[assignment]  # checked by the shape
        business = change_letter_hours(
            business=self.request.business, changes=changes, now=clock.now()
        )
        return self.shown(business)
