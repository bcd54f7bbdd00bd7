"""/reminders: things to do for a person on a day."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.members import MemberId
from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Label, Shape
from businesses import clock
from contacts.models import Contact
from outreach.models import Reminder, ReminderKind
from outreach.models.reminder import LONGEST_REASON
from outreach.querysets import ReminderQuerySet
from outreach.services import (
    add_reminder,
    finish_reminder,
    hand_reminder,
    note_spoken,
    reopen_reminder,
    skip_reminder,
    snooze_reminder,
)


class ReminderShape(Shape):
    """Something to do for a person. Today shows it from its day on."""

    id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(choices=ReminderKind.choices)
    contact_id = Id(Contact, source="contact")
    subject_label = Label(
        read_only=True, help_text="What it is about, such as `referral`; empty: the contact alone."
    )
    subject_id = serializers.UUIDField(read_only=True, allow_null=True)
    assignee_id = MemberId(
        source="assignee",
        allow_null=True,
        required=False,
        help_text="Whose it is, of `/members`; null: everybody's. Later on, `hand` changes it.",
    )
    due_on = serializers.DateField()
    text = serializers.CharField(max_length=300, allow_blank=True, required=False)
    done_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="When the thing itself had happened, or was no longer wanted.",
    )
    skipped_because = serializers.CharField(
        read_only=True, help_text="Why somebody let it go; empty where nobody did."
    )
    created_at = serializers.DateTimeField(read_only=True)


class PuttingOffShape(Shape):
    """Until when it can wait."""

    until = serializers.DateField()


class SpokenShape(Shape):
    """When it was."""

    occurred_at = serializers.DateTimeField(required=False, help_text="Now, unless said.")


class HandingShape(Shape):
    """To whom it is handed."""

    assignee_id = MemberId(allow_null=True, help_text="Of `/members`; null: it is everybody's.")


class SkippingShape(Shape):
    """Why it is let go."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class ReminderFilters(Filters):
    kind = serializers.ChoiceField(choices=ReminderKind.choices, required=False)
    contact_id = Id(Contact, source="contact", required=False)
    assignee_id = MemberId(source="assignee", required=False)
    open = serializers.BooleanField(
        required=False, help_text="True: neither done nor closed. False: the others."
    )
    due_before = serializers.DateField(required=False, help_text="That day not included.")

    def narrow(self, rows: ReminderQuerySet, given: Mapping[str, Any]) -> ReminderQuerySet:
        columns = dict(given)
        is_open = columns.pop("open", None)
        if is_open is not None:
            rows = rows.open() if is_open else rows.over()
        if day := columns.pop("due_before", None):
            rows = rows.filter(due_on__lt=day)
        return rows.filter(**columns)


class Reminders(Resource):
    """Things to do for a person on a day."""

    queryset = Reminder.objects.all()
    serializer_class = ReminderShape
    filters_class = ReminderFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "due_on": Order("due_on", "longest due first"),
        "-due_on": Order("due_on", "latest due first", backwards=True),
    }

    def list(self, request: Request) -> Response:
        """What is to be done and what was, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One reminder."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Remember something for a day."""
        reminder = add_reminder(
            business=self.request.business,
            **self.sent(ReminderShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(reminder, status=201)

    @extend_schema(request=None, responses=ReminderShape)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, id: UUID) -> Response:
        """It is done. What is done or closed already stays as it is.

        One that leads to a letter that waits for a look is done by sending it, or putting it aside.
        After a plan's reminder to ring or meet somebody the plan leaves out what it does in silence
        only; `spoken` keeps a call as well.
        """
        reminder = finish_reminder(
            reminder=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self.shown(reminder)

    @extend_schema(request=SpokenShape, responses=ReminderShape)
    @action(detail=True, methods=["post"])
    def spoken(self, request: Request, id: UUID) -> Response:
        """We spoke: it is done, and a call is kept with the contact, which is being in touch.

        Of what is done or closed already no call is kept.
        """
        reminder = note_spoken(
            reminder=self.get_object(),
            at=self.sent(SpokenShape).get("occurred_at"),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(reminder)

    @extend_schema(request=None, responses=ReminderShape)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, id: UUID) -> Response:
        """It is to be done after all: for one that is done, or was skipped by itself.

        Not for one of a plan that is over by now.
        """
        reminder = reopen_reminder(
            reminder=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self.shown(reminder)

    @extend_schema(request=HandingShape, responses=ReminderShape)
    @action(detail=True, methods=["post"])
    def hand(self, request: Request, id: UUID) -> Response:
        """Hand it to somebody who works here, or to everybody."""
        reminder = hand_reminder(
            reminder=self.get_object(),
            to=self.sent(HandingShape)["assignee_id"],
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(reminder)

    @extend_schema(request=SkippingShape, responses=ReminderShape)
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, id: UUID) -> Response:
        """Let it go, and keep why; also with the step of a plan that it came from."""
        reminder = skip_reminder(
            reminder=self.get_object(),
            **self.sent(SkippingShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(reminder)

    @extend_schema(request=PuttingOffShape, responses=ReminderShape)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, id: UUID) -> Response:
        """Put it off until a day to come."""
        reminder = snooze_reminder(
            reminder=self.get_object(),
            **self.sent(PuttingOffShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(reminder)
