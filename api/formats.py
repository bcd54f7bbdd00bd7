"""JSON in and out, by orjson: quicker than the standard library's, and strict where that is not."""

from collections.abc import Mapping
from typing import IO, Any, cast

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class JSONParser(BaseParser):
    """Refuses what is not JSON by RFC 8259: NaN, broken surrogates, and nesting without end."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error


class JSONRenderer(BaseRenderer):
    """Times in UTC with a Z, ids as strings."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else to_json(data)


class AlwaysJSON(BaseContentNegotiation):
    """There is one format, whatever the Accept header wishes for, as RFC 9110 allows."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        wanted = request.content_type
        return next((parser for parser in parsers if _matches(parser.media_type, wanted)), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


def _matches(ours: str, wanted: str) -> bool:
    return wanted.partition(";")[0].strip().lower() == ours


def to_json(data: Any) -> bytes:
    """Bytes of JSON. What orjson does not know (lazy texts, lists of DRF) becomes plain first."""
    return orjson.dumps(data, default=_plain, option=_OPTIONS)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (list, tuple)):
        return [*cast(list[Any], value)]
    return str(value)
