"""What becomes of rewards when two entries become one person."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from activity.actors import SYSTEM
from contacts.merging import Merge
from introductions.models import Introduction
from referrals.services import sent_as_two
from referrals.states import ThanksReason
from rewards.models import Reward
from rewards.querysets import RewardQuerySet
from rewards.recording import record_reward
from rewards.services.causes import nth_cause
from rewards.services.reckoning import Worked, reckon
from rewards.services.settling import void_reward
from rewards.states import ON_SALE, Person, RewardState, Trigger

ONCE = "The same person gets it once."
ONE_PART = "It is part of what the same person gets for this sale."


def absorb_rewards(*, merge: Merge) -> None:
    """What both earned is one person's, by the causes of the entry that is kept: nobody gets the
    same twice, and what they have is not earned again.

    Of two for one cause what was given stays; of what is open the earlier stays and the later is
    void. Open parts of one sale become one. What is open then goes beyond no ceiling.
    """
    both = [merge.kept.pk, merge.dropped.pk]
    rows = Reward.objects.filter(contact__in=both).select_related("business", "contact")
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("earned_at", "id")
    found = list(locked)
    both_have = len({one.person_key for one in found}) == len(both)
    own = {_key(one): one for one in found if one.person_key == merge.kept.pk}
    reached = Counter(one.rule_key for one in own.values() if one.trigger == Trigger.NTH)
    for theirs in found:
        if theirs.person_key == merge.dropped.pk:
            cause_id = _cause(theirs, merge, reached)
            alike = own.get((theirs.trigger, cause_id, theirs.rule_key))
            if theirs.trigger == Trigger.TAKING_PART and alike is None:
                # Once, whichever version of the terms either was promised it under.
                alike = next((one for one in own.values() if one.trigger == theirs.trigger), None)
            if alike is None:
                _put(theirs, merge.kept.pk, cause_id)
            elif theirs.trigger in ON_SALE and theirs.person == Person.ADVOCATE:
                _add_part(alike, theirs, merge)
            else:
                _keep_one(alike, theirs, merge)
    Reward.objects.filter(contact=merge.dropped).update(contact=merge.kept)
    _reward_once_for_one(merge)
    if both_have:
        _keep_to_ceilings(merge)


def _keep_to_ceilings(merge: Merge) -> None:
    """What both had open is one person's year: the latest falls, or is cut, until the rest fits.
    Where that leaves room for something later again, it is earned by that (`reckon_by_room`)."""
    rows = Reward.objects.open().filter(person_key=merge.kept.pk).select_related("terms")
    for one in rows.order_by("-earned_at", "-id"):
        reckon(one, Worked(one.amount, one.share, one.lacks_rate), one.terms.ceiling, merge.now)


def _reward_once_for_one(merge: Merge) -> None:
    """What an advocate earned by sending somebody as two they have once: what was given stays,
    else the first."""
    for later, first in sent_as_two(merge).items():
        for reward in _for_sending(later):
            had = _for_sending(first).filter(
                person_key=reward.person_key, trigger=reward.trigger, fell_with_cause=False
            )
            alike = had.order_by("earned_at", "id").first()
            if alike is not None:
                _, other = sorted((alike, reward), key=_weight)
                if other.is_open:
                    # It is not had any more, or it would keep the one that stays from being earned.
                    void_reward(
                        reward=other, reason=ONCE, fell_with_cause=True, by=merge.by, now=merge.now
                    )


def _for_sending(referral: UUID) -> RewardQuerySet:
    """What whoever introduced has for it, before there is a sale."""
    led = Introduction.objects.filter(
        thanks__referral=referral, thanks__reason=ThanksReason.INTRODUCTION
    )
    rows = Reward.objects.filter(Q(referral=referral) | Q(introduction__in=led))
    triggers = (Trigger.INTRODUCTION, Trigger.HANDSHAKE, Trigger.MET)
    return rows.filter(person=Person.ADVOCATE, trigger__in=triggers).order_by("earned_at", "id")


def _key(reward: Reward) -> tuple[str, UUID, str]:
    return (reward.trigger, reward.cause_id, reward.rule_key)


def _cause(theirs: Reward, merge: Merge, reached: Counter[str]) -> UUID:
    """Full numbers that both have reached are counted on, so that the next one is new."""
    if theirs.trigger == Trigger.NTH:
        reached[theirs.rule_key] += 1
        return nth_cause(merge.kept.pk, reached[theirs.rule_key])
    return merge.kept.pk if theirs.cause_id == merge.dropped.pk else theirs.cause_id


def _keep_one(own: Reward, theirs: Reward, merge: Merge) -> None:
    """The cause is that of the one that counts; the other has one of its own from now on."""
    cause_id = own.cause_id
    counts, other = sorted((own, theirs), key=_weight)
    if other.is_open:
        other = void_reward(reward=other, reason=ONCE, by=merge.by, now=merge.now)
    _put(other, merge.kept.pk, other.pk)
    _put(counts, merge.kept.pk, cause_id)


def _weight(reward: Reward) -> tuple[int, datetime, UUID]:
    """Given before open before what may be earned again; of equal ones the earlier."""
    order = (
        reward.state == RewardState.GIVEN,
        reward.is_open,
        reward.fell_with_cause,
        True,
    )
    return order.index(True), reward.earned_at, reward.pk


def _add_part(own: Reward, theirs: Reward, merge: Merge) -> None:
    """Both are credited with one sale. What is given or void stays beside it as it was."""
    if not (own.is_open and theirs.is_open):
        return
    was = own.amount
    own.amount, own.share = was + theirs.amount, own.share + theirs.share
    own.save(update_fields=["amount", "share"])
    record_reward("reward.reckoned", own, SYSTEM, merge.now, {"from": was, "to": own.amount})
    part = void_reward(reward=theirs, reason=ONE_PART, by=merge.by, now=merge.now)
    part.share = 0
    part.save(update_fields=["share"])
    _put(part, merge.kept.pk, part.pk)


def _put(reward: Reward, person_key: UUID, cause_id: UUID) -> None:
    reward.person_key, reward.cause_id = person_key, cause_id
    reward.save(update_fields=["person_key", "cause_id"])
