"""What the tests of referrals share."""

from datetime import UTC, datetime

import pytest

from businesses.models import Business
from introductions.models import Advocate
from referrals.models import Referral
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def referral(marta: Advocate, now: datetime) -> Referral:
    return a_referral(marta, now)
