"""/members: who works here, and which letters of their own they get."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.paging import Order
from api.resource import Resource
from api.shapes import Id, Shape
from businesses import clock
from businesses.models import EARLIEST_MORNING, LATEST_MORNING, Membership, Role
from businesses.profile import introduce_member
from businesses.tenancy import current_business_id
from outreach.services import OwnMailChanges, change_own_mail


class MemberId(Id):
    """A colleague by id. Members stand outside the fence, so it is asked for the business here."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Membership, **kwargs)

    def rows(self) -> QuerySet[Membership]:
        return Membership.objects.filter(business=current_business_id())


class MemberShape(Shape):
    """Somebody who works here. What they hear by mail can be changed; all else is theirs."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True, source="user.name")
    email = serializers.CharField(read_only=True, source="user.email")
    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    morning_letter = serializers.BooleanField(
        help_text="Whether they are told on working mornings what is due, when something is."
    )
    morning_hour = serializers.IntegerField(
        min_value=EARLIEST_MORNING, max_value=LATEST_MORNING, help_text="The full hour, by theirs."
    )
    month_letter = serializers.BooleanField(
        help_text="Whether they are told on a month's first working morning how the last one went."
    )
    self_introduction = serializers.CharField(
        max_length=500,
        allow_blank=True,
        help_text="What they say of themself in the letter that introduces them to somebody.",
    )
    timezone = serializers.CharField(
        max_length=64,
        allow_blank=True,
        help_text="Such as `Europe/Stockholm`; empty: the business's.",
    )
    created_at = serializers.DateTimeField(read_only=True)


class Members(Resource):
    """Who works here."""

    queryset = Membership.objects.all()
    serializer_class = MemberShape
    permission_classes = (AdminChanges,)
    orders: ClassVar[Mapping[str, Order]] = Resource.orders

    def rows(self) -> QuerySet[Membership]:
        return Membership.objects.filter(business=self.request.business).select_related("user")

    def list(self, request: Request) -> Response:
        """Everybody who works here, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One of them."""
        return self.shown(self.get_object())

    @extend_schema(request=MemberShape, responses=MemberShape)
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change which letters of their own they get, and what they say of themself.

        The key must be one for settings.
        """
        member = self.get_object()
        told: dict[str, Any] = self.sent(MemberShape, partial=True)
        if "self_introduction" in told:
            member = introduce_member(member=member, words=told.pop("self_introduction"))
        changes: OwnMailChanges = told  # type: ignore[assignment]  # checked by the shape
        return self.shown(change_own_mail(member=member, changes=changes, now=clock.now()))
