"""Each two ways out of an introduction's state, taken at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from activity.actors import SYSTEM, Actor
from businesses.models import User
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.states import MOVES, SECOND_THOUGHT, IntroductionState
from tests.introductions.factories import (
    JONAS,
    WORDS,
    an_advocate,
    came_by_link,
    offered,
    shared,
    unvouched,
)
from tests.pairs import Ground, Machine

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

_S = IntroductionState
Press = Callable[[Introduction], object]


def _now(service: Callable[..., object], **more: object) -> Press:
    return lambda row: service(introduction=row, now=NOW, **more)


def _due(service: Callable[..., object]) -> Press:
    """What a worker does when its time has come."""
    return lambda row: service(introduction=row, now=row.due_at)


def _word_back(row: Introduction) -> object:
    by = Actor.advocate(row.advocate_id)
    return services.undo_word(introduction=row, by=by, now=NOW)


BUTTONS: dict[str, Press] = {
    "yes": _now(services.accept_introduction, email=JONAS),
    "no": _now(services.decline_introduction),
    "never": _now(services.decline_introduction, never=True),
    "not now": _now(services.postpone_introduction, until=NOW.date() + timedelta(days=30)),
    "undo": _now(services.undo_answer),
    "send now": _now(services.send_handshake_now),
    "erase": _now(services.erase_held),
    # A minute later it is no slip.
    "erase again": lambda row: services.erase_held(introduction=row, now=NOW + SECOND_THOUGHT),
    "undo offer": _now(services.undo_offer),
    "take back": _now(services.take_back_introduction, by=SYSTEM),
    "take up": _now(services.take_up_introduction, by=SYSTEM),
    "vouch": _now(services.vouch_for, words=WORDS),
    "unknown": _now(services.say_unknown),
    "undo word": _word_back,
    "go on": _now(services.go_on_unvouched, by=SYSTEM),
    "undo going on": _now(services.undo_word, by=SYSTEM),
    "rather not": _now(services.take_back_coming),
    "handshake due": _due(services.complete_handshake),
    "back due": _due(services.bring_back),
    "expiry due": _due(services.expire_introduction),
    "owner's turn due": _due(services.leave_unvouched),
    "end due": _due(services.end_unvouched),
    "erasing due": _due(services.erase_declined),
    "emptying due": _due(services.erase_taken_back),
}

_ANSWERS = {"yes": _S.ACCEPTED, "no": _S.DECLINED}
_TAKEN_BACK = {"take back": _S.WITHDRAWN}
_AWAITED = {**_ANSWERS, "not now": _S.NOT_NOW, **_TAKEN_BACK, "expiry due": _S.EXPIRED}
_SENT = {"send now": _S.HANDSHAKE, "handshake due": _S.HANDSHAKE}
_RATHER_NOT = {"rather not": _S.WITHDRAWN}
_TO_CONFIRM = {"vouch": _S.ACCEPTED, "unknown": _S.UNKNOWN, **_RATHER_NOT, **_TAKEN_BACK}
_ERASED = {"erase": _S.DECLINED}
_NOTHING_KEPT = {"erasing due": _S.DECLINED}


def _from(
    state: IntroductionState,
    make: Callable[[Advocate, datetime], Introduction],
    *steps: str,
    leads: dict[str, IntroductionState],
) -> Ground[Introduction]:
    return Ground(state, lambda business: make(an_advocate(business, NOW), NOW), steps, leads)


GROUNDS = {
    "offered": _from(
        _S.OFFERED, offered, leads={**_AWAITED, **_ERASED, "undo offer": _S.WITHDRAWN}
    ),
    "shared": _from(_S.SHARED, shared, leads=_AWAITED),
    "not now": _from(
        _S.NOT_NOW,
        offered,
        "not now",
        leads={**_ANSWERS, **_TAKEN_BACK, **_ERASED, "undo": _S.OFFERED, "back due": _S.OFFERED},
    ),
    "not now of a shared one": _from(
        _S.NOT_NOW, shared, "not now", leads={"undo": _S.SHARED, "back due": _S.SHARED}
    ),
    "no": _from(
        _S.DECLINED,
        offered,
        "never",
        leads={**_NOTHING_KEPT, "erase again": _S.DECLINED, "undo": _S.OFFERED},
    ),
    "no to a shared one": _from(
        _S.DECLINED, shared, "no", leads={**_NOTHING_KEPT, "undo": _S.SHARED}
    ),
    "no after not now": _from(
        _S.DECLINED, offered, "not now", "no", leads={**_NOTHING_KEPT, "undo": _S.NOT_NOW}
    ),
    "yes": _from(_S.ACCEPTED, offered, "yes", leads={**_SENT, **_ERASED, "undo": _S.OFFERED}),
    # It is refused, but has locked the advocate's row by then.
    "a second yes": _from(
        _S.ACCEPTED, offered, "yes", leads={"yes": _S.ACCEPTED, "send now": _S.HANDSHAKE}
    ),
    "yes to a shared one": _from(_S.ACCEPTED, shared, "yes", leads={"undo": _S.SHARED}),
    "yes after not now": _from(_S.ACCEPTED, offered, "not now", "yes", leads={"undo": _S.NOT_NOW}),
    "came": _from(
        _S.VOUCHING, came_by_link, leads={**_TO_CONFIRM, "owner's turn due": _S.UNVOUCHED}
    ),
    "unvouched": _from(
        _S.UNVOUCHED,
        unvouched,
        leads={**_TO_CONFIRM, "go on": _S.ACCEPTED, "end due": _S.EXPIRED},
    ),
    "unknown": _from(
        _S.UNKNOWN,
        came_by_link,
        "unknown",
        leads={"undo word": _S.VOUCHING, "end due": _S.UNKNOWN},
    ),
    "unvouched and unknown": _from(
        _S.UNKNOWN, unvouched, "unknown", leads={"undo word": _S.UNVOUCHED}
    ),
    "vouched": _from(
        _S.ACCEPTED,
        came_by_link,
        "vouch",
        leads={**_RATHER_NOT, "send now": _S.HANDSHAKE, "undo word": _S.VOUCHING},
    ),
    "went on": _from(
        _S.ACCEPTED,
        unvouched,
        "go on",
        leads={**_RATHER_NOT, "handshake due": _S.HANDSHAKE, "undo going on": _S.UNVOUCHED},
    ),
    "taken back": _from(
        _S.WITHDRAWN,
        offered,
        "take back",
        leads={"take up": _S.OFFERED, "emptying due": _S.WITHDRAWN},
    ),
    "taken back, once shared": _from(
        _S.WITHDRAWN, shared, "take back", leads={"take up": _S.SHARED}
    ),
    "taken back after not now": _from(
        _S.WITHDRAWN, offered, "not now", "take back", leads={"take up": _S.NOT_NOW}
    ),
    "taken back, once come": _from(
        _S.WITHDRAWN, came_by_link, "take back", leads={"take up": _S.VOUCHING}
    ),
    "taken back, once unvouched": _from(
        _S.WITHDRAWN, unvouched, "take back", leads={"take up": _S.UNVOUCHED}
    ),
}
INTRODUCTIONS = Machine(BUTTONS, GROUNDS)


def test_every_move_has_a_button() -> None:
    assert not INTRODUCTIONS.without_a_button(MOVES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", GROUNDS)
def test_it_ends_as_if_one_had_come_first(alice: User, name: str) -> None:
    INTRODUCTIONS.race_each_two(alice, NOW, name)
