"""What happens round every request: a name for it in the logs, and one transaction."""

import re
from collections.abc import Callable

import structlog
import uuid_utils.compat
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from businesses.tenancy import acting_for_nobody

Handler = Callable[[HttpRequest], HttpResponseBase]

# What must answer while the database does not.
WITHOUT_DATABASE = frozenset({"/healthz", "/readyz"})

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id that every log line carries, also those of the tasks it wakes."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid_utils.compat.uuid7())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        if isinstance(response, HttpResponse):
            response["X-Request-Id"] = request_id
        return response


class TransactionMiddleware:
    """One transaction round the whole of a request, so that a business can be set within it.

    ATOMIC_REQUESTS stays on inside it: that one undoes what a failed view did, this one keeps the
    business set while a lazy template response renders. With either alone, a page came out empty
    or a failed request kept its half.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in WITHOUT_DATABASE:
            return self.get_response(request)
        with transaction.atomic():
            with acting_for_nobody():
                response = self.get_response(request)
            # Only then: a transaction that is to be rolled back runs no further query.
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
