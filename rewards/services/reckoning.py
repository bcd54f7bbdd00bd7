"""A reward that is there, worked out anew: more, less, void with its sale, or earned again."""

from dataclasses import dataclass
from datetime import datetime

from activity.actors import SYSTEM
from businesses.tenancy import locked
from rewards.models import Reward
from rewards.recording import record_reward
from rewards.services.keeping import remind, within_ceiling
from rewards.services.settling import refused_for, void_reward
from rewards.states import OVER_CEILING, RewardState

NOT_SHARED = "The credit is shared differently by now."


@dataclass(frozen=True, slots=True)
class Worked:
    """What it comes to by now: how much for which share, what is missing, or why it is nothing."""

    worth: int
    share: int
    lacks_rate: str = ""
    why_not: str = ""


def reckon(reward: Reward, worked: Worked, ceiling: int, now: datetime) -> bool:
    """Put right what is not given; whether more was given than is due by now.

    What a person has called off stays void, and so does what fell where a person has said since
    that nothing is given for it. Whoever it is for is locked by now.
    """
    reward = locked(reward)
    if reward.state == RewardState.GIVEN:
        return bool(worked.why_not) or (not worked.lacks_rate and worked.worth < reward.amount)
    amount, over = within_ceiling(reward, worked.worth, ceiling)
    why_not = worked.why_not or over
    if _is_void_for_good(reward):
        _share_alone(reward, worked.share)
        return False
    if why_not:
        _share_alone(reward, worked.share)
        _let_fall(reward, why_not, worked.worth, now)
        return False
    was = (reward.state, reward.amount, reward.share, reward.lacks_rate)
    is_restored = reward.state == RewardState.VOID
    if is_restored:
        reward.restore()
    reward.amount, reward.share, reward.lacks_rate = amount, worked.share, worked.lacks_rate
    if (reward.state, reward.amount, reward.share, reward.lacks_rate) == was:
        return False
    reward.save()
    record_reward(
        "reward.restored" if is_restored else "reward.reckoned",
        reward,
        SYSTEM,
        now,
        {"from": was[1], "to": amount},
    )
    if is_restored and reward.contact is not None:
        remind(reward, reward.contact, now, again=f":{now.isoformat()}")
    return False


def _is_void_for_good(reward: Reward) -> bool:
    if reward.state != RewardState.VOID:
        return False
    return not reward.fell_with_cause or bool(refused_for(reward))


def _let_fall(reward: Reward, why_not: str, worth: int, now: datetime) -> None:
    """What fell before says why it does by now, and what it would be worth were there room."""
    if reward.is_open:
        void_reward(reward=reward, reason=why_not, fell_with_cause=True, by=SYSTEM, now=now)
    else:
        reward.void_because = why_not
        if why_not == OVER_CEILING:
            reward.amount = worth
        reward.save(update_fields=["void_because", "amount"])


def _share_alone(reward: Reward, share: int) -> None:
    """What is void has its share, too: the parts of a sale come to the whole."""
    if reward.share != share:
        reward.share = share
        reward.save(update_fields=["share"])
