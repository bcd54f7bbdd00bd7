"""Questions about rewards that read as English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from introductions.models import Introduction
from referrals.models import Referral
from referrals.states import ThanksReason
from rewards.states import FOR_THE_ACT, OF_THOSE_ALONE, OPEN, FlagKind, Trigger
from rewards.yeses import introduced, sent_by_hand

if TYPE_CHECKING:
    from rewards.models import (  # noqa: F401  # named in strings
        Reward,
        RewardCode,
        RewardFlag,
        RewardTerms,
    )


class RewardTermsQuerySet(models.QuerySet["RewardTerms"]):
    def with_end(self) -> Self:
        """With `until`: when another version took their place; None for those in force."""
        following = self.model._default_manager.filter(
            business=OuterRef("business"), version=OuterRef("version") + 1
        )
        until = Subquery(following.values("published_at"))
        return self.select_related("business").annotate(until=until)


class RewardQuerySet(models.QuerySet["Reward"]):
    def open(self) -> Self:
        return self.filter(state__in=sorted(OPEN))

    def settled(self) -> Self:
        return self.exclude(state__in=sorted(OPEN))

    def with_people(self) -> Self:
        return self.select_related(
            "contact", "referral__contact", "introduction__contact", "introduction__advocate"
        )

    def looked_at_by(self, flag: RewardFlag) -> Self:
        """What was earned by what it is about: by a referral, also before it was one and by whoever
        introduced them second; by an introduction; or by all that nobody has answered. What is
        earned by so many yeses is not: they are counted without it (`counting.recount`)."""
        rows = self.exclude(trigger=Trigger.NTH)
        if flag.kind == FlagKind.UNANSWERED:
            assert flag.introduction is not None
            return rows.filter(
                introduction__advocate=flag.introduction.advocate_id,
                introduction__contact=None,
                trigger__in=sorted(FOR_THE_ACT),
            )
        if flag.referral is None:
            return rows.filter(introduction=flag.introduction_id)
        led = Introduction.objects.filter(
            thanks__referral=flag.referral, thanks__reason=ThanksReason.INTRODUCTION
        )
        mine = Q(referral=flag.referral) | Q(introduction__in=led)
        if flag.referral.introduction_id is not None:
            mine |= Q(introduction=flag.referral.introduction_id)
        return rows.filter(mine)


class RewardCodeQuerySet(models.QuerySet["RewardCode"]):
    def left(self) -> Self:
        """Not given yet."""
        return self.filter(reward=None)


class RewardFlagQuerySet(models.QuerySet["RewardFlag"]):
    def with_people(self) -> Self:
        return self.select_related(
            "business", "referral__contact", "introduction__advocate__contact"
        )

    def about(self, reward: Reward) -> Self:
        """What `RewardQuerySet.looked_at_by` says from the other side; and where so many yeses are
        counted, what is about any of them."""
        found = Q(pk=None)
        if reward.referral_id is not None:
            found |= Q(referral=reward.referral_id)
        if (introduction := reward.introduction) is not None:
            found |= Q(introduction=introduction) & ~Q(kind=FlagKind.UNANSWERED)
            found |= Q(referral__introduction=introduction)
            found |= Q(referral__in=Referral.objects.led_to_by(introduction.pk))
            if introduction.contact_id is None and reward.trigger in FOR_THE_ACT:
                found |= Q(
                    kind=FlagKind.UNANSWERED, introduction__advocate=introduction.advocate_id
                )
        if reward.trigger == Trigger.NTH and reward.contact_id is not None:
            found |= _about_yeses(reward.contact_id, reward.rule_key)
        return self.filter(found)

    def refused(self) -> Self:
        """Where a person said that nothing is given, whatever is earned by it later."""
        return self.filter(is_fine=False).exclude(kind__in=sorted(OF_THOSE_ALONE))

    def open(self) -> Self:
        return self.filter(settled_at=None)


def _about_yeses(advocate: UUID, rule_key: str) -> Q:
    yeses = introduced(advocate, rule_key).shaken()
    led = Referral.objects.filter(
        thanks__introduction__in=yeses, thanks__reason=ThanksReason.INTRODUCTION
    )
    by_hand = sent_by_hand(advocate, rule_key)
    found = Q(introduction__in=yeses) | Q(referral__in=led) | Q(referral__in=by_hand)
    return found & ~Q(kind__in=sorted(OF_THOSE_ALONE))
