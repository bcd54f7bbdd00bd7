"""Who introduced somebody, as a request names them: an advocate, or anybody whom the business knows
and who becomes one by it, as on the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.shapes import Id, Shape
from contacts.models import Contact
from contacts.services import refuse_erased_by_now
from introductions.models import Advocate
from introductions.services import advocate_for


class WhoseShape(Shape):
    """`advocate_id`, or `contact_id` in its place."""

    advocate_id = Id(Advocate, source="advocate", required=False)
    contact_id = Id(
        Contact,
        source="contact",
        required=False,
        write_only=True,
        help_text="In place of `advocate_id`: somebody who becomes an advocate by it.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("advocate" in attrs) == ("contact" in attrs):
            raise serializers.ValidationError(
                {"advocate_id": "Name one, by `advocate_id` or by `contact_id`."}
            )
        return attrs


def person_of(told: Mapping[str, Any]) -> UUID:
    """The contact whom a `WhoseShape` names."""
    contact: UUID = told["contact"].pk if "contact" in told else told["advocate"].contact_id
    return contact


def advocate_of(told: Mapping[str, Any], now: datetime) -> Advocate:
    """The advocate, kept as one now where only the person was named. Raises `WasErased`."""
    if "contact" not in told:
        advocate: Advocate = told["advocate"]
        return advocate
    refuse_erased_by_now(told["contact"])
    return advocate_for(contact=told["contact"], now=now)
