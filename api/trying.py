"""How a letter reads, in the words that are kept or in others, and sending it to oneself.

Of the letters at /letters, and of the letters of plans.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.asks import LetterShape
from api.authentication import AdminChanges
from api.problems import UnknownParameter
from api.resource import Resource
from api.schema import ProblemShape
from api.shapes import Filters, Id, Shape
from businesses import clock
from businesses.keys import maker_of
from businesses.models import User
from contacts.models import Contact
from outreach import services
from outreach.letter_texts import Words
from outreach.letters import Rendered
from outreach.models import CadenceStep, StepKind
from outreach.models.cadence import LONGEST_WORDS
from outreach.models.own_words import LONGEST_BODY, LONGEST_SUBJECT
from outreach.senders import owner_of
from outreach.services.trying import address_in_tests
from outreach.words import checked_letter

Tried = Callable[[str], Rendered]


class TriedWith(Filters):
    contact_id = Id(Contact, source="contact", required=False)


class LetterTryShape(Shape):
    """What to try: words that are not kept, or none for those that are; and with whose name."""

    subject = serializers.CharField(max_length=LONGEST_SUBJECT, required=False)
    body = serializers.CharField(max_length=LONGEST_BODY, required=False)
    contact_id = Id(Contact, source="contact", required=False)


class StepTryShape(Shape):
    """What to try: words that are not kept, or none for those that are; and with whose name."""

    subject = serializers.CharField(max_length=200, required=False)
    words = serializers.CharField(max_length=LONGEST_WORDS, required=False)
    contact_id = Id(Contact, source="contact", required=False)


class TestShape(Shape):
    """That it is on its way, to oneself alone."""

    sent_to = serializers.EmailField(read_only=True)


class Trying(Resource):
    """A letter as it would be read. What only a real letter knows is an example."""

    serializer_class = LetterShape

    def with_whom(self) -> Contact | None:
        """The contact in the query of a GET."""
        asked = TriedWith(data=self.request.query_params.dict())
        try:
            asked.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            raise UnknownParameter(error.detail) from error
        contact: Contact | None = asked.validated_data.get("contact")
        return contact

    def sender(self) -> User:
        """Whoever made the key, or the owner where they have left."""
        return maker_of(self.request.key) or owner_of(self.request.business)

    def tested(self, tried: Tried) -> Response:
        """Sent to whoever made the key, and to nobody else."""
        user = self.sender()
        services.send_test(
            business=self.request.business,
            user=user,
            rendered=tried(address_in_tests()),
            now=clock.now(),
        )
        return Response({"sent_to": user.email}, status=202)


_WITH_WHOM = [OpenApiParameter("contact_id", OpenApiTypes.UUID)]
_SENT = {202: TestShape, 429: ProblemShape}


class Letters(Trying):
    """Of the letters at /letters."""

    permission_classes = (AdminChanges,)

    @extend_schema(responses=LetterShape, parameters=_WITH_WHOM, tags=["letters"])
    def retrieve(self, request: Request, key: str) -> Response:
        """The letter as it would be read, with a contact's name. Its links lead nowhere.

        What only a real letter knows, such as who was introduced, is an example.
        """
        return self.shown(self._tried(self._letter(key), {"contact": self.with_whom()})(""))

    @extend_schema(request=LetterTryShape, responses=LetterShape, tags=["letters"])
    def preview(self, request: Request, key: str) -> Response:
        """The same in words that are not kept; they are checked as when they are."""
        return self.shown(self._tried(self._letter(key), self.sent(LetterTryShape))(""))

    @extend_schema(request=LetterTryShape, responses=_SENT, tags=["letters"])
    def test(self, request: Request, key: str) -> Response:
        """Send it to whoever made the key, as a test; ten within an hour."""
        return self.tested(self._tried(self._letter(key), self.sent(LetterTryShape)))

    def _letter(self, key: str) -> services.OwnLetter:
        return services.own_letter(business=self.request.business, key=key)

    def _tried(self, found: services.OwnLetter, told: dict[str, Any]) -> Tried:
        business, sender = self.request.business, self.sender()
        subject = told.get("subject", found.words.subject)
        words = Words(subject, told.get("body", found.words.body))
        if words != found.words:
            words = checked_letter(found.letter, words.subject, words.body)
        return lambda link: services.try_letter(
            letter=found.letter,
            words=words,
            business=business,
            sender=sender,
            contact=told.get("contact"),
            link=link,
        )


class Steps(Trying):
    """Of the letters of plans."""

    queryset = CadenceStep.objects.filter(kind=StepKind.LETTER).select_related("cadence")

    @extend_schema(responses=LetterShape, parameters=_WITH_WHOM, tags=["plans"])
    def retrieve(self, request: Request, plan_id: UUID, id: UUID) -> Response:
        """The letter of a step as it would be read, with a contact's name."""
        return self.shown(self._tried(self._step(plan_id, id), {"contact": self.with_whom()})(""))

    @extend_schema(request=StepTryShape, responses=LetterShape, tags=["plans"])
    def preview(self, request: Request, plan_id: UUID, id: UUID) -> Response:
        """The same in words that are not kept; they are checked as when they are."""
        return self.shown(self._tried(self._step(plan_id, id), self.sent(StepTryShape))(""))

    @extend_schema(request=StepTryShape, responses=_SENT, tags=["plans"])
    def test(self, request: Request, plan_id: UUID, id: UUID) -> Response:
        """Send it to whoever made the key, as a test; ten within an hour."""
        return self.tested(self._tried(self._step(plan_id, id), self.sent(StepTryShape)))

    def _step(self, plan_id: UUID, id: UUID) -> CadenceStep:
        step: CadenceStep = get_object_or_404(self.rows(), cadence=plan_id, pk=id)
        return step

    def _tried(self, kept: CadenceStep, told: dict[str, Any]) -> Tried:
        step = services.reworded(
            step=kept,
            subject=told.get("subject", kept.subject),
            words=told.get("words", kept.words),
        )
        business, sender = self.request.business, self.sender()
        return lambda link: services.try_step(
            step=step, business=business, sender=sender, contact=told.get("contact"), link=link
        )
