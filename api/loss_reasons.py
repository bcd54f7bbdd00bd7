"""/loss-reasons: why things came to nothing, as the business words it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.resource import Resource
from api.shapes import Shape
from businesses import clock
from referrals.models import LossReason
from referrals.services import add_loss_reason, change_loss_reason, loss_reasons


class LossReasonShape(Shape):
    """One of the reasons."""

    key = serializers.CharField(read_only=True, help_text="What `lost_reason` of a referral says.")
    words = serializers.CharField(max_length=100)
    is_offered = serializers.BooleanField(
        required=False, help_text="One that is offered no longer stays where it was used."
    )
    is_usual = serializers.BooleanField(
        read_only=True, help_text="Whether every business begins with it."
    )


class AllLossReasonsShape(Shape):
    """All of them, in the order in which they are offered."""

    results = LossReasonShape(many=True)


class LossReasons(Resource):
    """Why things came to nothing. None is ever deleted."""

    queryset = LossReason.objects.all()
    serializer_class = LossReasonShape
    permission_classes = (AdminChanges,)

    @extend_schema(
        operation_id="loss_reasons_list", responses=AllLossReasonsShape, tags=["loss-reasons"]
    )
    def everything(self, request: Request) -> Response:
        """All of them: there are thirty at most."""
        shape = self.serializer_class()
        return Response({"results": [shape.to_representation(row) for row in loss_reasons()]})

    @extend_schema(responses={201: LossReasonShape}, tags=["loss-reasons"])
    def create(self, request: Request) -> Response:
        """One more. The key must be one that may change settings."""
        told = self.sent(LossReasonShape)
        reason = add_loss_reason(
            business=self.request.business,
            words=told["words"],
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(reason, status=201)

    @extend_schema(
        request=LossReasonShape,
        responses=LossReasonShape,
        operation_id="loss_reasons_partial_update",
        tags=["loss-reasons"],
    )
    def partial_update(self, request: Request, reason: str) -> Response:
        """Word it anew, offer it no longer, or again."""
        told = self.sent(LossReasonShape, partial=True)
        changed = change_loss_reason(
            business=self.request.business,
            key=reason,
            words=told.get("words"),
            is_offered=told.get("is_offered"),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(changed)
