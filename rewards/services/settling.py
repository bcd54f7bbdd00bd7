"""What becomes of a reward: approved, given, or void for a reason."""

from datetime import datetime

from activity.actors import Actor
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from outreach.services import close_reminders
from rewards.messages import reward_to_receiver
from rewards.models import LONGEST_REASON, Reward, RewardFlag
from rewards.querysets import RewardFlagQuerySet
from rewards.recording import record_reward
from rewards.services.codes import code_for
from rewards.services.in_public import refuse_unsaid
from rewards.states import RewardState, Trigger


class RewardSettled(NotPossibleNow):
    message = "This was given or called off before. Nothing is given twice."
    code = "reward_settled"


class NotApprovedYet(Refusal):
    message = "Approve it first."
    code = "reward_not_approved"


class StillOnHold(Refusal):
    message = "It may not be given yet."
    code = "reward_on_hold"


class LookFirst(Refusal):
    message = "Something about this one is worth a look. Say what you make of it first."
    code = "look_first"


class RateMissing(Refusal):
    """`message` names the currency."""

    message = "What the sale is worth in your own currency is not known yet: a rate is missing."
    code = "reward_rate_missing"


class NobodyToGiveTo(Refusal):
    message = "Whoever earned this was erased here: there is nobody to give it to."
    code = "nobody_to_give_to"


class VoidNeedsReason(Refusal):
    message = "Say in a few words why nothing is given."
    code = "void_needs_reason"
    status = 422


def approve_reward(*, reward: Reward, by: Actor, now: datetime) -> Reward:
    """It will be given, when its time has come.

    Raises `RewardSettled`, `NotPossibleNow` the second time, `LookFirst` while something about it
    waits for a person, `NobodyToGiveTo`, `RateMissing`.
    """
    reward = _open_one(reward)
    if reward.contact is None:
        raise NobodyToGiveTo
    _refuse_without_rate(reward)
    if has_doubts(reward):
        raise LookFirst
    reward.approve(now=now)
    reward.save()
    record_reward("reward.approved", reward, by, now)
    return reward


def give_reward(
    *,
    reward: Reward,
    note: str = "",
    code: str = "",
    by_letter: bool = True,
    by: Actor,
    now: datetime,
) -> Reward:
    """It is given; a discount code is taken from its list, or is `code` while none is left there.

    Whoever it is for gets a letter with what it is, where there is an address for it and
    `by_letter` says so.

    Raises `RewardSettled`, `NotApprovedYet`, `StillOnHold`, `LookFirst`, `NobodyToGiveTo`,
    `RateMissing`, what `code_for` raises, and `NotInPublicYet` for thanks in public that stand on
    no wall while no note says where they were said.
    """
    note = " ".join(note.split())[:LONGEST_REASON]
    reward = _open_one(reward)
    if reward.contact is None:
        raise NobodyToGiveTo
    if reward.state != RewardState.APPROVED:
        raise NotApprovedYet
    if reward.is_on_hold(clock.today(reward.business, now)):
        raise StillOnHold(f"It may be given from {_day(reward)} on.")
    _refuse_without_rate(reward)
    if has_doubts(reward):
        raise LookFirst
    refuse_unsaid(reward, note)
    code = code_for(reward, code, now)
    reward.give(note=note, now=now)
    reward.save()
    event = record_reward("reward.given", reward, by, now)
    if by_letter and reward.contact.email:
        reward_to_receiver(reward=reward, code=code, by=by, cause=event, now=now)
    close_reminders(subject=reward, now=now)
    return reward


def void_reward(
    *, reward: Reward, reason: str, fell_with_cause: bool = False, by: Actor, now: datetime
) -> Reward:
    """Nothing is given, for a reason that is kept. Raises `VoidNeedsReason`, `RewardSettled`.

    `fell_with_cause`: because of what is left of the sale or of the ceiling, or since what it was
    for was taken back; it is earned again when that changes.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise VoidNeedsReason
    reward = _open_one(reward)
    reward.lacks_rate = ""
    reward.void(reason=reason, now=now, fell_with_cause=fell_with_cause)
    reward.save()
    record_reward("reward.voided", reward, by, now)
    close_reminders(subject=reward, now=now)
    return reward


def has_doubts(reward: Reward) -> bool:
    """Whether something about what it was earned by waits for a person to look."""
    return doubts_about(reward).open().exists()


def refused_for(reward: Reward) -> str:
    """In which words a person said that nothing is given for what it was earned by; empty where
    nobody did. What was said of many at once, or of what was given, is said of those alone; and of
    one among so many who said yes, that they are not counted (`counting.how_many`)."""
    if reward.trigger == Trigger.NTH:
        return ""
    said = doubts_about(reward).refused()
    return said.order_by("settled_at", "id").values_list("words", flat=True).first() or ""


def doubts_about(reward: Reward) -> RewardFlagQuerySet:
    """What was flagged about the referral and the introduction that it was earned by."""
    return RewardFlag.objects.about(reward)


def _open_one(reward: Reward) -> Reward:
    reward = locked(reward)
    if not reward.is_open:
        raise RewardSettled
    return reward


def _refuse_without_rate(reward: Reward) -> None:
    if reward.lacks_rate:
        raise RateMissing(
            f"The sale was in {reward.lacks_rate}, and no rate for that day is entered. Enter it in"
            " Settings, under Currencies and credit: then this is worked out."
        )


def _day(reward: Reward) -> str:
    day = reward.hold_until
    return f"{day.day} {day:%B %Y}"
