"""Every refusal as a problem document (RFC 9457) with a stable code."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.encoding import force_str
from rest_framework import exceptions
from rest_framework.response import Response

from businesses.refusals import Refusal

CONTENT_TYPE = "application/problem+json"
INVALID = "invalid"


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
    match exception:
        case Refusal():
            return document(exception.status, exception.code, exception.message, **exception.names)
        case UnknownParameter():
            errors = [*_errors(exception.errors, "parameter")]
            return document(400, INVALID, errors[0]["detail"], errors=errors)
        case exceptions.ValidationError():
            errors = [*_errors(exception.detail, "pointer")]
            return document(400, INVALID, errors[0]["detail"], errors=errors)
        case exceptions.NotAuthenticated():
            return document(401, "not_authenticated", "Send a key: `Authorization: Bearer KEY`.")
        case Http404() | exceptions.NotFound():
            return document(404, "not_found", "There is nothing here for this key.")
        case PermissionDenied():
            return document(403, "permission_denied", "This key may not do that.")
        case RequestDataTooBig():
            return document(413, "body_too_large", "The body is too large.")
        case exceptions.APIException():
            return document(
                exception.status_code, exception.default_code, force_str(exception.detail)
            )
    return None


def _errors(detail: Any, kind: str, path: str = "") -> Iterator[dict[str, str]]:
    """Each thing that is wrong, with where: a JSON pointer, or a parameter's name."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else f"{path}/{name}"
            yield from _errors(inner, kind, here)
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from _errors(inner, kind, f"{path}/{place}" if nested else path)
    else:
        where = path.lstrip("/") if kind == "parameter" else path
        code = getattr(detail, "code", INVALID)
        yield {kind: where, "code": code, "detail": force_str(detail)}
