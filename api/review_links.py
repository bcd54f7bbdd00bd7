"""/review-links: public sites for reviews that everybody who answers is shown."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.resource import Resource
from api.shapes import Shape
from businesses import clock
from feedback.models import ReviewLink
from feedback.services import MOST_REVIEW_LINKS, NewReviewLink, keep_review_links


class ReviewLinkShape(Shape):
    """A site on which anybody can write what they think."""

    label = serializers.CharField(max_length=40)  # type: ignore[assignment]  # a field named as an attribute
    url = serializers.CharField(max_length=300, help_text="Begins with https://.")


class AllReviewLinksShape(Shape):
    """All of them, in the order in which they are shown."""

    results = serializers.ListField(child=ReviewLinkShape(), max_length=MOST_REVIEW_LINKS)


class ReviewLinks(Resource):
    """Where reviews are written. Shown to everybody alike, whatever they answered."""

    queryset = ReviewLink.objects.order_by("place")
    serializer_class = ReviewLinkShape
    permission_classes = (AdminChanges,)

    @extend_schema(
        operation_id="review_links_list", responses=AllReviewLinksShape, tags=["review-links"]
    )
    def everything(self, request: Request) -> Response:
        """All of them: there are three at most."""
        return self._all()

    @extend_schema(
        operation_id="review_links_update",
        request=AllReviewLinksShape,
        responses=AllReviewLinksShape,
        tags=["review-links"],
    )
    def update(self, request: Request) -> Response:
        """These, and no others. The key must be one that may change settings."""
        told = self.sent(AllReviewLinksShape)["results"]
        keep_review_links(
            business=self.request.business,
            links=[NewReviewLink(**link) for link in told],
            by=self.request.actor,
            now=clock.now(),
        )
        return self._all()

    def _all(self) -> Response:
        shape = self.serializer_class()
        return Response({"results": [shape.to_representation(row) for row in self.rows()]})
