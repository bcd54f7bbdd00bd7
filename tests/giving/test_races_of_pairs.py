"""Each two ways out of a given introduction's state, taken at the same moment."""

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from giving import services
from giving.models import GivenIntroduction
from giving.states import GIVEN_MOVES, GivenState, Place
from outreach.senders import owner_of
from tests.giving import factories
from tests.giving.conftest import NOW
from tests.pairs import Ground, Machine

_G = GivenState
Press = Callable[[GivenIntroduction], object]


def _press(service: Callable[..., object], **more: object) -> Press:
    return lambda row: service(given=row, now=NOW, **more)


def _due(service: Callable[..., object]) -> Press:
    """What a worker does when its time has come."""
    return lambda row: service(given=row, now=row.due_at)


BUTTONS: dict[str, Press] = {
    "send": _press(services.send_given, by=SYSTEM),
    "undo sending": _press(services.undo_sending, by=SYSTEM),
    "withdraw": _press(services.withdraw_given, by=SYSTEM),
    "take up": _press(services.take_up_given, by=SYSTEM),
    "yes": _press(services.accept_given, place=Place.FIRST),
    "other's yes": _press(services.accept_given, place=Place.SECOND),
    "no": _press(services.decline_given, place=Place.FIRST),
    "other's no": _press(services.decline_given, place=Place.SECOND),
    "undo": _press(services.undo_given_answer, place=Place.FIRST),
    "other's undo": _press(services.undo_given_answer, place=Place.SECOND),
    "letter due": _due(services.complete_given),
    "expiry due": _due(services.expire_given),
}


def _drafted(business: Business) -> GivenIntroduction:
    jonas, elena = factories.jonas(business, NOW), factories.elena(business, NOW)
    return factories.drafted(jonas, elena, owner_of(business), NOW)


def _from(
    state: GivenState,
    *steps: str,
    leads: dict[str, GivenState],
    only: Sequence[tuple[str, str]] = (),
) -> Ground[GivenIntroduction]:
    return Ground(state, _drafted, steps, leads, only)


_OVER = {"expiry due": _G.EXPIRED, "withdraw": _G.WITHDRAWN}
_OTHERS = {"other's yes": _G.ONE_YES, "other's no": _G.DECLINED}
_ASKED = {"yes": _G.ONE_YES, "no": _G.DECLINED, "undo sending": _G.DRAFT, **_OVER}

GROUNDS = {
    "draft": _from(_G.DRAFT, leads={"send": _G.ASKED, "withdraw": _G.WITHDRAWN}),
    "asked": _from(
        _G.ASKED,
        "send",
        leads={**_ASKED, **_OTHERS},
        # The one's buttons with each other, and with the other's answers.
        only=[
            *combinations_with_replacement(_ASKED, 2),
            ("yes", "other's yes"),
            ("yes", "other's no"),
            ("no", "other's no"),
        ],
    ),
    "one yes": _from(
        _G.ONE_YES,
        "send",
        "yes",
        leads={"undo": _G.ASKED, "other's yes": _G.AGREED, "other's no": _G.DECLINED, **_OVER},
    ),
    "agreed": _from(
        _G.AGREED,
        "send",
        "yes",
        "other's yes",
        leads={
            "undo": _G.ONE_YES,
            "other's undo": _G.ONE_YES,
            "letter due": _G.HANDSHAKE,
            "withdraw": _G.WITHDRAWN,
        },
    ),
    "no": _from(_G.DECLINED, "send", "no", leads={"undo": _G.ASKED}),
    # A yes is not taken back before the no is.
    "yes and no": _from(
        _G.DECLINED,
        "send",
        "yes",
        "other's no",
        leads={"undo": _G.DECLINED, "other's undo": _G.ONE_YES},
    ),
    "withdrawn as a draft": _from(_G.WITHDRAWN, "withdraw", leads={"take up": _G.DRAFT}),
    "withdrawn when asked": _from(_G.WITHDRAWN, "send", "withdraw", leads={"take up": _G.ASKED}),
    "withdrawn after one yes": _from(
        _G.WITHDRAWN, "send", "yes", "withdraw", leads={"take up": _G.ONE_YES}
    ),
    "withdrawn when agreed": _from(
        _G.WITHDRAWN,
        "send",
        "yes",
        "other's yes",
        "withdraw",
        leads={"take up": _G.AGREED},
    ),
}
GIVEN = Machine(BUTTONS, GROUNDS)


def test_every_move_has_a_button() -> None:
    assert not GIVEN.without_a_button(GIVEN_MOVES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", GROUNDS)
def test_it_ends_as_if_one_had_come_first(alice: User, name: str) -> None:
    GIVEN.race_each_two(alice, NOW, name)
