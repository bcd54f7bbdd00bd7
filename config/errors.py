"""What is answered where no view answers: pages for people, problem documents below /api/."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from api.problems import as_answer, general

_API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also a host name that is not ours, and a body that cannot be read."""
    if _is_for_the_api(request):
        return as_answer(general("bad_request"))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_for_the_api(request):
        return as_answer(general("permission_denied"))
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_for_the_api(request):
        return as_answer(general("not_found"))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own mistake. The log has it under the request's id."""
    if _is_for_the_api(request):
        return as_answer(general("internal_error"))
    return defaults.server_error(request)


def _is_for_the_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(_API)
