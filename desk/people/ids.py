"""Ids in an address, which anybody may have typed."""

from uuid import UUID

from desk.requests import DeskRequest


def id_in_address(request: DeskRequest, name: str) -> UUID | None:
    """The id given as `?name=…`; None where there is none, or nonsense."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
