"""/letters: what each letter says, in the business's own words or the original's."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.resource import Resource
from api.shapes import Shape
from businesses import clock
from outreach import services
from outreach.models.own_words import LONGEST_BODY, LONGEST_SUBJECT
from outreach.states import MailKind


class LetterFieldShape(Shape):
    """A field that the words may name, in braces."""

    name = serializers.CharField(read_only=True)
    meaning = serializers.CharField(read_only=True)
    needed = serializers.CharField(
        read_only=True, allow_blank=True, help_text="Why it cannot be left out; empty if it can."
    )


class LetterWordsShape(Shape):
    """What a letter says. `key` names it, such as `ask_to_advocate`."""

    key = serializers.CharField(source="letter.key", read_only=True)
    name = serializers.CharField(source="letter.name", read_only=True)
    moment = serializers.CharField(source="letter.moment", read_only=True)
    about = serializers.CharField(source="letter.about", read_only=True)
    mail_kind = serializers.ChoiceField(
        source="letter.mail_kind", choices=MailKind.choices, read_only=True
    )
    may_name = LetterFieldShape(source="letter.fields", many=True, read_only=True)
    subject = serializers.CharField(source="words.subject", max_length=LONGEST_SUBJECT)
    body = serializers.CharField(
        source="words.body",
        max_length=LONGEST_BODY,
        help_text="An empty line parts paragraphs; lines that begin with `- ` are a list.",
    )
    is_own = serializers.BooleanField(read_only=True, help_text="False: the original words.")
    version = serializers.CharField(read_only=True, help_text="Changes with the words.")
    changed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class AllLettersShape(Shape):
    """All of them: they are few, so there is one page."""

    results = LetterWordsShape(many=True, read_only=True)


class OtherWordsShape(Shape):
    """Other words for a letter."""

    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    body = serializers.CharField(max_length=LONGEST_BODY)
    version = serializers.CharField(
        max_length=16,
        required=False,
        allow_blank=True,
        help_text="What was read before: refused where somebody else has changed it since.",
    )


class Letters(Resource):
    """What letters say. Those of plans are at /plans."""

    serializer_class = LetterWordsShape
    permission_classes = (AdminChanges,)

    @extend_schema(operation_id="letters_list", responses=AllLettersShape, tags=["letters"])
    def everything(self, request: Request) -> Response:
        """All letters that can be put in other words, in the order of what happens."""
        found = services.own_letters(business=self.request.business)
        shape = self.serializer_class()
        return Response({"results": [shape.to_representation(one) for one in found]})

    @extend_schema(responses=LetterWordsShape, tags=["letters"])
    def retrieve(self, request: Request, key: str) -> Response:
        """One letter, with the fields that its words may name."""
        return self.shown(services.own_letter(business=self.request.business, key=key))

    @extend_schema(request=OtherWordsShape, responses=LetterWordsShape, tags=["letters"])
    def update(self, request: Request, key: str) -> Response:
        """Put it in other words, for whatever is queued from now on.

        The key must be one that may change settings. A field that the letter does not have is
        refused, and so are words without one that has to stay.
        """
        told: dict[str, Any] = self.sent(OtherWordsShape)
        kept = services.keep_words(
            business=self.request.business,
            key=key,
            subject=told["subject"],
            body=told["body"],
            seen=told.get("version", ""),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(kept)

    @extend_schema(responses={204: None}, tags=["letters"])
    def destroy(self, request: Request, key: str) -> Response:
        """Back to the original words."""
        services.restore_words(
            business=self.request.business, key=key, by=self.request.actor, now=clock.now()
        )
        return Response(status=204)
