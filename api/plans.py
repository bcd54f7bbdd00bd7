"""/plans and their steps: what follows by itself."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import Order
from api.resource import Resource
from api.shapes import Id, Shape
from businesses import clock
from outreach import services
from outreach.cadences import fields_of
from outreach.models import (
    Answers,
    Cadence,
    CadenceStep,
    Condition,
    ReminderKind,
    StepKind,
    Timing,
    Trigger,
)
from outreach.models.cadence import LONGEST_DELAY, LONGEST_WORDS


class PlanStepShape(Shape):
    """One step of a plan. Words may name fields in braces, such as `{first_name}`."""

    id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(choices=StepKind.choices)
    days = serializers.IntegerField(min_value=0, max_value=LONGEST_DELAY)
    timing = serializers.ChoiceField(
        choices=Timing.choices,
        required=False,
        help_text="How `days` count: from the step before, or back from a day of the year.",
    )
    condition = serializers.ChoiceField(choices=Condition.choices, required=False)
    subject = serializers.CharField(
        max_length=200, allow_blank=True, required=False, help_text="Of a letter."
    )
    words = serializers.CharField(max_length=LONGEST_WORDS)
    reminder_kind = serializers.ChoiceField(
        choices=ReminderKind.choices,
        required=False,
        help_text="On which list of Today it stands: the reminder, or the letter that waits.",
    )
    automatic = serializers.BooleanField(
        read_only=True, help_text="Whether the letter leaves without anybody's look."
    )
    has_original = serializers.SerializerMethodField()

    def get_has_original(self, step: CadenceStep) -> bool:
        """Whether there is anything to `restore`: not for one that somebody added."""
        return services.original_of(step) is not None


class PlanFieldShape(Shape):
    """A field that words of a plan may name, in braces."""

    name = serializers.CharField(read_only=True)
    meaning = serializers.CharField(read_only=True)


class PlanStepChangeShape(Shape):
    """Other days, words or conditions for a step."""

    days = serializers.IntegerField(min_value=0, max_value=LONGEST_DELAY)
    timing = serializers.ChoiceField(choices=Timing.choices)
    condition = serializers.ChoiceField(choices=Condition.choices)
    subject = serializers.CharField(max_length=200, allow_blank=True)
    words = serializers.CharField(max_length=LONGEST_WORDS)
    automatic = serializers.BooleanField()
    reminder_kind = serializers.ChoiceField(choices=ReminderKind.choices)


class StepPlaceShape(Shape):
    """Where a step goes."""

    before_id = Id(
        CadenceStep,
        source="before",
        allow_null=True,
        help_text="The step of the same plan that comes after it; null: it is the last.",
    )


class PlanShape(Shape):
    """A follow-up plan: what is done, in which order, until its purpose is met."""

    id = serializers.UUIDField(read_only=True)
    key = serializers.CharField(
        read_only=True, help_text="Of a plan that was there from the start; else empty."
    )
    name = serializers.CharField(max_length=100)
    trigger = serializers.ChoiceField(
        choices=Trigger.choices,
        required=False,
        help_text="What it begins with; of a plan of your own `by_hand`, if you do not say.",
    )
    answers = serializers.ChoiceField(
        choices=Answers.choices,
        required=False,
        help_text="Which answers begin it, if `feedback` does.",
    )
    is_on = serializers.BooleanField(read_only=True)
    may_name = serializers.SerializerMethodField()
    steps = PlanStepShape(many=True, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    @extend_schema_field(PlanFieldShape(many=True))
    def get_may_name(self, plan: Cadence) -> list[dict[str, str]]:
        """The fields that words of its steps may name."""
        known = fields_of(plan.trigger)
        return [{"name": name, "meaning": meaning} for name, meaning in known.items()]


class PlanChangeShape(Shape):
    """On or off; and of a plan of your own, what it is called."""

    name = serializers.CharField(max_length=100)
    is_on = serializers.BooleanField()


class Plans(Resource):
    """Follow-up plans."""

    queryset = Cadence.objects.all()
    serializer_class = PlanShape
    orders: ClassVar[Mapping[str, Order]] = Resource.orders

    def list(self, request: Request) -> Response:
        """All plans, with their steps."""
        services.ensure_cadences(business=self.request.business, now=clock.now())
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One plan."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """A plan of your own, begun by hand or by what happens; steps are added to it."""
        cadence = services.add_cadence(
            business=self.request.business,
            **self.sent(PlanShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(cadence.pk), status=201)

    @extend_schema(request=PlanChangeShape, responses=PlanShape)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Switch it on or off: who is on it stays on it. Call one of your own otherwise."""
        cadence = self.get_object()
        given = self.sent(PlanChangeShape, partial=True)
        by, now = self.request.actor, clock.now()
        if "name" in given:
            services.rename_cadence(cadence=cadence, name=given["name"], by=by, now=now)
        if "is_on" in given:
            services.switch_cadence(cadence=cadence, is_on=given["is_on"], by=by, now=now)
        return self.shown(self.found(cadence.pk))

    @extend_schema(request=None, responses={200: PlanShape, 204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Remove a plan of your own (204).

        One on which somebody is, or was, is switched off instead, and shown (200): what was done
        for them stays.
        """
        cadence = self.get_object()
        if services.remove_cadence(cadence=cadence, by=self.request.actor, now=clock.now()):
            return Response(status=204)
        return self.shown(self.found(cadence.pk))

    @extend_schema(request=None, responses=PlanShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, id: UUID) -> Response:
        """All its steps as they were at first. A plan of your own stays as it is."""
        cadence = services.restore_cadence(
            cadence=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self.shown(self.found(cadence.pk))

    @extend_schema(request=PlanStepShape, responses={201: PlanStepShape})
    @action(detail=True, methods=["post"])
    def steps(self, request: Request, id: UUID) -> Response:
        """One more step at the end."""
        step = services.add_step(
            cadence=self.get_object(),
            **({"subject": ""} | self.sent(PlanStepShape)),
            by=self.request.actor,
            now=clock.now(),
        )
        return Response(PlanStepShape().to_representation(step), status=201)

    def rows(self) -> QuerySet[Any]:
        in_order = CadenceStep.objects.order_by("position")
        return super().rows().prefetch_related(Prefetch("steps", in_order))


class Steps(Resource):
    """The steps of a plan."""

    queryset = CadenceStep.objects.select_related("cadence__business")
    serializer_class = PlanStepShape

    def _step(self, plan_id: UUID, id: UUID) -> CadenceStep:
        step: CadenceStep = get_object_or_404(self.rows(), cadence=plan_id, pk=id)
        return step

    @extend_schema(request=PlanStepChangeShape, responses=PlanStepShape)
    def partial_update(self, request: Request, plan_id: UUID, id: UUID) -> Response:
        """Other days, words or conditions, for everybody who has not come to this step yet.

        Whoever waits for it waits until the new day, or the next morning where that is over.
        """
        step = self._step(plan_id, id)
        known = {name: getattr(step, name) for name in ("days", "subject", "words", "automatic")}
        changed = services.change_step(
            step=step,
            **(known | self.sent(PlanStepChangeShape, partial=True)),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(changed)

    @extend_schema(request=None, responses=PlanStepShape)
    def restore(self, request: Request, plan_id: UUID, id: UUID) -> Response:
        """As it was at first. One that somebody added stays as it is."""
        step = services.restore_step(
            step=self._step(plan_id, id), by=self.request.actor, now=clock.now()
        )
        return self.shown(step)

    @extend_schema(request=StepPlaceShape, responses=PlanStepShape)
    def move(self, request: Request, plan_id: UUID, id: UUID) -> Response:
        """Put it elsewhere in the plan. Everybody goes on with what was still to come for them."""
        moved = services.move_step(
            step=self._step(plan_id, id),
            **self.sent(StepPlaceShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(moved)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, plan_id: UUID, id: UUID) -> Response:
        """Nobody comes to this step any more. What it did already stays."""
        services.remove_step(step=self._step(plan_id, id), by=self.request.actor, now=clock.now())
        return Response(status=204)
