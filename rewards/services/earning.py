"""What is earned, as it follows from what happened: once for each person, cause and rule.

Each of these runs after its event, and may run again: what is there stays as it is. People are
locked before their rewards are looked at, so that two causes at once keep to one ceiling.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from activity.actors import SYSTEM
from activity.models import Event
from businesses.tenancy import locked
from introductions.models import Introduction
from introductions.states import IntroductionState
from referrals.models import Referral
from referrals.states import ReferralState
from rewards.models import Reward
from rewards.rules import Rule
from rewards.services.causes import (
    Cause,
    cause_by_hand,
    cause_of,
    cause_of_referral,
    introduction_of,
    lock_people,
    nth_cause,
    referral_of,
)
from rewards.services.doubts import look_at
from rewards.services.keeping import Due, keep
from rewards.services.sales import reckon_sales
from rewards.services.settling import void_reward
from rewards.states import Person, Trigger

TAKEN_BACK = "The introduction was taken back."
_MADE = (Trigger.INTRODUCTION, Trigger.TAKING_PART)
_MET = (Trigger.HANDSHAKE, Trigger.NTH)


def earn_by_introducing(*, event: Event, now: datetime) -> None:
    """Later, with introduction.shared, .offered and .vouched."""
    introduction = introduction_of(event.subject_id)
    if introduction is not None and introduction.state != IntroductionState.WITHDRAWN:
        _earn(cause_of(introduction), _MADE, introduction.pk, now)


def earn_by_handshake(*, event: Event, now: datetime) -> None:
    """Later, with introduction.shook_hands: by then the referral is there."""
    introduction = introduction_of(event.subject_id)
    if introduction is None or introduction.contact is None:
        return
    referral = Referral.objects.led_to_by(introduction.pk).select_related("contact").first()
    cause = cause_of(introduction, referral)
    if cause.terms and referral is not None:
        look_at(referral=referral, advocate=cause.advocate, now=now)
    _earn(cause, (*_MADE, *_MET), introduction.pk, now)


def earn_by_arrival(*, event: Event, now: datetime) -> None:
    """Later, with referral.opened: one that was recorded by hand counts as introduced."""
    referral = referral_of(event.subject_id)
    if referral is None or referral.introduction_id is not None:
        return
    cause = cause_by_hand(referral)
    if cause is not None and cause.terms:
        look_at(referral=referral, advocate=cause.advocate, now=now)
        _earn(cause, (*_MADE, *_MET), referral.pk, now)


def earn_by_step(*, event: Event, now: datetime) -> None:
    """Later, with referral.moved: they have met."""
    if event.payload.get("to") in (ReferralState.MET, ReferralState.PROPOSED):
        _earn_by_referral(event, now)


def earn_by_win(*, event: Event, now: datetime) -> None:
    """Later, with referral.won. Whoever buys has met."""
    _earn_by_referral(event, now, is_won=True)


def void_what_is_taken_back(*, event: Event, now: datetime) -> None:
    """Later, with introduction.withdrawn: what it alone had earned is not given."""
    rewards = Reward.objects.open().filter(
        introduction=event.subject_id, trigger=Trigger.INTRODUCTION
    )
    for reward in rewards.order_by("earned_at", "id"):
        void_reward(reward=reward, reason=TAKEN_BACK, by=SYSTEM, now=now)


def _earn_by_referral(event: Event, now: datetime, *, is_won: bool = False) -> None:
    referral = referral_of(event.subject_id)
    cause = cause_of_referral(referral) if referral is not None else None
    if referral is None or cause is None:
        return
    # Who sent somebody by hand may have been said after it was recorded.
    former = () if cause.introduction is not None else (*_MADE, *_MET)
    if is_won and cause.terms:
        locked(referral)
        lock_people(cause)
    _earn(cause, (*former, Trigger.MET), referral.pk, now)
    if is_won:
        reckon_sales([referral.pk], now)


def _earn(cause: Cause, triggers: Collection[Trigger], cause_id: UUID, now: datetime) -> None:
    rules = cause.rules(triggers)
    if not rules:
        return
    wanted = {person for rule in rules for person in rule.people if person in cause.people}
    # In one order everywhere, so that two who introduced each other wait rather than collide.
    for contact in sorted({cause.people[person] for person in wanted}, key=lambda one: one.pk):
        locked(contact)
    for rule in rules:
        for person in rule.people:
            if person in cause.people:
                for key in _causes(cause, rule, person, cause_id):
                    keep(Due(cause, rule, person, cause.people[person], key, rule.amount), now)


def _causes(cause: Cause, rule: Rule, person: Person, cause_id: UUID) -> Sequence[UUID]:
    """What this is earned for: once by this, once for ever, or once for each full number."""
    if person == Person.PROSPECT:
        # Whoever is introduced by two is welcomed once.
        return [cause.people[person].pk]
    if rule.trigger == Trigger.TAKING_PART:
        return [cause.advocate.pk]
    if rule.trigger == Trigger.NTH:
        full = _how_many(cause, rule) // rule.every
        return [nth_cause(cause.advocate.pk, number) for number in range(1, full + 1)]
    return [cause_id]


def _how_many(cause: Cause, rule: Rule) -> int:
    """How many this advocate brought to a yes under this rule, counted with their row locked."""
    introduced = Introduction.objects.filter(
        advocate__contact=cause.advocate,
        state=IntroductionState.HANDSHAKE,
        terms__rules__contains=[{"key": rule.key}],
    )
    by_hand = Referral.objects.filter(
        introduction=None,
        credits__advocate__contact=cause.advocate,
        terms__rules__contains=[{"key": rule.key}],
    )
    return introduced.count() + by_hand.distinct().count()
