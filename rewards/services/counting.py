"""How many somebody brought to a yes under a rule, and what is no longer reached by them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from referrals.states import ThanksReason
from rewards.models import Reward, RewardFlag
from rewards.rules import Rule
from rewards.services.reckoning import Worked, reckon
from rewards.states import WHOLE, Trigger
from rewards.yeses import introduced, sent_by_hand

NOT_REACHED = "Too few of those who said yes are counted."


def how_many(advocate: UUID, rule: Rule) -> int:
    """How many people this advocate brought to a yes under this rule, each once, without those for
    whom a person said that nothing is given; counted with their row locked."""
    refused = RewardFlag.objects.refused()
    led = Q(
        referral__thanks__introduction=OuterRef("pk"),
        referral__thanks__reason=ThanksReason.INTRODUCTION,
    )
    said_yes = introduced(advocate, rule.key).shaken()
    said_yes = said_yes.exclude(Exists(refused.filter(introduction=OuterRef("pk"))))
    said_yes = said_yes.exclude(Exists(refused.filter(referral__introduction=OuterRef("pk"))))
    said_yes = said_yes.exclude(Exists(refused.filter(led)))
    people = {contact or key for key, contact in said_yes.values_list("pk", "contact")}
    by_hand = sent_by_hand(advocate, rule.key)
    by_hand = by_hand.exclude(Exists(refused.filter(referral=OuterRef("pk"))))
    return len(people | set(by_hand.values_list("contact", flat=True)))


def recount(advocates: Collection[UUID], now: datetime) -> None:
    """What is no longer reached falls, the latest first, unless it was given: with its cause, so
    that it is earned again if it is reached later. The advocates are locked by now."""
    counted = Reward.objects.filter(trigger=Trigger.NTH, contact__in=advocates)
    rows = counted.select_related("terms").select_for_update(of=("self",), no_key=True)
    of_each: dict[tuple[UUID, str], list[Reward]] = defaultdict(list)
    for reward in rows.order_by("id"):
        of_each[reward.person_key, reward.rule_key].append(reward)
    for (advocate, _), theirs in of_each.items():
        rule = theirs[0].promised
        due = [one for one in theirs if one.is_open or one.fell_with_cause]
        left = how_many(advocate, rule) // rule.every - (len(theirs) - len(due))
        for one in due[max(left, 0) :]:
            worked = Worked(one.amount, WHOLE, why_not=NOT_REACHED)
            reckon(one, worked, one.terms.ceiling, now)
