"""A clock that stands still, Marta, who introduces people, and the pages of the owner."""

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


@pytest.fixture
def desk(business: Business) -> str:
    """Where the owner's pages begin."""
    return f"/b/{business.slug}/"


@pytest.fixture
def at(desk: str) -> str:
    return f"{desk}rewards/"


@pytest.fixture
def settings_at(desk: str) -> str:
    return f"{desk}settings/rewards/"
