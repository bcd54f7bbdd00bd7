"""The table of what follows from what, loaded once by its import string.

`config/reactions.py` is the page to read; nothing below imports upward, and nothing listens in
secret.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import NamedTuple, Protocol

from django.conf import settings

from activity.models import Event


class Handler(Protocol):
    """A function that follows from an event; the business is set, a transaction is open."""

    __module__: str
    __qualname__: str

    def __call__(self, *, event: Event, now: datetime) -> object: ...


class Table(NamedTuple):
    at_once: Mapping[str, Sequence[Handler]]
    later: Mapping[str, Sequence[Handler]]


@cache
def table() -> Table:
    module = import_module(settings.REACTIONS)
    return Table(module.AT_ONCE, module.LATER)


def path_of(handler: Handler) -> str:
    """How a later handler is named in its row."""
    return f"{handler.__module__}.{handler.__qualname__}"


def later_handler(event_name: str, path: str) -> Handler | None:
    """The handler of that name, or None where a newer release no longer has it."""
    for handler in table().later.get(event_name, ()):
        if path_of(handler) == path:
            return handler
    return None
