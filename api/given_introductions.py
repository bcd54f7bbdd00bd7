"""/given-introductions: two people brought together, or a customer sent to a partner firm."""

from collections.abc import Mapping
from typing import Any, cast
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
from contacts.models import Company, Contact
from giving.messages import previews_of
from giving.models import LONGEST_TOLD, LONGEST_WORDS, GivenIntroduction
from giving.querysets import GivenQuerySet
from giving.services import (
    GivenChanges,
    change_given,
    draft_given,
    send_given,
    take_up_given,
    tell_outcome,
    undo_sending,
    withdraw_given,
)
from giving.states import Answer, GivenState, Outcome, Place
from outreach.senders import owner_of


class GivenIntroductionShape(Shape):
    """Two contacts who are brought together; with a partner firm, a customer who is sent there."""

    id = serializers.UUIDField(read_only=True)
    first_contact_id = serializers.UUIDField(source="first_id", read_only=True)
    second_contact_id = serializers.UUIDField(
        source="second_id",
        read_only=True,
        help_text="Where one of the two is with a partner firm, it is this one.",
    )
    partner_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="The partner firm, where there is one."
    )
    first_words = serializers.CharField(
        max_length=LONGEST_WORDS,
        allow_blank=True,
        required=False,
        help_text="What the first reads of the second.",
    )
    second_words = serializers.CharField(max_length=LONGEST_WORDS, allow_blank=True, required=False)
    state = serializers.ChoiceField(choices=GivenState.choices, read_only=True)
    first_answer = serializers.ChoiceField(
        choices=Answer.choices,
        allow_blank=True,
        read_only=True,
        help_text="The other of the two is never told a no.",
    )
    second_answer = serializers.ChoiceField(
        choices=Answer.choices, allow_blank=True, read_only=True
    )
    created_at = serializers.DateTimeField(read_only=True)
    asked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    expires_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Without both answers by then it is over."
    )
    shook_hands_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True, read_only=True)
    outcome_words = serializers.CharField(read_only=True)
    outcome_at = serializers.DateTimeField(read_only=True, allow_null=True)
    outcome_by = serializers.ChoiceField(
        choices=Place.choices,
        allow_blank=True,
        read_only=True,
        help_text="Which of the two told it; empty where the business keeps what it heard.",
    )


class NewGivenIntroductionShape(GivenIntroductionShape):
    """Two letters to begin."""

    first_contact_id = Id(Contact, source="first")
    second_contact_id = Id(Contact, source="second")


class OutcomeShape(Shape):
    """What came of it."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    words = serializers.CharField(max_length=LONGEST_TOLD, allow_blank=True, required=False)


class LetterToOneShape(Shape):
    """What one of the two reads."""

    contact_id = serializers.UUIDField(read_only=True)
    subject = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    html = serializers.CharField(read_only=True)


class LettersToBothShape(Shape):
    """What each of the two reads."""

    letters = LetterToOneShape(many=True, read_only=True)


class GivenFilters(Filters):
    state = serializers.ChoiceField(choices=GivenState.choices, required=False)
    contact_id = Id(
        Contact, source="contact", required=False, help_text="Whichever of the two it is."
    )
    partner_id = Id(Company, source="partner", required=False)

    def narrow(self, rows: GivenQuerySet, given: Mapping[str, Any]) -> GivenQuerySet:
        columns = dict(given)
        if contact := columns.pop("contact", None):
            rows = rows.naming(contact)
        return rows.filter(**columns)


class GivenIntroductions(Resource):
    """People whom the business introduces to each other. Each is a draft until it is sent."""

    queryset = GivenIntroduction.objects.all()
    serializer_class = GivenIntroductionShape
    filters_class = GivenFilters

    def list(self, request: Request) -> Response:
        """What was given and is about to be, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One of them."""
        return self.shown(self.get_object())

    @extend_schema(request=NewGivenIntroductionShape)
    def create(self, request: Request) -> Response:
        """Begin the letters to two people. Nothing leaves until they are sent."""
        given = draft_given(
            **self.sent(NewGivenIntroductionShape),
            by=self.request.actor,
            giver=maker_of(self.request.key) or owner_of(self.request.business),
            now=clock.now(),
        )
        return self.shown(given, status=201)

    def partial_update(self, request: Request, id: UUID) -> Response:
        """Put a draft in better words. Who is introduced stays as it is."""
        given = change_given(
            given=self.get_object(),
            changes=cast(GivenChanges, self.sent(GivenIntroductionShape, partial=True)),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(given)

    @extend_schema(responses=LettersToBothShape)
    @action(detail=True)
    def preview(self, request: Request, id: UUID) -> Response:
        """Both letters as they will be read. Their links are left out."""
        letters = [
            {
                "contact_id": side.contact.pk,
                "subject": letter.subject,
                "text": letter.text,
                "html": letter.html,
            }
            for side, letter in previews_of(self.get_object())
        ]
        return Response({"letters": letters})

    @extend_schema(request=None, responses=GivenIntroductionShape)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, id: UUID) -> Response:
        """Ask both at the same time. The letters leave when the undo window is over."""
        given = send_given(given=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(given)

    @extend_schema(request=None, responses=GivenIntroductionShape)
    @action(detail=True, methods=["post"], url_path="undo-sending")
    def undo_sending(self, request: Request, id: UUID) -> Response:
        """Make a draft of it again, as long as neither letter has left."""
        given = undo_sending(given=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(given)

    @extend_schema(request=None, responses=GivenIntroductionShape)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Take it back, until the letter to all three has left.

        Whoever had said yes hears of it in ten minutes, and not if it is taken up again.
        """
        given = withdraw_given(given=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(given)

    @extend_schema(request=None, responses=GivenIntroductionShape)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, id: UUID) -> Response:
        """Undo taking it back, for ten minutes: all is as it was."""
        given = take_up_given(given=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(given)

    @extend_schema(request=OutcomeShape, responses=GivenIntroductionShape)
    @action(detail=True, methods=["post"])
    def outcome(self, request: Request, id: UUID) -> Response:
        """Keep what came of it, as you heard. It takes the place of what was told before."""
        given = tell_outcome(
            given=self.get_object(),
            **self.sent(OutcomeShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(given)
