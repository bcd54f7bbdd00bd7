"""/api/v1/: whose key this is, and what there is."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Shape
from businesses.models import Scope


class BusinessShape(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    timezone = serializers.CharField(help_text="Days are this zone's.")
    currency = serializers.CharField()


class KeyShape(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=Scope.choices)


class RootShape(Shape):
    business = BusinessShape()
    key = KeyShape()


class Root(Resource):
    """The way to see whether a key works."""

    serializer_class = RootShape

    @extend_schema(responses=RootShape, tags=["key"])
    def retrieve(self, request: Request) -> Response:
        """Whose key this is."""
        return Response(
            {
                "business": BusinessShape().to_representation(self.request.business),
                "key": KeyShape().to_representation(self.request.key),
            }
        )


class Nowhere(Resource):
    """What is not there answers as a problem, too, and only to somebody with a key."""

    schema = None

    def nothing(self, request: Request, rest: str) -> Response:
        raise NotFound
