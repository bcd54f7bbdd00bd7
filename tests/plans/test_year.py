"""A short `make faults SUITE=year`: the same script and model, workers in this process.

A crash is an exception at any statement: its transaction is rolled back, the sweep cut off.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from pytest_django import Settings

from activity.services import run_later_reactions
from businesses import clock
from businesses.models import Business, User
from outreach.sending import send_due_letters
from outreach.services import take_due_steps
from outreach.tasks import begin_plans_by_day
from tests.faults.year_model import Model
from tests.faults.year_owner import Owner, differences
from tests.faults.year_script import Visit, a_script
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db

# A seed of which all plans come.
SEED = 1640
DAYS = 40
REFERRALS = 8
# In so many statements, more or less.
A_CRASH_IN = 150
BEFORE = Visit(0).instant - timedelta(hours=1)


SEEN = {"follow_up_handshake", "tell_advocate", "thank_introduction", "thank_win"}
SEEN |= {"unanswered_ask", "welcome_customer", "inner_circle", "wake_partner", "yearly_letter"}


class Crash(BaseException):
    """Nothing in the product may catch it, as nothing catches `kill -9`."""


class Workers:
    """Do what is due, and die of it now and then."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.crashes = 0
        self._next = chance.randrange(1, 2 * A_CRASH_IN)
        self._now = BEFORE

    def begin_day(self, now: datetime) -> None:
        """What is looked for by day."""
        self._do(now, begin_plans_by_day)

    def work(self, now: datetime) -> None:
        self._do(now, _work)

    def _do(self, now: datetime, sweep: Callable[[], object]) -> None:
        """Until it is done; whoever died of it starts again when the leases are over."""
        self._now = max(self._now, now)
        while True:
            try:
                with clock.at(self._now), self._mortal():
                    sweep()
                return
            except Crash:
                self.crashes += 1
                self._now += configured.OUTREACH_LEASE

    @contextmanager
    def _mortal(self) -> Iterator[None]:
        def count(execute: Any, *statement: Any) -> Any:
            self._next -= 1
            if self._next == 0:
                self._next = self._chance.randrange(1, 2 * A_CRASH_IN)
                raise Crash
            return execute(*statement)

        with connection.execute_wrapper(count):
            yield


def _work() -> None:
    """Until there is nothing left to do."""
    while sum(
        (
            run_later_reactions(now=clock.now()),
            take_due_steps(now=clock.now()),
            send_due_letters(),
        )
    ):
        pass


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    server = SmtpServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


def test_a_season_of_all_plans_with_crashes_is_as_the_model_says(
    business: Business, alice: User, smtp: SmtpServer, settings: Settings
) -> None:
    settings.MANNERS, settings.UNDO_WINDOW = True, timedelta()
    script = a_script(SEED, referrals=REFERRALS, days=DAYS)
    workers = Workers(random.Random(SEED))
    with clock.at(BEFORE):
        owner = Owner(business, alice, script)
        owner.begin()

    def work_and_settle(now: datetime) -> None:
        """Until nothing is in doubt any more either."""
        workers.work(now)
        owner.note_arrivals(smtp.accepted, visit)
        while owner.settle_doubts():
            workers.work(now)
            owner.note_arrivals(smtp.accepted, visit)

    def done_at(minutes: int, do: Callable[[Visit], int]) -> int:
        now = visit.instant + timedelta(minutes=minutes)
        with clock.at(now):
            count = do(visit)
        if count:
            work_and_settle(now + timedelta(seconds=1))
        return count

    for number in range(2 * DAYS):
        visit = Visit(number)
        if not visit.is_evening:
            workers.begin_day(visit.instant)
        work_and_settle(visit.instant)
        minutes = 20
        while done_at(minutes, owner.look_at_drafts):
            minutes += 1
        done_at(minutes + 20, owner.do)

    shown = owner.books()
    model = Model(script, owner=alice.email, left=dict(shown.letters))
    model.live()
    assert differences(model, shown) == []
    assert workers.crashes > 10
    assert len(model.letters) > 20
    assert {one.plan for one in model.enrolments} >= SEEN
