"""What is earned, as it follows from what happened: once for each person, cause and rule.

Each of these runs after its event, and may run again: what is there stays as it is. People are
locked before their rewards are looked at, so that two causes at once keep to one ceiling.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from activity.models import Event
from businesses.tenancy import locked
from contacts.models import Contact
from introductions.models import Introduction
from referrals.models import Referral
from referrals.services import have_met
from referrals.states import ThanksReason
from rewards.models import Reward
from rewards.querysets import RewardQuerySet
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
from rewards.services.counting import how_many
from rewards.services.doubts import hold_doubts, look_at, look_at_introduction
from rewards.services.keeping import Due, keep
from rewards.services.reckoning import Worked, reckon
from rewards.services.sales import reckon_sales
from rewards.states import FOR_THE_ACT, OVER_CEILING, WHOLE, Person, Trigger
from rewards.yeses import SENDER_TOLD, introduced, sent_by_hand

TAKEN_BACK = "The introduction was taken back."
NOT_MET = "You have not met yet, after all."
ONE_PERSON = "They had sent the same person before."
WELCOMED = "They were welcomed before."
_YES = frozenset({Trigger.HANDSHAKE, Trigger.NTH})
# What somebody is sent for, and can be sent for twice: by hand and by an introduction, or by two.
_FOR_SENDING = frozenset({Trigger.INTRODUCTION, Trigger.HANDSHAKE})


def earn_by_introducing(*, event: Event, now: datetime) -> None:
    """Later, with whatever makes an introduction, takes it back, or takes it up again: what it
    earns follows from what it is by now, whichever of these a worker comes to last."""
    introduction = introduction_of(event.subject_id)
    if introduction is None:
        return
    cause = cause_of(introduction, _led_to(introduction))
    if not cause.rules(FOR_THE_ACT):
        return
    # One at a time, and only then a look: the last has seen all that was done to it.
    locked(cause.advocate)
    if Introduction.objects.made().filter(pk=introduction.pk).exists():
        look_at_introduction(introduction=introduction, now=now)
        _earn(cause, FOR_THE_ACT, introduction.pk, now)
    else:
        _void_what_is_taken_back(cause, introduction.pk, now)


def earn_by_handshake(*, event: Event, now: datetime) -> None:
    """Later, with introduction.shook_hands: by then the referral is there."""
    introduction = introduction_of(event.subject_id)
    if introduction is None or introduction.contact is None:
        return
    referral = _led_to(introduction)
    cause = cause_of(introduction, referral)
    if cause.terms and referral is not None:
        locked(referral)
        look_at_introduction(introduction=introduction, now=now)
        look_at(referrals=[referral.pk], now=now)
    _earn(cause, FOR_THE_ACT | _YES, introduction.pk, now)


def earn_by_arrival(*, event: Event, now: datetime) -> None:
    """Later, with referral.opened, and .credited where the sender is named after that: one that was
    recorded by hand counts as introduced."""
    referral = referral_of(event.subject_id)
    if referral is None or referral.introduction_id is not None:
        return
    cause = cause_by_hand(referral)
    if cause is not None and cause.terms:
        locked(referral)
        look_at(referrals=[referral.pk], now=now)
        _earn(cause, FOR_THE_ACT | _YES, referral.pk, now)


def earn_by_telling(*, event: Event, now: datetime) -> None:
    """Later, with referral.told: what has happened so far is earned by whoever knows of it now."""
    earn_by_arrival(event=event, now=now)
    referral = referral_of(event.subject_id)
    if referral is not None:
        _earn_by_referral(event, now, is_won=referral.is_won)


def earn_by_step(*, event: Event, now: datetime) -> None:
    """Later, with referral.moved: they have met, or have not, where that was a slip."""
    _earn_by_referral(event, now)


def earn_by_win(*, event: Event, now: datetime) -> None:
    """Later, with referral.won. Whoever buys has met."""
    _earn_by_referral(event, now, is_won=True)


def _earn_by_referral(event: Event, now: datetime, *, is_won: bool = False) -> None:
    referral = referral_of(event.subject_id)
    cause = cause_of_referral(referral) if referral is not None else None
    if referral is None or cause is None:
        return
    current = locked(referral)
    # By now more may be known of them than when they came.
    look_at(referrals=[referral.pk], now=now)
    if cause.terms:
        lock_people(cause)
        if have_met(current):
            _earn(cause, [Trigger.MET], referral.pk, now)
        else:
            _void_what_was_a_slip(cause, referral, now)
    if is_won:
        reckon_sales([referral.pk], now)


def _earn(cause: Cause, triggers: Collection[Trigger], cause_id: UUID, now: datetime) -> None:
    rules = cause.rules(triggers)
    if not rules:
        return
    wanted = {person for rule in rules for person in cause.gets(rule)}
    # In one order everywhere, so that two who introduced each other wait rather than collide.
    for contact in sorted({cause.people[person] for person in wanted}, key=lambda one: one.pk):
        locked(contact)
    hold_doubts(cause)
    for rule in rules:
        for person in cause.gets(rule):
            for key in _causes(cause, rule, person, cause_id):
                _keep_once(Due(cause, rule, person, cause.people[person], key, rule.amount), now)


def _keep_once(due: Due, now: datetime) -> None:
    """What fell with an introduction that was taken back is earned again by one that stands. For
    taking part there is one reward, whichever version of the terms it was promised under; and for
    sending somebody one, however often they were sent."""
    if due.rule.trigger == Trigger.TAKING_PART and _is_had_elsewhere(due):
        return
    if due.rule.trigger in _FOR_SENDING and _is_had_for_them(due):
        why_not = ONE_PERSON if due.person == Person.ADVOCATE else WELCOMED
        for reward in due.known():
            reckon(reward, Worked(reward.amount, WHOLE, why_not=why_not), due.cause.ceiling, now)
        return
    fallen = due.known().filter(fell_with_cause=True)
    if fallen.update(introduction=due.cause.introduction, referral=due.cause.referral):
        reckon(fallen.get(), Worked(due.worth, WHOLE), due.cause.ceiling, now)
    else:
        keep(due, now)


def _void_what_is_taken_back(cause: Cause, cause_id: UUID, now: datetime) -> None:
    """What it alone had earned is not given; what still stands may be a first one instead."""
    for rule in cause.rules(FOR_THE_ACT):
        if rule.trigger == Trigger.TAKING_PART and _has_taken_part(cause, rule):
            continue
        [key] = _causes(cause, rule, Person.ADVOCATE, cause_id)
        due = Due(cause, rule, Person.ADVOCATE, cause.advocate, key, rule.amount)
        for reward in due.known():
            worked = Worked(reward.amount, WHOLE, why_not=TAKEN_BACK)
            reckon(reward, worked, cause.ceiling, now)
    if (other := _took_part_by(cause.advocate)) is not None:
        _earn(other, [Trigger.TAKING_PART], cause_id, now)


def _void_what_was_a_slip(cause: Cause, referral: Referral, now: datetime) -> None:
    """*Met* was pressed, and put back."""
    keys = [rule.key for rule in cause.rules([Trigger.MET])]
    rewards = Reward.objects.filter(referral=referral, trigger=Trigger.MET, rule_key__in=keys)
    for reward in rewards.order_by("id"):
        reckon(reward, Worked(reward.amount, WHOLE, why_not=NOT_MET), cause.ceiling, now)


def _causes(cause: Cause, rule: Rule, person: Person, cause_id: UUID) -> Sequence[UUID]:
    """What this is earned for: once by this, once for ever, or once for each full number."""
    if person == Person.PROSPECT:
        # Whoever is introduced by two is welcomed once.
        return [cause.people[person].pk]
    if rule.trigger == Trigger.TAKING_PART:
        return [cause.advocate.pk]
    if rule.trigger == Trigger.NTH:
        full = how_many(cause.advocate.pk, rule) // rule.every
        return [nth_cause(cause.advocate.pk, number) for number in range(1, full + 1)]
    return [cause_id]


def _has_taken_part(cause: Cause, rule: Rule) -> bool:
    advocate = cause.advocate.pk
    is_made = introduced(advocate, rule.key).made().exists()
    return is_made or sent_by_hand(advocate, rule.key).exists()


def _is_had_elsewhere(due: Due) -> bool:
    """Whether taking part was rewarded by another introduction, be it of other terms."""
    had = _had(due).filter(cause_id=due.cause_id)
    if due.cause.introduction is not None:
        return had.exclude(introduction=due.cause.introduction).exists()
    return had.exclude(referral=due.cause.referral).exists()


def _is_had_for_them(due: Due) -> bool:
    """Whether whoever introduces has it for the same person, by hand or by another introduction,
    be it of other terms; or whoever was introduced has it under what another had shown them."""
    referral = due.cause.referral
    if referral is None:
        return False
    if due.person == Person.PROSPECT:
        mine = {rule.key for rule in due.cause.rules([Trigger(due.rule.trigger)])}
        return _had(due).filter(referral=referral).exclude(rule_key__in=mine).exists()
    led = Introduction.objects.filter(
        thanks__referral=referral, thanks__reason=ThanksReason.INTRODUCTION
    )
    had = _had(due).filter(Q(referral=referral) | Q(introduction__in=led))
    if due.cause.introduction is None:
        return had.exclude(introduction=None).exists()
    return had.exclude(introduction=due.cause.introduction).exists()


def _had(due: Due) -> RewardQuerySet:
    """What they have for this, be it called off; what fell with its cause they have not."""
    rows = Reward.objects.filter(person_key=due.contact.pk, trigger=due.rule.trigger)
    return rows.filter(Q(fell_with_cause=False) | Q(void_because=OVER_CEILING))


def _led_to(introduction: Introduction) -> Referral | None:
    rows = Referral.objects.led_to_by(introduction.pk).select_related("contact", "business")
    return rows.first()


def _took_part_by(advocate: Contact) -> Cause | None:
    """The earliest of theirs that stands and was promised something for taking part."""
    promised = {"terms__rules__contains": [{"trigger": Trigger.TAKING_PART}]}
    made = Introduction.objects.made().filter(advocate__contact=advocate, **promised)
    first = made.select_related("business", "advocate__contact").order_by("created_at", "id")
    if (introduction := first.first()) is not None:
        return cause_of(introduction)
    sent = Referral.objects.filter(introduction=None, credits__advocate__contact=advocate)
    rows = sent.filter(SENDER_TOLD, **promised).select_related("business", "contact")
    referral = rows.order_by("created_at", "id").first()
    cause = cause_by_hand(referral) if referral is not None else None
    return cause if cause is not None and cause.advocate == advocate else None
