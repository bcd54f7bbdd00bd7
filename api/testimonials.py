"""/testimonials: words that customers let the business publish."""

import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from feedback import services
from feedback.models import LONGEST_TESTIMONIAL, ShownAs, Testimonial
from outreach.senders import owner_of


class TestimonialShape(Shape):
    """A customer's own words, which come by their link alone; taken back, they are empty."""

    id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(read_only=True)
    words = serializers.CharField(read_only=True)
    signature = serializers.CharField(read_only=True, help_text="How they are named.")
    shown_as = serializers.ChoiceField(choices=ShownAs.choices, read_only=True)
    photo_url = serializers.SerializerMethodField(
        help_text="Where everybody finds their photo; null without one, and while it is not"
        " published."
    )
    given_at = serializers.DateTimeField(read_only=True)
    proposed_words = serializers.CharField(
        read_only=True, help_text="How the business would like them to read; waits for a yes."
    )
    proposed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)
    place = serializers.IntegerField(
        read_only=True, help_text="Among the published ones; smaller stands above."
    )
    withdrawn_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_photo_url(self, row: Testimonial) -> str | None:
        if row.photo_key is None or not row.is_published:
            return None
        address = reverse("public:photo", args=[row.business.slug, row.photo_key])
        return f"{settings.PUBLIC_URL}{address}"


class PhotoShape(Shape):
    """The customer's face."""

    image = serializers.CharField(
        read_only=True, help_text="A WebP file of at most 128 by 128 in base64."
    )


class ProposalShape(Shape):
    """How the words might read."""

    words = serializers.CharField(max_length=LONGEST_TESTIMONIAL)


class PlaceShape(Shape):
    """Where it stands among the published ones."""

    place = serializers.IntegerField(
        min_value=0, max_value=10_000, help_text="Counted from 0; further than the last: the last."
    )


class TestimonialFilters(Filters):
    contact_id = Id(Contact, source="contact", required=False)
    published = serializers.BooleanField(required=False)
    withdrawn = serializers.BooleanField(required=False)

    def narrow(self, rows: Any, given: Mapping[str, Any]) -> Any:
        columns = dict(given)
        for name in ("published", "withdrawn"):
            wanted = columns.pop(name, None)
            if wanted is not None:
                columns[f"{name}_at__isnull"] = not wanted
        return rows.filter(**columns)


class Testimonials(Resource):
    """Words that customers let the business publish."""

    queryset = Testimonial.objects.select_related("contact", "business")
    serializer_class = TestimonialShape
    filters_class = TestimonialFilters

    def list(self, request: Request) -> Response:
        """All of them, a page at a time, also those that were taken back."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One of them."""
        return self.shown(self.get_object())

    @extend_schema(request=None, responses=TestimonialShape)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, id: UUID) -> Response:
        """Show it, below those that are shown."""
        row = services.publish_testimonial(
            testimonial=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self.shown(row)

    @extend_schema(request=None, responses=TestimonialShape)
    @action(detail=True, methods=["post"])
    def unpublish(self, request: Request, id: UUID) -> Response:
        """Show it no more, at once. The customer's yes stays."""
        row = services.unpublish_testimonial(
            testimonial=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self.shown(row)

    @extend_schema(responses=PhotoShape)
    @action(detail=True, methods=["get"])
    def photo(self, request: Request, id: UUID) -> Response:
        """The photo that the customer put beside their words, to look at before publishing."""
        image = services.photo_of(self.get_object())
        if image is None:
            raise Http404
        return Response({"image": base64.b64encode(image).decode()})

    @extend_schema(request=PlaceShape, responses=TestimonialShape)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, id: UUID) -> Response:
        """Give it another place among the published ones."""
        row = services.move_testimonial(
            testimonial=self.get_object(),
            **self.sent(PlaceShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(row)

    @extend_schema(request=ProposalShape, responses=TestimonialShape)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, id: UUID) -> Response:
        """Ask the customer, by letter, whether it may read so. Until the yes nothing changes."""
        row = services.propose_edit(
            testimonial=self.get_object(),
            **self.sent(ProposalShape),
            by=self.request.actor,
            sender=owner_of(self.request.business),
            now=clock.now(),
        )
        return self.shown(row)

    @extend_schema(request=None, responses=TestimonialShape)
    @action(detail=True, methods=["post"])
    def unpropose(self, request: Request, id: UUID) -> Response:
        """Take a proposed change back. What is settled already stays so."""
        row = services.settle_edit(
            testimonial=self.get_object(), accept=False, by=self.request.actor, now=clock.now()
        )
        return self.shown(row)
