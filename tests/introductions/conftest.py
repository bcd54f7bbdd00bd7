"""What the tests of introductions share."""

from datetime import UTC, datetime

import pytest

from businesses.models import Business
from introductions.models import Advocate
from tests.introductions.factories import an_advocate

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)
