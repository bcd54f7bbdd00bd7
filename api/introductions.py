"""/introductions: what advocates have begun, and how far it has come.

Made by advocates and answered by prospects, on pages of their own; the business may read how it
stands, and take one back. Who was introduced stays sealed until they said yes.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from introductions.models import Advocate, Ask, Introduction
from introductions.services import (
    go_on_unvouched,
    renew_introduction_link,
    take_back_introduction,
    take_up_introduction,
    undo_word,
)
from introductions.states import Depth, Hears, IntroductionState, Met, Via
from referrals.models import Referral
from referrals.states import ThanksReason


class IntroductionShape(Shape):
    """An advocate's act of bringing somebody and the business together, in a list."""

    id = serializers.UUIDField(read_only=True)
    advocate_id = serializers.UUIDField(read_only=True)
    ask_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="The ask it answers, if there was one."
    )
    contact_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Who was introduced; null before the handshake."
    )
    referral_id = serializers.UUIDField(
        source="led_to",
        read_only=True,
        allow_null=True,
        help_text="What became of it: its referral, or of two about one person the one that leads;"
        " null before the handshake.",
    )
    state = serializers.ChoiceField(choices=IntroductionState.choices, read_only=True)
    via = serializers.ChoiceField(choices=Via.choices, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(
        read_only=True, help_text="Without an answer by then it is over."
    )
    depth = serializers.ChoiceField(
        choices=Depth.choices,
        read_only=True,
        allow_blank=True,
        help_text="How well the advocate says they know each other; empty where they did not say.",
    )
    meets_on = serializers.DateField(
        read_only=True,
        allow_null=True,
        help_text="The day on which the advocate brings them together, if they chose one.",
    )
    meets_at = serializers.TimeField(
        read_only=True, allow_null=True, help_text="At what time, where the business is."
    )
    met = serializers.ChoiceField(
        choices=Met.choices,
        read_only=True,
        allow_blank=True,
        help_text="Whether it came about, as the advocate says; empty while they have not said.",
    )
    advocate_hears = serializers.ChoiceField(
        source="told_hears",
        choices=Hears.choices,
        read_only=True,
        allow_null=True,
        help_text="What the prospect lets the advocate hear of what becomes of it; null before the"
        " handshake.",
    )
    terms_version = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="Of `/reward-terms`, what both sides were shown; null: nothing is given.",
    )
    met_told_at = serializers.DateTimeField(read_only=True, allow_null=True)
    vouched_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="Since when the advocate says that they know who came by their link.",
    )
    answered_at = serializers.DateTimeField(read_only=True, allow_null=True)
    comes_back_on = serializers.DateField(
        source="not_now_until",
        read_only=True,
        allow_null=True,
        help_text="The day they chose with a *not now*.",
    )
    came_back_at = serializers.DateTimeField(read_only=True, allow_null=True)
    shook_hands_at = serializers.DateTimeField(read_only=True, allow_null=True)
    erased_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Since when nothing of the person is kept."
    )


class WholeIntroductionShape(IntroductionShape):
    """An introduction by itself, with what the business may read of it; empty once it is erased."""

    prospect_first_name = serializers.CharField(read_only=True)
    words = serializers.CharField(read_only=True, help_text="What the advocate wrote to them.")
    prospect_sentence = serializers.CharField(
        source="told_sentence",
        read_only=True,
        help_text="What they added to their yes, or wrote when they came by a link; empty before "
        "the handshake, unless it is unvouched and the business has to decide.",
    )
    meets_place = serializers.CharField(
        read_only=True, help_text="Where they are brought together."
    )
    met_words = serializers.CharField(
        read_only=True, help_text="What the advocate says of how it was."
    )


class IntroductionFilters(Filters):
    state = serializers.ChoiceField(choices=IntroductionState.choices, required=False)
    advocate_id = Id(Advocate, source="advocate", required=False)
    contact_id = Id(Contact, source="contact", required=False)
    ask_id = Id(Ask, source="ask", required=False)
    referral_id = Id(
        Referral, source="referral", required=False, help_text="All that led to this one."
    )

    def narrow(self, rows: QuerySet[Introduction], given: Mapping[str, Any]) -> Any:
        columns = dict(given)
        if (referral := columns.pop("referral", None)) is not None:
            rows = rows.filter(thanks__referral=referral, thanks__reason=ThanksReason.INTRODUCTION)
        return rows.filter(**columns)


class Introductions(Resource):
    """What advocates have begun, and how far it has come."""

    queryset = Introduction.objects.all()
    serializer_class = IntroductionShape
    filters_class = IntroductionFilters

    def rows(self) -> QuerySet[Introduction]:
        led_to = Referral.objects.led_to_by(OuterRef("pk")).values("pk")[:1]
        return Introduction.objects.annotate(led_to=Subquery(led_to))

    def list(self, request: Request) -> Response:
        """What is waiting and what was answered, a page at a time."""
        return self.listed(self.rows())

    @extend_schema(responses=WholeIntroductionShape)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One introduction, with a first name and the advocate's words.

        An address comes with the handshake, as a contact.
        """
        return self._whole(self.get_object())

    @extend_schema(request=None, responses=WholeIntroductionShape)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Take back one that was not answered. Its link ends.

        It can be taken up again for ten minutes; then nothing of the person is kept.
        """
        introduction = take_back_introduction(
            introduction=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self._whole(introduction)

    @extend_schema(request=None, responses=WholeIntroductionShape)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, id: UUID) -> Response:
        """It was not to be withdrawn: its link leads on again, and all is as it was."""
        introduction = take_up_introduction(
            introduction=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self._whole(introduction)

    @extend_schema(request=None, responses=WholeIntroductionShape)
    @action(detail=True, methods=["post"], url_path="renew-link")
    def renew_link(self, request: Request, id: UUID) -> Response:
        """A new address for the prospect's page, as when a letter came into other hands.

        The former leads nowhere from now on. A letter that has not left has the new one; otherwise
        the advocate finds it on their page and passes it on.
        """
        introduction = renew_introduction_link(
            introduction=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self._whole(introduction)

    @extend_schema(request=None, responses=WholeIntroductionShape)
    @action(detail=True, methods=["post"], url_path="go-on")
    def go_on(self, request: Request, id: UUID) -> Response:
        """Meet somebody who came by a link, although the advocate has not confirmed it.

        One letter makes both known to each other, when the undo window is over.
        """
        introduction = go_on_unvouched(
            introduction=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self._whole(introduction)

    @extend_schema(request=None, responses=WholeIntroductionShape)
    @action(detail=True, methods=["post"], url_path="undo-going-on")
    def undo_going_on(self, request: Request, id: UUID) -> Response:
        """Take that back, before the letter has left."""
        introduction = undo_word(
            introduction=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self._whole(introduction)

    def _whole(self, introduction: Introduction) -> Response:
        return Response(WholeIntroductionShape().to_representation(self.found(introduction.pk)))
