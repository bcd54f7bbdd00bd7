"""What OpenAPI says of every resource alike: problems, the query of a list, Idempotency-Key."""

import re
from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from api.idempotency import HEADER, LONGEST_KEY
from api.problems import CONTENT_TYPE
from api.shapes import Shape

Direction = Literal["request", "response"]

# What may go wrong, by method; the codes are listed at /api/docs/problems/.
_READING = ("400", "401", "404")
_WRITING = (*_READING, "403", "409", "410", "413", "415", "422")

_SENTENCE_END = re.compile(r"[.:;](?=\s|$)")

_SAYS = {
    "400": "The request cannot be understood; `errors` says what and where.",
    "401": "No key, or none that is known here.",
    "403": "The key may not do that.",
    "404": "There is nothing here for this key.",
    "409": "Not possible as things stand; `code` says why.",
    "410": "It was taken back or is over.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "Understood, and not possible; `code` says why.",
}


class ErrorShape(serializers.Serializer[Any]):
    pointer = serializers.CharField(required=False, help_text="Where in the body (RFC 6901).")
    parameter = serializers.CharField(required=False, help_text="Which parameter of the query.")
    code = serializers.CharField()
    detail = serializers.CharField(help_text="A sentence for people.")


class ProblemShape(serializers.Serializer[Any]):
    """Problem details (RFC 9457). `code` is stable; `detail` is for people and may change."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = ErrorShape(many=True, required=False)  # type: ignore[assignment]  # as DRF has it
    request_id = serializers.CharField(help_text="Name it when you ask us about it.")


class Schema(AutoSchema):
    """Adds to each operation what `Resource` does for it."""

    def get_override_parameters(self) -> list[Any]:
        query_shape = getattr(self.view, "query_shape", None)
        if query_shape is not None and self._is_list_view():
            return [query_shape()]
        if self.method == "POST":
            return [
                OpenApiParameter(
                    HEADER,
                    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
                    OpenApiParameter.HEADER,
                    description="Sent again with the same key, a request does nothing again.",
                )
            ]
        return []

    def get_summary(self) -> str:
        """How the view's docstring begins: what stands beside the address."""
        return _SENTENCE_END.split(" ".join(str(self.get_description()).split()))[0]

    def get_serializer_name(self, serializer: Any, direction: Direction) -> str:
        """`Contact` for ContactShape."""
        return str(super().get_serializer_name(serializer, direction)).removesuffix("Shape")

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> dict[str, Any]:
        """What is read has all its fields, and what is sent no others than these."""
        described: dict[str, Any] = super()._map_basic_serializer(  # type: ignore[no-untyped-call]
            serializer, direction
        )
        shape = serializer if isinstance(serializer, type) else type(serializer)
        if issubclass(shape, Shape):
            if direction == "response":
                described["required"] = sorted(described["properties"])
            else:
                described["additionalProperties"] = False
        return described

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(ProblemShape, direction).ref
        codes = _READING if self.method in {"GET", "HEAD"} else _WRITING
        for code in codes:
            bodies[code] = {
                "description": _SAYS[code],
                "content": {CONTENT_TYPE: {"schema": problem}},
            }
        return bodies


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """How a key is sent."""

    target_class = "api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key made in Settings."}
