"""Questions about rewards that read as English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from introductions.models import Introduction
from referrals.models import Referral
from referrals.states import ThanksReason
from rewards.states import FOR_THE_ACT, OPEN, FlagKind

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
        introduced them second; by an introduction; or by all that nobody has answered."""
        if flag.kind == FlagKind.UNANSWERED:
            assert flag.introduction is not None
            return self.filter(
                introduction__advocate=flag.introduction.advocate_id,
                introduction__contact=None,
                trigger__in=sorted(FOR_THE_ACT),
            )
        if flag.referral is None:
            return self.filter(introduction=flag.introduction_id)
        led = Introduction.objects.filter(
            thanks__referral=flag.referral, thanks__reason=ThanksReason.INTRODUCTION
        )
        mine = Q(referral=flag.referral) | Q(introduction__in=led)
        if flag.referral.introduction_id is not None:
            mine |= Q(introduction=flag.referral.introduction_id)
        return self.filter(mine)


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
        """What `RewardQuerySet.looked_at_by` says from the other side."""
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
        return self.filter(found)

    def open(self) -> Self:
        return self.filter(settled_at=None)
