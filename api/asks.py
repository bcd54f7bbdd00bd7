"""/asks: letters that ask an advocate for an introduction."""

from typing import cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from businesses.keys import maker_of
from businesses.models import LONGEST_BLURB, User
from contacts.models import Contact
from introductions.messages import preview_of_ask
from introductions.models import LONGEST_OVERRIDE, Ask
from introductions.services import (
    AskChanges,
    change_ask,
    draft_ask,
    let_ask_leave,
    note_answer,
    nudge_ask,
    send_ask,
    undo_withdrawal,
    withdraw_ask,
)
from introductions.states import AskState
from outreach.senders import owner_of


class AskShape(Shape):
    """A request to a contact for an introduction: to a named person, or a kind of person."""

    id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(
        source="advocate.contact_id", read_only=True, help_text="Who is asked."
    )
    advocate_id = serializers.UUIDField(
        read_only=True, help_text="The same person's row as an advocate."
    )
    wanted = serializers.CharField(
        max_length=300,
        allow_blank=True,
        required=False,
        help_text="The kind of person. This or `named_person` says whom you would like to meet.",
    )
    named_person = serializers.CharField(max_length=150, allow_blank=True, required=False)
    note = serializers.CharField(
        max_length=2000, allow_blank=True, required=False, help_text="What the letter begins with."
    )
    blurb = serializers.CharField(
        max_length=LONGEST_BLURB,
        allow_blank=True,
        required=False,
        help_text="Whom you help, in words that can be passed on. For a new ask: as `/business` "
        "has it, unless said.",
    )
    state = serializers.ChoiceField(choices=AskState.choices, read_only=True)
    override_reason = serializers.CharField(
        read_only=True, help_text="Why it was sent although something stood in the way."
    )
    nudged_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When they were reminded, which is once."
    )
    created_at = serializers.DateTimeField(read_only=True)
    sent_at = serializers.DateTimeField(read_only=True, allow_null=True)
    expires_at = serializers.DateTimeField(
        source="due_at",
        read_only=True,
        allow_null=True,
        help_text="Until when it rests with them, while it is not answered.",
    )
    closed_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When it was answered, taken back, or over."
    )


class NewAskShape(AskShape):
    """A letter to begin."""

    contact_id = Id(Contact, source="contact", help_text="Who is asked; they need an `email`.")


class GateShape(Shape):
    """What lets an ask through the gate."""

    reason = serializers.CharField(
        max_length=LONGEST_OVERRIDE,
        allow_blank=True,
        required=False,
        help_text="Why it goes although `put_right_first`, `asked_lately` or `asks_paused` stand "
        "in the way. It is kept, and shown to your colleagues.",
    )
    fits_their_limits = serializers.BooleanField(
        source="fits",
        required=False,
        help_text="A person compared the ask with the kinds of people that they want to be asked "
        "about (`only_about` of the advocate).",
    )


class NudgeShape(Shape):
    """The one reminder of an ask."""

    words = serializers.CharField(
        max_length=2000, allow_blank=True, required=False, help_text="Ours, unless said."
    )


class LetterShape(Shape):
    """A letter as its reader sees it."""

    subject = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField()


class AskFilters(Filters):
    state = serializers.ChoiceField(choices=AskState.choices, required=False)
    contact_id = Id(Contact, source="advocate__contact", required=False)


class Asks(Resource):
    """Letters that ask somebody for an introduction. Each is a draft until it is sent."""

    queryset = Ask.objects.select_related("advocate")
    serializer_class = AskShape
    filters_class = AskFilters

    def list(self, request: Request) -> Response:
        """What was asked and is about to be, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One ask."""
        return self.shown(self.get_object())

    @extend_schema(request=NewAskShape)
    def create(self, request: Request) -> Response:
        """Begin a letter. Nothing leaves until it is sent.

        It is from the member who made the key, or from the owner when they have left.
        """
        ask = draft_ask(
            **{"blurb": self.request.business.blurb, **self.sent(NewAskShape)},
            by=self.request.actor,
            sender=self._sender(),
            now=clock.now(),
        )
        return self.shown(ask, status=201)

    def partial_update(self, request: Request, id: UUID) -> Response:
        """Put a draft in better words. Whom it goes to stays as it is."""
        ask = change_ask(
            ask=self.get_object(),
            changes=cast(AskChanges, self.sent(AskShape, partial=True)),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(ask)

    @extend_schema(responses=LetterShape)
    @action(detail=True)
    def preview(self, request: Request, id: UUID) -> Response:
        """The letter as it will be read, or was. Its links are left out."""
        ask = self.get_object()
        letter = preview_of_ask(ask=ask, sender=ask.sender or owner_of(self.request.business))
        return Response(LetterShape().to_representation(letter))

    @extend_schema(request=GateShape, responses=AskShape)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, id: UUID) -> Response:
        """Let the letter leave. While the firm has not said who it is, the letter waits for that.

        One ask rests with a person at a time: a second is refused until the first is answered,
        taken back, or over. What keeps a person from being asked (`/readiness`) is refused; what
        they have not set themselves can be opened with a `reason`.
        """
        ask = self.get_object()
        given = self.sent(GateShape)
        return self.shown(send_ask(ask=ask, **given, by=self.request.actor, now=clock.now()))

    @extend_schema(request=GateShape, responses=AskShape)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, id: UUID) -> Response:
        """Something came in the way of a letter that waits to leave: it leaves all the same."""
        ask = self.get_object()
        given = self.sent(GateShape)
        return self.shown(let_ask_leave(ask=ask, **given, by=self.request.actor, now=clock.now()))

    @extend_schema(request=NudgeShape, responses=AskShape)
    @action(detail=True, methods=["post"])
    def nudge(self, request: Request, id: UUID) -> Response:
        """Remind them gently, once for ever; it leaves a week after the ask at the earliest."""
        ask = self.get_object()
        nudge_ask(
            ask=ask,
            **self.sent(NudgeShape),
            by=self.request.actor,
            sender=ask.sender or self._sender(),
            now=clock.now(),
        )
        return self.shown(self.found(ask.pk))

    @extend_schema(request=None, responses=AskShape)
    @action(detail=True, methods=["post"])
    def answered(self, request: Request, id: UUID) -> Response:
        """They answered you elsewhere. Nobody reminds them any more; the link leads on."""
        ask = note_answer(ask=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(ask)

    @extend_schema(request=None, responses=AskShape)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Take it back. A letter that has not left stays; of one that has, the link ends."""
        ask = withdraw_ask(ask=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(ask)

    @extend_schema(request=None, responses=AskShape)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, id: UUID) -> Response:
        """Undo taking it back, for ten minutes: its link leads on again, or it is a draft again."""
        ask = undo_withdrawal(ask=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(ask)

    def _sender(self) -> User:
        return maker_of(self.request.key) or owner_of(self.request.business)
