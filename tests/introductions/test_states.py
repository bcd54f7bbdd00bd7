"""The tables of moves hold, whatever is pressed in whatever order."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM, Actor
from businesses.refusals import Refusal
from introductions import services
from introductions.models import SEALED_FIELDS, Advocate, Introduction
from introductions.states import ASK_MOVES, MOVES, OPEN, AskState, IntroductionState
from introductions.states import BY_LINK as UNPROVED
from outreach.links import live_link
from outreach.models import LinkPurpose
from tests.introductions.factories import JONAS, came_by_link, offered, shared
from tests.thorough import length, runs

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
FINAL = {
    IntroductionState.HANDSHAKE,
    IntroductionState.EXPIRED,
}

Press = Callable[[Introduction, datetime], Introduction]

PRESSES: dict[str, Press] = {
    "yes": lambda row, now: services.accept_introduction(introduction=row, email=JONAS, now=now),
    "no": lambda row, now: services.decline_introduction(introduction=row, now=now),
    "never": lambda row, now: services.decline_introduction(introduction=row, never=True, now=now),
    "not now": lambda row, now: services.postpone_introduction(
        introduction=row, until=date(2026, 5, 20), now=now
    ),
    "undo": lambda row, now: services.undo_answer(introduction=row, now=now),
    "undo offer": lambda row, now: services.undo_offer(introduction=row, now=now),
    "withdraw": lambda row, now: services.withdraw_introduction(
        introduction=row, by=SYSTEM, now=now
    ),
    "owner takes back": lambda row, now: services.take_back_introduction(
        introduction=row, by=SYSTEM, now=now
    ),
    "owner takes up": lambda row, now: services.take_up_introduction(
        introduction=row, by=SYSTEM, now=now
    ),
    "new link": lambda row, now: services.renew_introduction_link(
        introduction=row, by=SYSTEM, now=now
    ),
    "sweep taken back": lambda row, now: services.erase_taken_back(introduction=row, now=now),
    "send now": lambda row, now: services.send_handshake_now(introduction=row, now=now),
    "press send now": lambda row, now: services.press_send_now(introduction=row, now=now),
    "put right": lambda row, now: services.correct_held(
        introduction=row, first_name="Jonah", email="jonah@shoebox.example", now=now
    ),
    "erase": lambda row, now: services.erase_held(introduction=row, now=now),
    "add": lambda row, now: services.add_to_answer(introduction=row, sentence="Hello.", now=now),
    "sweep yes": lambda row, now: services.complete_handshake(introduction=row, now=now),
    "sweep no": lambda row, now: services.erase_declined(introduction=row, now=now),
    "sweep expiry": lambda row, now: services.expire_introduction(introduction=row, now=now),
    "sweep not now": lambda row, now: services.bring_back(introduction=row, now=now),
}
BY_LINK: dict[str, Press] = {
    "vouch": lambda row, now: services.vouch_for(introduction=row, words="I know.", now=now),
    "unknown": lambda row, now: services.say_unknown(introduction=row, now=now),
    "go on": lambda row, now: services.go_on_unvouched(introduction=row, by=SYSTEM, now=now),
    "advocate undoes": lambda row, now: services.undo_word(
        introduction=row, by=Actor.advocate(row.advocate_id), now=now
    ),
    "owner undoes": lambda row, now: services.undo_word(introduction=row, by=SYSTEM, now=now),
    "take back": lambda row, now: services.take_back_coming(introduction=row, now=now),
    "more": lambda row, now: services.add_to_introduction(
        introduction=row,
        depth="together",
        meets_on=now.date(),
        meets_place="Here",
        now=now,
    ),
    "sweep vouching": lambda row, now: services.leave_unvouched(introduction=row, now=now),
    "sweep unvouched": lambda row, now: services.end_unvouched(introduction=row, now=now),
}
PRESSES |= BY_LINK
WAITS = [
    timedelta(),
    timedelta(minutes=1),
    timedelta(minutes=11),
    timedelta(days=8),
    timedelta(days=31),
]


def test_every_state_is_in_the_tables() -> None:
    assert set(MOVES) == set(IntroductionState)
    assert set(ASK_MOVES) == set(AskState)
    assert {state for state, moves in MOVES.items() if not moves} == FINAL


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    begin=st.sampled_from([offered, shared, came_by_link]),
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(PRESSES)), st.sampled_from(WAITS)), **length(12)
    ),
)
def test_nothing_moves_but_along_the_table(
    marta: Advocate,
    begin: Callable[[Advocate, datetime], Introduction],
    steps: list[tuple[str, timedelta]],
) -> None:
    with transaction.atomic():
        now, row = START, begin(marta, START)
        for press, wait in steps:
            now += wait
            before = row.state
            with suppress(Refusal), transaction.atomic():
                PRESSES[press](row, now)
            row.refresh_from_db()
            # Erasing after a yes is two moves in one: the yes is undone, and then it is a no.
            erased = press == "erase" and row.state == IntroductionState.DECLINED
            assert erased or row.state == before or row.state in MOVES[before]
            look(row)
        transaction.set_rollback(True)


def look(row: Introduction) -> None:
    """What must be true of an introduction at any time."""
    sealed = {getattr(row, field) for field in SEALED_FIELDS}
    withdrawn = row.state == IntroductionState.WITHDRAWN
    if row.state == IntroductionState.EXPIRED or row.is_erased:
        assert sealed == {""}
        assert row.meets_place == ""
    if row.state in UNPROVED or (withdrawn and row.is_erased):
        assert row.prospect_hash == ""
    if withdrawn and not row.is_erased:
        # Kept as it was for the undo window, and the prospect's page is closed meanwhile.
        assert row.due_at is not None
        assert live_link(purpose=LinkPurpose.INTRODUCTION, subject=row) is None
    if row.state in OPEN:
        assert row.due_at is not None
        assert row.words or row.goes_on_unvouched
    assert (row.contact is not None) == (row.state == IntroductionState.HANDSHAKE)
    if row.state == IntroductionState.HANDSHAKE:
        assert (row.prospect_email, row.prospect_phone) == ("", "")
