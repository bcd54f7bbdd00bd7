"""Somebody was introduced; workers do what is due while days go by."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from activity.services import run_later_reactions
from businesses import clock
from businesses.models import Business
from introductions.models import Advocate
from outreach.services import take_due_steps
from referrals.models import Referral
from tests.introductions.factories import an_advocate
from tests.outreach.conftest import smtp
from tests.referrals.factories import a_referral

__all__ = ["smtp"]

# A Tuesday.
START = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
Days = Callable[[int], datetime]


class Calendar:
    """Lets days go by, with everything that workers do meanwhile."""

    def __init__(self) -> None:
        self.now = START
        self.work()

    def work(self) -> None:
        for _ in range(3):  # What follows may be followed by more.
            run_later_reactions(now=self.now)
            take_due_steps(now=self.now)

    def jump(self, *, days: int) -> None:
        """So many days at once; what was due on the way is done on the last of them."""
        self.now += timedelta(days=days)
        with clock.at(self.now):
            self.work()

    def days(self, count: int) -> datetime:
        for _ in range(count * 2):
            self.now += timedelta(hours=12)
            with clock.at(self.now):
                self.work()
        return self.now


@pytest.fixture
def now() -> datetime:
    return START


@pytest.fixture
def advocate(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def referral(advocate: Advocate, now: datetime) -> Referral:
    return a_referral(advocate, now)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()
