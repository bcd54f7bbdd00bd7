"""Questions about rewards that read as English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from rewards.states import OPEN

if TYPE_CHECKING:
    from referrals.models import Referral
    from rewards.models import Reward, RewardCode, RewardFlag  # noqa: F401  # named in strings


class RewardQuerySet(models.QuerySet["Reward"]):
    def open(self) -> Self:
        return self.filter(state__in=sorted(OPEN))

    def with_people(self) -> Self:
        return self.select_related(
            "contact", "referral__contact", "introduction__contact", "introduction__advocate"
        )

    def of_referral(self, referral: Referral) -> Self:
        """All that was earned by it, also before it was one."""
        mine = Q(referral=referral)
        if referral.introduction_id is not None:
            mine |= Q(introduction=referral.introduction_id)
        return self.filter(mine)


class RewardCodeQuerySet(models.QuerySet["RewardCode"]):
    def left(self) -> Self:
        """Not given yet."""
        return self.filter(reward=None)


class RewardFlagQuerySet(models.QuerySet["RewardFlag"]):
    def open(self) -> Self:
        return self.filter(settled_at=None)
