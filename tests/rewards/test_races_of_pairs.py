"""Each two ways out of a reward's state at one moment, and each beside somebody who looks at it."""

from datetime import UTC, datetime

import pytest

from businesses.models import Business, User
from referrals.models import Referral
from rewards.models import Reward
from rewards.states import REWARD_MOVES, RewardState, Trigger
from tests.introductions.factories import an_advocate
from tests.pairs import Ground, Machine
from tests.referrals.factories import moved
from tests.rewards.factories import a_rule, approved, follow, given, published, shook_hands, void
from tests.rewards.racing import flagged, settled

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def _earned(business: Business) -> Reward:
    """For a meeting: what falls with it is earned again."""
    published(business, NOW, a_rule(Trigger.MET))
    referral = shook_hands(an_advocate(business, NOW), NOW)
    _step(referral, "met")
    return Reward.objects.get(referral=referral)


def _step(referral: Referral | None, to: str) -> None:
    assert referral is not None
    moved(referral, to, NOW)
    follow(NOW, referral.pk)


BUTTONS = {
    "approve": lambda row: approved(row, NOW),
    "give": lambda row: given(row, NOW),
    "call off": lambda row: void(row, NOW),
    "fall": lambda row: _step(row.referral, "talking"),
    "stand": lambda row: _step(row.referral, "met"),
    "flag": lambda row: flagged(row, NOW),
    "all is well": lambda row: settled(row, NOW, is_fine=True),
    "nothing is due": lambda row: settled(row, NOW, is_fine=False),
}
_R = RewardState
_OFF = {"call off": _R.VOID, "fall": _R.VOID}


def _looked_at(state: RewardState, *steps: str, **leads: RewardState) -> Ground[Reward]:
    """Each button beside *Nothing is given for it*, and beside *All is well*."""
    settles = {"all is well": state, "nothing is due": _R.VOID}
    only = [(one, settle) for one in leads for settle in settles] + [tuple(settles)]
    return Ground(state, _earned, steps, {**leads, **settles}, only)


GROUNDS = {
    "earned": Ground(_R.EARNED, _earned, [], {"approve": _R.APPROVED, **_OFF}),
    "approved": Ground(_R.APPROVED, _earned, ["approve"], {"give": _R.GIVEN, **_OFF}),
    "fallen": Ground(_R.VOID, _earned, ["fall"], {"stand": _R.EARNED}),
    "earned and flagged": _looked_at(_R.EARNED, "flag", approve=_R.EARNED, **_OFF),
    "approved and flagged": _looked_at(_R.APPROVED, "approve", "flag", give=_R.APPROVED, **_OFF),
    "fallen and flagged": _looked_at(_R.VOID, "flag", "fall", stand=_R.EARNED),
}
REWARDS = Machine(BUTTONS, GROUNDS)


def test_every_move_has_a_button() -> None:
    assert not REWARDS.without_a_button(REWARD_MOVES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", GROUNDS)
def test_it_ends_as_if_one_had_come_first(alice: User, name: str) -> None:
    REWARDS.race_each_two(alice, NOW, name)
