"""The one source of time. Nothing else asks the system or the database what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

if TYPE_CHECKING:
    from businesses.models import Business

_held_at: ContextVar[datetime | None] = ContextVar("held_at", default=None)


def now() -> datetime:
    """The present, in UTC. Tests and the demo can hold it still (`at`) or shift it (CLOCK_FILE)."""
    held = _held_at.get()
    if held is not None:
        return held
    return datetime.now(UTC) + _shift()


def today(business: "Business", instant: datetime | None = None) -> date:
    """The calendar day at the business's place, now or at `instant`."""
    return (instant or now()).astimezone(ZoneInfo(business.timezone)).date()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold this thread's clock at `instant`."""
    token = _held_at.set(instant)
    try:
        yield
    finally:
        _held_at.reset(token)


def _shift() -> timedelta:
    """Seconds that a test wrote to CLOCK_FILE, so that every process shares the moved time."""
    if not settings.CLOCK_FILE:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(settings.CLOCK_FILE).read_text() or 0))
    except (FileNotFoundError, ValueError):
        return timedelta()
