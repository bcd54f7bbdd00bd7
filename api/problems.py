"""Every refusal as a problem document (RFC 9457) with a stable code."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse
from django.utils.encoding import force_str
from rest_framework import exceptions
from rest_framework.response import Response

from api.formats import to_json
from businesses.giving_way import as_refusal

CONTENT_TYPE = "application/problem+json"
INVALID = "invalid"


class Kind(NamedTuple):
    """A problem that is no refusal of the domain's."""

    status: int
    sentence: str


# By code. Those of the domain stand beside what raises them: see `businesses.refusals`.
GENERAL: Mapping[str, Kind] = {
    INVALID: Kind(400, "Something in the body or the query is unusable; each error says what."),
    "parse_error": Kind(400, "The body is not JSON."),
    "bad_request": Kind(400, "The request cannot be understood."),
    "not_authenticated": Kind(401, "Send a key, in the header Authorization: Bearer KEY."),
    "authentication_failed": Kind(401, "This API key is not known here, or was withdrawn."),
    "permission_denied": Kind(403, "This key may not do that."),
    "not_found": Kind(404, "There is nothing here for this key."),
    "method_not_allowed": Kind(405, "This address does not take this method."),
    "body_too_large": Kind(413, "The body is too large."),
    "unsupported_media_type": Kind(415, "The body must be application/json."),
    "internal_error": Kind(
        500, "That was our mistake, and nothing of the request was kept. Tell us its request_id."
    ),
}


class UnknownParameter(Exception):
    """A query parameter that means nothing here, or says nothing usable: {name: what is wrong}."""

    def __init__(self, errors: Any) -> None:
        self.errors = errors
        super().__init__("unusable query parameters")


def answer(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """The problem that an exception is, for DRF; None for what is our own mistake."""
    problem = _problem(exception)
    if problem is None:
        return None
    status = int(problem["status"])
    response = Response(problem, status=status, content_type=CONTENT_TYPE)
    if isinstance(exception, exceptions.APIException):
        if challenge := getattr(exception, "auth_header", None):
            response["WWW-Authenticate"] = challenge
        if wait := getattr(exception, "wait", None):
            response["Retry-After"] = str(int(wait))
    return response


def general(code: str) -> dict[str, Any]:
    """The document of one of the GENERAL problems."""
    kind = GENERAL[code]
    return document(kind.status, code, kind.sentence)


def as_answer(problem: Mapping[str, Any]) -> HttpResponse:
    """The document as an answer of Django's, for where DRF never was."""
    return HttpResponse(to_json(problem), status=problem["status"], content_type=CONTENT_TYPE)


def document(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """A problem document. `type` is an address at which the code is explained."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return {
        "type": f"{settings.PUBLIC_URL}/api/docs/problems/#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
        "request_id": request_id,
    }


def _problem(exception: Exception) -> dict[str, Any] | None:
    refusal = as_refusal(exception)
    if refusal is not None:
        return document(refusal.status, refusal.code, refusal.message, **refusal.names)
    match exception:
        case UnknownParameter():
            errors = [*_errors(exception.errors, "parameter")]
            return document(400, INVALID, errors[0]["detail"], errors=errors)
        case exceptions.ValidationError():
            errors = [*_errors(exception.detail, "pointer")]
            return document(400, INVALID, errors[0]["detail"], errors=errors)
        case exceptions.NotAuthenticated():
            return general("not_authenticated")
        case Http404() | exceptions.NotFound():
            return general("not_found")
        case PermissionDenied():
            return general("permission_denied")
        case RequestDataTooBig():
            return general("body_too_large")
        case exceptions.APIException():
            return document(
                exception.status_code, exception.default_code, force_str(exception.detail)
            )
    return None


def _errors(detail: Any, kind: str, path: str = "") -> Iterator[dict[str, str]]:
    """Each thing that is wrong, with where: a JSON pointer, or a parameter's name."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else f"{path}/{_escaped(str(name))}"
            yield from _errors(inner, kind, here)
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from _errors(inner, kind, f"{path}/{place}" if nested else path)
    else:
        where = _unescaped(path.removeprefix("/")) if kind == "parameter" else path
        code = getattr(detail, "code", INVALID)
        yield {kind: where, "code": code, "detail": force_str(detail)}


def _escaped(name: str) -> str:
    """As RFC 6901 writes a name in a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _unescaped(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")
