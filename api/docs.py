"""The pages to read and try the API, and the address that each problem leads to."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from api.formats import to_json
from api.problems import GENERAL
from businesses.refusals import Refusal

# What only a page in a browser refuses.
_FACES = {"desk", "guests"}


class Problem(NamedTuple):
    """A stable code, with the sentences that are said under it."""

    code: str
    status: int
    sentences: Sequence[str]


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, in JSON whatever the Accept header wishes for, like all the rest."""
    return HttpResponse(_description(), content_type="application/json")


@cache
def _description() -> bytes:
    # Takes a fifth of a second, is the same until the next start, and anybody may ask for it.
    return to_json(SchemaGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]  # theirs


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI, which reads the OpenAPI document and can send requests.

    A page of ours with a script of ours, rather than one of drf-spectacular's views: those need
    inline style, and send the CSRF token of whoever is signed in where only the key counts.
    """
    return render(request, "api/docs.html")


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    return render(request, "api/problems.html", {"problems": every_problem()})


def every_problem() -> list[Problem]:
    """Each code that a problem document may carry, by name.

    What was not imported by the time a page is shown cannot be raised, so nothing is imported here.
    """
    said = {code: (kind.status, [kind.sentence]) for code, kind in GENERAL.items()}
    for refusal in _refusals(Refusal):
        _, sentences = said.setdefault(refusal.code, (refusal.status, []))
        if refusal.message not in sentences:
            sentences.append(refusal.message)
    return [Problem(code, *said[code]) for code in sorted(said)]


def _refusals(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for refusal in kind.__subclasses__():
        if refusal.__module__.partition(".")[0] not in _FACES:
            yield refusal
        yield from _refusals(refusal)
