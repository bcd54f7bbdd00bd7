"""/messages: letters that left, wait, or need somebody to look.

What a letter says is shown as the pages' previews do: no link in it works, and what only a prospect
reads is named in brackets. Of a prospect there is the introduction's id, and nothing else.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Label, Shape
from businesses import clock
from contacts.models import Contact
from outreach.models import Message, MessageRecipient
from outreach.preview import stored_letter
from outreach.querysets import MessageQuerySet
from outreach.senders import owner_of
from outreach.services import retry_in_doubt, retry_message, settle_message
from outreach.states import MailKind, MessageState, RecipientState


class RecipientShape(Shape):
    """Somebody a letter goes to, and what became of it for them."""

    contact_id = serializers.UUIDField(read_only=True, allow_null=True)
    introduction_id = serializers.UUIDField(
        read_only=True,
        allow_null=True,
        help_text="Of a prospect. Their name and address are not kept with the letter.",
    )
    name = serializers.CharField(read_only=True)
    address = serializers.CharField(read_only=True, help_text="Empty for a prospect.")
    state = serializers.ChoiceField(choices=RecipientState.choices, read_only=True)
    reason = serializers.CharField(read_only=True, help_text="Why they did not get it.")


class MessageShape(Shape):
    """One letter, in a list."""

    id = serializers.UUIDField(read_only=True)
    kind = serializers.CharField(read_only=True, help_text="Such as `ask_to_advocate`.")
    mail_kind = serializers.ChoiceField(
        choices=MailKind.choices, read_only=True, help_text="Which stop keeps it back."
    )
    state = serializers.ChoiceField(choices=MessageState.choices, read_only=True)
    subject_label = Label(read_only=True, help_text="What it is about, such as `referral`.")
    subject_id = serializers.UUIDField(read_only=True)
    hold_reason = serializers.CharField(
        read_only=True,
        help_text="Of one that is held: what it waits for, such as `address_not_confirmed`.",
    )
    reason = serializers.CharField(
        source="last_reason", read_only=True, help_text="What the last try ended in, if not well."
    )
    attempts = serializers.IntegerField(
        read_only=True, help_text="How often it was tried and put off."
    )
    due_at = serializers.DateTimeField(read_only=True, help_text="From when it may leave.")
    sent_at = serializers.DateTimeField(read_only=True, allow_null=True)
    recipients = RecipientShape(many=True, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class WholeMessageShape(MessageShape):
    """A letter by itself, with what it says. Its links are left out."""

    from_name = serializers.CharField(read_only=True)
    subject = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)


class MessageFilters(Filters):
    kind = serializers.CharField(required=False, max_length=60)
    mail_kind = serializers.ChoiceField(choices=MailKind.choices, required=False)
    state = serializers.ChoiceField(choices=MessageState.choices, required=False)
    contact_id = Id(Contact, source="contact", required=False)
    since = serializers.DateTimeField(required=False, help_text="Written then or later.")

    def narrow(self, rows: MessageQuerySet, given: Mapping[str, Any]) -> MessageQuerySet:
        columns = dict(given)
        if contact := columns.pop("contact", None):
            to_them = MessageRecipient.objects.filter(message=OuterRef("pk"), contact=contact)
            rows = rows.filter(Exists(to_them))
        if since := columns.pop("since", None):
            rows = rows.filter(created_at__gte=since)
        return rows.filter(**columns)


class InDoubtShape(Shape):
    """Since when."""

    since = serializers.DateTimeField(
        help_text="Those whose text left then or later, and of which no answer came."
    )


class RetriedInDoubtShape(Shape):
    """What came of it."""

    sent = serializers.IntegerField(read_only=True, help_text="How many are on their way again.")
    left = serializers.IntegerField(
        read_only=True, help_text="How many of that time are still in doubt."
    )


class Messages(Resource):
    """Letters: what became of them, and what to do about those that did not surely arrive."""

    queryset = Message.objects.select_related("business").prefetch_related(
        Prefetch("recipients", MessageRecipient.objects.order_by("position"))
    )
    serializer_class = MessageShape
    filters_class = MessageFilters

    def list(self, request: Request) -> Response:
        """Letters that left, wait, or need somebody to look, a page at a time."""
        return self.listed(self.rows())

    @extend_schema(responses=WholeMessageShape)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One letter, with what it says."""
        return self._whole(self.get_object())

    @extend_schema(request=None, responses=WholeMessageShape)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, id: UUID) -> Response:
        """Send it again, to those whom it did not surely reach, at the address they have by now."""
        retry_message(message=self.get_object(), by=self.request.actor, now=clock.now())
        return self._whole(self.found(id))

    @extend_schema(request=InDoubtShape, responses=RetriedInDoubtShape)
    @action(detail=False, methods=["post"], url_path="retry-in-doubt")
    def retry_in_doubt(self, request: Request) -> Response:
        """Send again all that is in doubt since a moment, 200 at most, the longest first: where you
        know that none of it arrived. What may not be sent again stays in doubt.
        """
        since = self.sent(InDoubtShape)["since"]
        done = retry_in_doubt(since=since, by=self.request.actor, now=clock.now())
        return Response(RetriedInDoubtShape().to_representation(done))

    @extend_schema(request=None, responses=WholeMessageShape)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, id: UUID) -> Response:
        """One in doubt did arrive; one that failed stays unsent, one that came back is left so.

        A letter to a prospect that was lost is not settled: its advocate is told until they mend
        it, or it is sent again.
        """
        settle_message(message=self.get_object(), by=self.request.actor, now=clock.now())
        return self._whole(self.found(id))

    def _whole(self, message: Message) -> Response:
        read = stored_letter(message=message, owner=owner_of(self.request.business).name)
        told = WholeMessageShape().to_representation(message)
        return Response(
            {**told, "from_name": read.from_name, "subject": read.subject, "text": read.text}
        )
