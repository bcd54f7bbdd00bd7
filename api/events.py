"""/events: the history of everything, as a feed that skips nothing."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from activity.actors import ActorKind
from activity.models import Event, EventQuerySet
from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Label, Shape
from contacts.models import Contact


class EventShape(Shape):
    """Something that happened. It never changes, and names nobody: ids lead to who it was."""

    position = serializers.IntegerField(
        read_only=True, help_text="Grows with each event; ask for what is `after` it."
    )
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="As in `introduction.accepted`.")
    recorded_at = serializers.DateTimeField(read_only=True)
    actor_kind = serializers.ChoiceField(
        choices=ActorKind.choices, read_only=True, help_text="Who did it."
    )
    actor_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Of an `integration`: its key's."
    )
    subject_label = Label(read_only=True, help_text="What it happened to, as in `closed_business`.")
    subject_id = serializers.UUIDField(read_only=True)
    payload = serializers.DictField(
        read_only=True,
        help_text="Ids, codes, amounts and names of fields, as the event has them; never a name.",
    )


class EventFilters(Filters):
    after = serializers.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, help_text="The last `position` you know."
    )
    name = serializers.CharField(required=False, max_length=60)
    contact_id = Id(Contact, required=False, help_text="All that concerns this person.")
    subject_id = serializers.UUIDField(required=False)

    def narrow(self, rows: EventQuerySet, given: Mapping[str, Any]) -> EventQuerySet:
        columns = dict(given)
        if (position := columns.pop("after", None)) is not None:
            rows = rows.filter(position__gt=position)
        if contact := columns.pop("contact_id", None):
            rows = rows.filter(mentions__label="contact", mentions__about_id=contact.pk)
        return rows.filter(**columns)


class Events(Resource):
    """The history of everything, as a feed that skips nothing."""

    # A position is given when the event was committed, so what commits late comes late, not never.
    queryset = Event.objects.exclude(position=None)
    serializer_class = EventShape
    filters_class = EventFilters
    orders: ClassVar[Mapping[str, Order]] = {
        "position": Order("position", "in the order in which they were committed"),
        "-position": Order("position", "newest first", backwards=True),
    }
    default_order = "position"

    def list(self, request: Request) -> Response:
        """What happened, a page at a time, in an order to which nothing is added but at the end.

        To follow it, keep the last `position` you have read, and ask for what is `after` it. An
        event is here a few seconds after it happened.
        """
        return self.listed(self.rows())
