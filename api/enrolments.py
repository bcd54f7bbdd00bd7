"""/enrolments and /drafts: who is on which plan, and which letters of it wait for a look."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.asks import LetterShape
from api.resource import Resource
from api.shapes import Filters, Id, Label, Shape
from businesses import clock
from businesses.keys import maker_of
from businesses.models import User
from contacts.models import Contact
from outreach import services
from outreach.models import Cadence, Enrolment, EnrolmentState, Outcome, StepTaken
from outreach.models.cadence import LONGEST_WORDS
from outreach.senders import owner_of
from outreach.states import MessageState


def _letter_state() -> serializers.ChoiceField:
    """How it stands with the letter itself: let go is not yet sent."""
    return serializers.ChoiceField(
        choices=MessageState.choices,
        source="message.state",
        read_only=True,
        allow_null=True,
        help_text="How it stands with the letter that was let go; null: there is none.",
    )


class TakenShape(Shape):
    """What became of one step for one person."""

    id = serializers.UUIDField(read_only=True)
    position = serializers.IntegerField(read_only=True)
    outcome = serializers.ChoiceField(
        choices=Outcome.choices,
        source="became",
        read_only=True,
        help_text="`sent`: the letter was let go; `message_state` says whether it has left.",
    )
    reason = serializers.CharField(
        source="why", read_only=True, help_text="Why it was left out, or not sent."
    )
    message_id = serializers.UUIDField(read_only=True, allow_null=True)
    message_state = _letter_state()
    reminder_id = serializers.UUIDField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class EnrolmentShape(Shape):
    """One person on one plan."""

    id = serializers.UUIDField(read_only=True)
    plan_id = Id(Cadence, source="cadence")
    contact_id = Id(Contact, source="contact")
    subject_label = Label(read_only=True, help_text="What it is about, such as `referral`.")
    subject_id = serializers.UUIDField(read_only=True)
    state = serializers.ChoiceField(choices=EnrolmentState.choices, read_only=True)
    reason = serializers.CharField(
        read_only=True, allow_blank=True, help_text="Why it was stopped."
    )
    due_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When its next step is taken."
    )
    next_step_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Which step of the plan that is."
    )
    taken = TakenShape(many=True, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class StoppingShape(Shape):
    reason = serializers.CharField(max_length=200, allow_blank=True, required=False)


class EnrolmentFilters(Filters):
    plan_id = Id(Cadence, source="cadence", required=False)
    contact_id = Id(Contact, source="contact", required=False)
    state = serializers.ChoiceField(choices=EnrolmentState.choices, required=False)


class DraftShape(Shape):
    """A letter of a plan that waits for somebody's look, or what became of it."""

    id = serializers.UUIDField(read_only=True)
    enrolment_id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(read_only=True, source="enrolment.contact_id")
    outcome = serializers.ChoiceField(choices=Outcome.choices, source="became", read_only=True)
    reason = serializers.CharField(source="why", read_only=True, help_text="Why it was not sent.")
    message_state = _letter_state()
    subject = serializers.CharField(max_length=200)
    words = serializers.CharField(max_length=LONGEST_WORDS)
    created_at = serializers.DateTimeField(read_only=True)
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)


class DismissingShape(Shape):
    reason = serializers.CharField(max_length=200, allow_blank=True, required=False)


class Enrolments(Resource):
    """Who is on which plan, what was done, what was left out and why, and what comes next."""

    queryset = Enrolment.objects.for_list()
    serializer_class = EnrolmentShape
    filters_class = EnrolmentFilters

    def list(self, request: Request) -> Response:
        """Who is, or was, on a plan, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One person on one plan."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Put somebody on a plan by hand; on the same day the second request finds the first."""
        enrolment = services.begin_by_hand(
            **self.sent(EnrolmentShape), by=self.request.actor, now=clock.now()
        )
        return self.shown(self.found(enrolment.pk), status=201)

    @extend_schema(request=StoppingShape, responses=EnrolmentShape)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, id: UUID) -> Response:
        """No further step for this person, and what waits for a look waits no more."""
        reason = self.sent(StoppingShape).get("reason", "")
        enrolment = services.stop_enrolment(
            enrolment=self.get_object(), reason=reason, by=self.request.actor, now=clock.now()
        )
        return self.shown(self.found(enrolment.pk))


class Drafts(Resource):
    """Letters of plans that wait for somebody's look."""

    queryset = StepTaken.objects.with_letter().select_related(
        "business", "enrolment__contact", "enrolment__cadence", "enrolment__business"
    )
    serializer_class = DraftShape

    def rows(self) -> QuerySet[Any]:
        return super().rows().exclude(words="").exclude(outcome=Outcome.REMINDED)

    def list(self, request: Request) -> Response:
        """Those that wait."""
        return self.listed(self.rows().filter(outcome=Outcome.DRAFTED))

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One letter, also when it was sent or put aside."""
        return self.shown(self.get_object())

    def partial_update(self, request: Request, id: UUID) -> Response:
        """Other words for this one letter."""
        draft = self.get_object()
        known = {"subject": draft.subject, "words": draft.words}
        changed = services.change_draft(
            draft=draft, **(known | self.sent(DraftShape, partial=True)), now=clock.now()
        )
        return self.shown(self.found(changed.pk))

    @extend_schema(responses=LetterShape)
    @action(detail=True)
    def preview(self, request: Request, id: UUID) -> Response:
        """The letter as it will be read, or was. Its links are left out."""
        draft = self.get_object()
        letter = services.preview_of_draft(draft=draft, sender=self._sender())
        return Response(LetterShape().to_representation(letter))

    @extend_schema(request=None, responses=DraftShape)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, id: UUID) -> Response:
        """Let it leave, in the name of whoever made the key."""
        draft = services.send_draft(
            draft=self.get_object(),
            by=self.request.actor,
            sender=self._sender(),
            now=clock.now(),
        )
        return self.shown(self.found(draft.pk))

    @extend_schema(request=DismissingShape, responses=DraftShape)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, id: UUID) -> Response:
        """It is not sent; the plan goes on."""
        reason = self.sent(DismissingShape).get("reason", "")
        draft = services.dismiss_draft(
            draft=self.get_object(), reason=reason, by=self.request.actor, now=clock.now()
        )
        return self.shown(self.found(draft.pk))

    def _sender(self) -> User:
        return maker_of(self.request.key) or owner_of(self.request.business)
