"""Marta, who is asked by Alice; Jonas, whom she introduces; and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from guests import throttling
from introductions.models import Advocate, Ask
from tests.guests.factories import sent_ask
from tests.introductions.factories import an_advocate

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
def ask(marta: Advocate, alice: User, by_alice: Actor, now: datetime) -> Ask:
    return sent_ask(marta.contact, alice, by_alice, now)
