"""/coming: which steps of plans fall due within the next days, to whom, and in which words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from outreach import services
from outreach.models import Cadence, Enrolment, StepKind
from outreach.querysets import EnrolmentQuerySet

MOST_DAYS = 31


class ComingStepShape(Shape):
    """A step that will be taken, in words that are filled; or why not, as things stand."""

    step_id = serializers.UUIDField(source="step.pk", read_only=True)
    kind = serializers.ChoiceField(source="step.kind", choices=StepKind.choices, read_only=True)
    due_at = serializers.DateTimeField(source="at", read_only=True)
    leaves_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="When a letter that leaves by itself will, within hours; null for all else.",
    )
    automatic = serializers.BooleanField(
        source="step.automatic",
        read_only=True,
        help_text="Whether the letter leaves without anybody's look.",
    )
    subject = serializers.CharField(read_only=True)
    words = serializers.CharField(read_only=True)
    why_not = serializers.CharField(
        read_only=True, help_text="Why it will be left out; empty: it will be taken."
    )


class ComingShape(Shape):
    """What is coming for one person on one plan."""

    enrolment_id = serializers.UUIDField(source="enrolment.pk", read_only=True)
    plan_id = serializers.UUIDField(source="enrolment.cadence_id", read_only=True)
    contact_id = serializers.UUIDField(source="enrolment.contact_id", read_only=True)
    steps = ComingStepShape(many=True, read_only=True)


@dataclass(frozen=True, slots=True)
class _ComingFor:
    enrolment: Enrolment
    steps: Sequence[services.Coming]


class ComingFilters(Filters):
    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, default=7, help_text="How far to look."
    )
    plan_id = Id(Cadence, source="cadence", required=False)
    contact_id = Id(Contact, source="contact", required=False)

    def narrow(self, rows: EnrolmentQuerySet, given: Mapping[str, Any]) -> EnrolmentQuerySet:
        return rows.filter(**{name: value for name, value in given.items() if name != "days"})


class ComingSteps(Resource):
    """A dry run of the plans: to whom, when, in which words."""

    queryset = Enrolment.objects.for_list()
    serializer_class = ComingShape
    filters_class = ComingFilters
    orders: ClassVar[Mapping[str, Order]] = {"due_at": Order("due_at", "soonest first")}
    default_order = "due_at"

    def list(self, request: Request) -> Response:
        """The steps that fall due within so many days, by person, a page at a time.

        Looking changes nothing, and supposes nothing of what people do meanwhile.
        """
        now = clock.now()
        until = now + timedelta(days=self.asked()["days"])
        page = self.paged(services.whose_steps_come(until=until))
        found = services.what_is_coming(
            business=self.request.business, enrolments=page.rows, now=now, until=until
        )
        steps: dict[UUID, list[services.Coming]] = defaultdict(list)
        for one in found:
            steps[one.enrolment.pk].append(one)
        shape = self.serializer_class()
        results = [shape.to_representation(_ComingFor(row, steps[row.pk])) for row in page.rows]
        return Response({"results": results, "next": page.next})
