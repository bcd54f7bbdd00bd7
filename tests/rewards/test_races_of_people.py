"""Somebody is erased, becomes one with another or is looked at, while they are rewarded or thanked.

As with the buttons of one row, it ends as if one had come first.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from contacts.erasing import erase_contact
from contacts.merging import merge_contacts
from contacts.models import Contact
from introductions.services import advocate_for
from referrals.models import ThankYou
from referrals.services import give_thanks
from referrals.states import ThanksState
from rewards.models import Reward
from rewards.states import RewardState
from tests.introductions.factories import a_contact, an_advocate
from tests.pairs import Ground, Machine
from tests.rewards.factories import a_rule, approved, given, published, shook_hands
from tests.rewards.racing import flagged, settled

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
WALTER = "walter@holm.example"


def _erase(who: UUID) -> object:
    return erase_contact(contact=Contact(pk=who), by=SYSTEM, now=NOW)


def _go_into(who: UUID) -> object:
    """Their entry becomes Walter's."""
    walter = Contact.objects.by_email(WALTER).get()
    return merge_contacts(kept=walter, other=who, by=SYSTEM, now=NOW)


def _who(whose: Callable[[Any], UUID]) -> dict[str, Callable[[Any], object]]:
    return {"erase": lambda row: _erase(whose(row)), "go into": lambda row: _go_into(whose(row))}


def _earned(business: Business) -> Reward:
    """Marta has earned a credit and is owed thanks; Walter is another advocate."""
    published(business, NOW, a_rule())
    advocate_for(contact=a_contact(business, NOW, "Walter Holm", WALTER), now=NOW)
    referral = shook_hands(an_advocate(business, NOW), NOW)
    return Reward.objects.get(referral=referral)


def _owed(business: Business) -> ThankYou:
    return ThankYou.objects.get(referral=_earned(business).referral_id)


def _against(
    state: RewardState, *steps: str, one: str, to: RewardState, others: dict[str, RewardState]
) -> Ground[Reward]:
    """That one button with each of the others."""
    only = [(one, other) for other in others]
    return Ground(state, _earned, steps, {one: to, **others}, only)


_R = RewardState
_SETTLED = {"nothing is due": _R.VOID}
_WHO_EARNED = {"erase": _R.VOID, "go into": _R.EARNED}
_WHO_IS_APPROVED = {"erase": _R.VOID, "go into": _R.APPROVED}
REWARDS = Machine(
    {
        **_who(lambda row: row.contact_id),
        "approve": lambda row: approved(row, NOW),
        "give": lambda row: given(row, NOW),
        "flag": lambda row: flagged(row, NOW),
        "all is well": lambda row: settled(row, NOW, is_fine=True),
        "nothing is due": lambda row: settled(row, NOW, is_fine=False),
    },
    {
        "approve": _against(_R.EARNED, one="approve", to=_R.APPROVED, others=_WHO_EARNED),
        "give": _against(_R.APPROVED, "approve", one="give", to=_R.GIVEN, others=_WHO_IS_APPROVED),
        # Neither goes before somebody has looked.
        "approve what is flagged": _against(
            _R.EARNED,
            "flag",
            one="approve",
            to=_R.EARNED,
            others={"all is well": _R.EARNED, **_SETTLED},
        ),
        "give what is flagged": _against(
            _R.APPROVED,
            "approve",
            "flag",
            one="give",
            to=_R.APPROVED,
            others={"all is well": _R.APPROVED, **_SETTLED},
        ),
    },
)
_T = ThanksState
THANKS = Machine(
    {
        **_who(lambda row: row.advocate.contact_id),
        "letter": lambda row: give_thanks(
            thank_you=row, how="mail", words="Thank you.", by=SYSTEM, now=NOW
        ),
    },
    {
        "thank": Ground(
            _T.DUE,
            _owed,
            [],
            {"letter": _T.GIVEN, "erase": _T.WAIVED, "go into": _T.DUE},
            [("letter", "erase"), ("letter", "go into")],
        )
    },
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", REWARDS.grounds)
def test_of_a_reward_and_whoever_earned_it_nothing_is_half_done(alice: User, name: str) -> None:
    REWARDS.race_each_two(alice, NOW, name)


@pytest.mark.django_db(transaction=True)
def test_of_thanks_and_whoever_is_thanked_nothing_is_half_done(alice: User) -> None:
    THANKS.race_each_two(alice, NOW, "thank")
