"""Whom somebody brought under a rule that they were shown: by introductions, and by hand."""

from uuid import UUID

from django.db.models import Q

from introductions.models import Introduction
from introductions.querysets import IntroductionQuerySet
from referrals.models import Referral
from referrals.querysets import ReferralQuerySet
from rewards.states import Person

# Recorded by hand, and the sender knew what is given.
SENDER_TOLD = ~Q(terms__has_key="told") | Q(terms__told__contains=[Person.ADVOCATE])


def introduced(advocate: UUID, rule_key: str) -> IntroductionQuerySet:
    """All their introductions under it, whatever became of them."""
    return Introduction.objects.filter(
        advocate__contact=advocate, terms__rules__contains=[{"key": rule_key}]
    )


def sent_by_hand(advocate: UUID, rule_key: str) -> ReferralQuerySet:
    """Those that were recorded by hand, where they had been told of it."""
    rows = Referral.objects.filter(
        SENDER_TOLD,
        introduction=None,
        credits__advocate__contact=advocate,
        terms__rules__contains=[{"key": rule_key}],
    )
    return rows.distinct()
