"""/paths: who of the people we know may know somebody whom we would like to meet."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import UnknownParameter
from api.resource import Resource
from api.shapes import Filters, Shape
from contacts.models import LONGEST_TAG
from insights.paths import who_may_know


class PathShape(Shape):
    """Somebody who may know them, and why."""

    contact_id = serializers.UUIDField(source="contact.pk", read_only=True)
    because = serializers.CharField(read_only=True, help_text="A sentence to show a person.")


class AllPathsShape(Shape):
    """The surest first; thirty at most."""

    results = PathShape(many=True, read_only=True)


class WhomShape(Filters):
    person = serializers.CharField(max_length=75, required=False)
    firm = serializers.CharField(max_length=100, required=False)
    tag = serializers.CharField(max_length=LONGEST_TAG, required=False)


class Paths(Resource):
    """Ways to somebody, through people the business knows."""

    serializer_class = PathShape

    @extend_schema(
        operation_id="paths_list",
        responses=AllPathsShape,
        parameters=[
            OpenApiParameter("person", OpenApiTypes.STR, description="Their name."),
            OpenApiParameter("firm", OpenApiTypes.STR, description="Where they work."),
            OpenApiParameter("tag", OpenApiTypes.STR, description="A tag that would be theirs."),
        ],
        tags=["paths"],
    )
    def everything(self, request: Request) -> Response:
        """The people who may know this person, or somebody at this firm: the surest first."""
        asked = WhomShape(data=self.request.query_params.dict())
        try:
            asked.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            raise UnknownParameter(error.detail) from error
        given = asked.validated_data
        found = who_may_know(
            person=given.get("person", ""), firm=given.get("firm", ""), tag=given.get("tag", "")
        )
        shape = self.serializer_class()
        return Response({"results": [shape.to_representation(one) for one in found]})
