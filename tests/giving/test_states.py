"""The table of moves holds, whatever is pressed in whatever order."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses.models import Business, User
from businesses.refusals import Refusal
from giving import services
from giving.models import GivenIntroduction
from giving.states import GIVEN_MOVES, OPEN, GivenState, Place
from outreach.models import Message
from tests.giving import factories
from tests.thorough import length, runs

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
FINAL = {GivenState.HANDSHAKE, GivenState.EXPIRED}

Press = Callable[[GivenIntroduction, datetime], object]
PRESSES: dict[str, Press] = {
    "send": lambda row, now: services.send_given(given=row, by=SYSTEM, now=now),
    "undo sending": lambda row, now: services.undo_sending(given=row, by=SYSTEM, now=now),
    "withdraw": lambda row, now: services.withdraw_given(given=row, by=SYSTEM, now=now),
    "take up": lambda row, now: services.take_up_given(given=row, by=SYSTEM, now=now),
    "sweep yes": lambda row, now: services.complete_given(given=row, now=now),
    "sweep expiry": lambda row, now: services.expire_given(given=row, now=now),
    "keep": lambda row, now: services.tell_outcome(given=row, outcome="met", by=SYSTEM, now=now),
}
for _place in Place:
    PRESSES |= {
        f"yes {_place}": lambda row, now, place=_place: services.accept_given(
            given=row, place=place, now=now
        ),
        f"no {_place}": lambda row, now, place=_place: services.decline_given(
            given=row, place=place, now=now
        ),
        f"undo {_place}": lambda row, now, place=_place: services.undo_given_answer(
            given=row, place=place, now=now
        ),
        f"tell {_place}": lambda row, now, place=_place: services.tell_outcome(
            given=row, outcome="talking", place=place, by=SYSTEM, now=now
        ),
    }
WAITS = [timedelta(), timedelta(minutes=1), timedelta(minutes=11), timedelta(days=61)]


def test_every_state_is_in_the_table() -> None:
    assert set(GIVEN_MOVES) == set(GivenState)
    assert {state for state, moves in GIVEN_MOVES.items() if not moves} == FINAL


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(PRESSES)), st.sampled_from(WAITS)), **length(14)
    )
)
def test_nothing_moves_but_along_the_table(
    business: Business, alice: User, steps: list[tuple[str, timedelta]]
) -> None:
    with transaction.atomic():
        now = START
        first, second = factories.jonas(business, now), factories.a_partner(business, now)
        row = factories.drafted(first, second, alice, now)
        for press, wait in [("send", timedelta()), *steps]:
            now += wait
            before = row.state
            with suppress(Refusal), transaction.atomic():
                PRESSES[press](row, now)
            row.refresh_from_db()
            assert row.state == before or row.state in GIVEN_MOVES[before]
            look(row)
        transaction.set_rollback(True)


def look(row: GivenIntroduction) -> None:
    """What must be true at any time."""
    answers = sorted(side.answer for side in row.sides)
    met = row.state == GivenState.HANDSHAKE
    assert (row.due_at is not None) == (row.state in OPEN)
    assert not met or answers == ["yes", "yes"]
    introduced = Message.objects.regarding(row).filter(kind="given_handshake_to_all")
    assert introduced.count() == int(met)
    assert met or not row.outcome
