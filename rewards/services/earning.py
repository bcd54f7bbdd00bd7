"""What is earned, as it follows from what happened: once for each person, cause and rule.

Each of these runs after its event, and may run again: what is there stays as it is. People are
locked before their rewards are looked at, so that two causes at once keep to one ceiling.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db.models import Sum

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.tenancy import locked
from contacts.models import Contact
from introductions.models import Introduction
from introductions.states import IntroductionState
from outreach.models import ReminderKind
from outreach.services import add_reminder
from referrals.models import Referral
from referrals.states import ReferralState
from rewards.models import Reward
from rewards.recording import record_reward
from rewards.rules import Rule, rule_of
from rewards.services.doubts import look_at
from rewards.services.settling import void_reward
from rewards.states import MONEY, Person, RewardState, Trigger, What
from rewards.terms import in_force_at

OVER_CEILING = "The ceiling for the year is reached."
TAKEN_BACK = "The introduction was taken back."
_MADE = (Trigger.INTRODUCTION, Trigger.TAKING_PART)
_MET = (Trigger.HANDSHAKE, Trigger.NTH)


@dataclass(frozen=True, slots=True)
class Cause:
    """What something is earned by: who introduced, who was introduced, under which terms."""

    business: Business
    terms: Mapping[str, Any]
    advocate: Contact
    prospect: Contact | None = None
    introduction: Introduction | None = None
    referral: Referral | None = None
    sale: int = 0

    @property
    def people(self) -> Mapping[Person, Contact]:
        people = {Person.ADVOCATE: self.advocate}
        return people if self.prospect is None else people | {Person.PROSPECT: self.prospect}

    def rules(self, triggers: Collection[Trigger]) -> list[Rule]:
        kept = [rule_of(data) for data in self.terms.get("rules", [])]
        return [
            rule
            for rule in kept
            if rule.trigger in triggers
            and (rule.trigger != Trigger.WON_ABOVE or self.sale > rule.above)
        ]


def earn_by_introducing(*, event: Event, now: datetime) -> None:
    """Later, with introduction.shared, .offered and .vouched."""
    introduction = _introduction(event)
    if introduction is not None and introduction.state != IntroductionState.WITHDRAWN:
        _earn(_cause_of(introduction), _MADE, introduction.pk, now)


def earn_by_handshake(*, event: Event, now: datetime) -> None:
    """Later, with introduction.shook_hands: by then the referral is there."""
    introduction = _introduction(event)
    if introduction is None or introduction.contact is None:
        return
    referral = Referral.objects.led_to_by(introduction.pk).select_related("contact").first()
    cause = _cause_of(introduction, referral)
    if cause.terms and referral is not None:
        look_at(referral=referral, advocate=cause.advocate, now=now)
    _earn(cause, (*_MADE, *_MET), introduction.pk, now)


def earn_by_arrival(*, event: Event, now: datetime) -> None:
    """Later, with referral.opened: one that was recorded by hand counts as introduced."""
    referral = _referral(event)
    if referral is None or referral.introduction_id is not None:
        return
    cause = _cause_by_hand(referral)
    if cause is not None and cause.terms:
        look_at(referral=referral, advocate=cause.advocate, now=now)
        _earn(cause, (*_MADE, *_MET), referral.pk, now)


def earn_by_step(*, event: Event, now: datetime) -> None:
    """Later, with referral.moved: they have met."""
    if event.payload.get("to") in (ReferralState.MET, ReferralState.PROPOSED):
        _earn_by_referral(event, (Trigger.MET,), now)


def earn_by_win(*, event: Event, now: datetime) -> None:
    """Later, with referral.won. Whoever buys has met."""
    _earn_by_referral(event, (Trigger.MET, Trigger.WON, Trigger.WON_ABOVE), now)


def void_what_is_taken_back(*, event: Event, now: datetime) -> None:
    """Later, with introduction.withdrawn: what it alone had earned is not given."""
    rewards = Reward.objects.open().filter(
        introduction=event.subject_id, trigger=Trigger.INTRODUCTION
    )
    for reward in rewards.order_by("earned_at", "id"):
        void_reward(reward=reward, reason=TAKEN_BACK, by=SYSTEM, now=now)


def _earn_by_referral(event: Event, triggers: Collection[Trigger], now: datetime) -> None:
    referral = _referral(event)
    if referral is None:
        return
    if referral.introduction is not None:
        cause = _cause_of(referral.introduction, referral)
    else:
        by_hand = _cause_by_hand(referral)
        if by_hand is None:
            return
        # Who sent them may have been said after it was recorded.
        cause, triggers = by_hand, (*_MADE, *_MET, *triggers)
    _earn(replace(cause, sale=_sale(event, cause)), triggers, referral.pk, now)


def _sale(event: Event, cause: Cause) -> int:
    """What came in by the win, in the currency of the terms; another's is compared with nothing."""
    amount, currency = event.payload.get("amount", 0), event.payload.get("currency")
    return amount if isinstance(amount, int) and currency == cause.terms.get("currency") else 0


def _introduction(event: Event) -> Introduction | None:
    """What it was about; None once it is erased, which may be before a worker comes to this."""
    rows = Introduction.objects.select_related("business", "advocate__contact", "contact")
    return rows.filter(pk=event.subject_id).first()


def _referral(event: Event) -> Referral | None:
    rows = Referral.objects.select_related(
        "business", "contact", "introduction__advocate__contact", "introduction__business"
    )
    return rows.filter(pk=event.subject_id).first()


def _cause_of(introduction: Introduction, referral: Referral | None = None) -> Cause:
    return Cause(
        business=introduction.business,
        terms=introduction.terms,
        advocate=introduction.advocate.contact,
        prospect=referral.contact if referral else introduction.contact,
        introduction=introduction,
        referral=referral,
    )


def _cause_by_hand(referral: Referral) -> Cause | None:
    """Nobody was shown terms: those count that were in force when it was recorded."""
    credit = referral.credits.select_related("advocate__contact").order_by("created_at").first()
    if credit is None:
        return None
    return Cause(
        business=referral.business,
        terms=in_force_at(referral.business, referral.created_at),
        advocate=credit.advocate.contact,
        prospect=referral.contact,
        referral=referral,
    )


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
                    _keep(cause, rule, person, key, now)


def _causes(cause: Cause, rule: Rule, person: Person, cause_id: UUID) -> Sequence[UUID]:
    """What this is earned for: once by this, once for ever, or once for each full number."""
    if person == Person.PROSPECT:
        # Whoever is introduced by two is welcomed once.
        return [cause.people[person].pk]
    if rule.trigger == Trigger.TAKING_PART:
        return [cause.advocate.pk]
    if rule.trigger == Trigger.NTH:
        full = _how_many(cause, rule) // rule.every
        return [uuid5(cause.advocate.pk, str(number)) for number in range(1, full + 1)]
    return [cause_id]


def _how_many(cause: Cause, rule: Rule) -> int:
    """How many this advocate brought to a yes under this rule, counted with their row locked."""
    introduced = Introduction.objects.filter(
        advocate__contact=cause.advocate,
        state=IntroductionState.HANDSHAKE,
        terms__rules__contains=[{"key": rule.key}],
    )
    by_hand = (
        referral
        for referral in Referral.objects.filter(
            introduction=None, credits__advocate__contact=cause.advocate
        ).distinct()
        if _holds(in_force_at(cause.business, referral.created_at), rule)
    )
    return introduced.count() + sum(1 for _ in by_hand)


def _holds(terms: Mapping[str, Any], rule: Rule) -> bool:
    return any(data.get("key") == rule.key for data in terms.get("rules", []))


def _keep(cause: Cause, rule: Rule, person: Person, cause_id: UUID, now: datetime) -> None:
    """The reward, unless it is there already; above the ceiling it is void from the first."""
    contact = cause.people[person]
    once = {
        "business_id": cause.business.pk,
        "person_key": contact.pk,
        "trigger": rule.trigger,
        "cause_id": cause_id,
        "rule_key": rule.key,
    }
    if Reward.objects.filter(**once).exists():
        return
    today = clock.today(cause.business, now)
    amount, why_not = _within_ceiling(cause, contact, rule, today)
    reward, is_new = Reward.objects.get_or_create(
        **once,
        defaults={
            "terms_id": cause.terms["terms_id"],
            "contact": contact,
            "introduction": cause.introduction,
            "referral": cause.referral,
            "person": person,
            "rule": rule.as_data(),
            "what": rule.what,
            "amount": amount,
            "currency": cause.terms["currency"],
            "earned_at": now,
            "hold_until": today + timedelta(days=rule.hold_days),
            "created_at": now,
        },
    )
    if not is_new:
        return
    record_reward("reward.earned", reward, SYSTEM, now, {"trigger": rule.trigger})
    if why_not:
        void_reward(reward=reward, reason=why_not, by=SYSTEM, now=now)
    else:
        _remind(reward, contact, now)


def _within_ceiling(cause: Cause, contact: Contact, rule: Rule, today: date) -> tuple[int, str]:
    """What it is worth under the ceiling of the year, or why it cannot be given."""
    worth, ceiling = rule.worth(cause.sale), int(cause.terms.get("ceiling", 0))
    if not ceiling or not worth:
        return worth, ""
    zone = ZoneInfo(cause.business.timezone)
    begin, end = (datetime(year, 1, 1, tzinfo=zone) for year in (today.year, today.year + 1))
    had = (
        Reward.objects.filter(
            person_key=contact.pk,
            currency=cause.terms["currency"],
            earned_at__gte=begin,
            earned_at__lt=end,
        )
        .exclude(state=RewardState.VOID)
        .aggregate(sum=Sum("amount"))["sum"]
    )
    left = ceiling - int(had or 0)
    if worth <= left:
        return worth, ""
    if left > 0 and What(rule.what) in MONEY:
        return left, ""
    return worth, OVER_CEILING


def _remind(reward: Reward, contact: Contact, now: datetime) -> None:
    add_reminder(
        business=reward.business,
        kind=ReminderKind.REWARD,
        contact=contact,
        subject=reward,
        due_on=reward.hold_until,
        text=f"Give {contact.first_name} what was promised",
        dedupe=f"reward:{reward.pk}",
        by=SYSTEM,
        now=now,
    )
