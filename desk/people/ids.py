"""Ids in an address, which anybody may have typed."""

from uuid import UUID

from django.http import Http404

from desk.requests import DeskRequest


def id_in_address(request: DeskRequest, name: str) -> UUID | None:
    """The id given as `?name=…`; None where there is none, or nonsense."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def id_or_404(text: str) -> UUID:
    """The id that a form's own choice sent."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
