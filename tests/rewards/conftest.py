"""A clock that stands still, and Marta, who introduces people."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from businesses import clock
from businesses.models import Business
from guests import throttling
from introductions.models import Advocate
from tests.introductions.factories import an_advocate
from tests.outreach.conftest import smtp

__all__ = ["smtp"]

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.at(NOW):
        yield NOW


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    """All tests come from one address; none pays for the others."""
    client = throttling._client()
    for key in client.scan_iter("guests:*"):
        client.delete(key)


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)
