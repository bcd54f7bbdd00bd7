"""Keeping what was earned: once, under the ceiling of the year, with a reminder to give it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Sum

from activity.actors import SYSTEM
from businesses import clock
from contacts.models import Contact
from outreach.models import ReminderKind
from outreach.services import add_reminder
from rewards.models import Reward
from rewards.querysets import RewardQuerySet
from rewards.recording import record_reward
from rewards.rules import Rule
from rewards.services.causes import Cause
from rewards.services.erasing import BECAUSE
from rewards.services.settling import refused_for, void_reward
from rewards.states import MONEY, OVER_CEILING, WHOLE, Person, RewardState, What


@dataclass(frozen=True, slots=True)
class Due:
    """Something that somebody has earned: by what, under which rule, and how much of it."""

    cause: Cause
    rule: Rule
    person: Person
    contact: Contact
    cause_id: UUID
    worth: int
    share: int = WHOLE
    lacks_rate: str = ""
    # Why nothing is given, where too little was left of the sale from the first.
    fell: str = ""

    def once(self) -> dict[str, Any]:
        """By what it is one, however often it is found to be due."""
        return {
            "business_id": self.cause.business.pk,
            "person_key": self.contact.pk,
            "trigger": self.rule.trigger,
            "cause_id": self.cause_id,
            "rule_key": self.rule.key,
        }

    def known(self) -> RewardQuerySet:
        return Reward.objects.filter(**self.once())


def keep(due: Due, now: datetime) -> None:
    """The reward, unless it is there already; above the ceiling, for somebody who was erased, or
    where a person has said that nothing is given for it, it is void from the first.

    Whoever it is for is locked by now, so that two causes at once keep to one ceiling; and so are
    the doubts (`hold_doubts`).
    """
    business = due.cause.business
    if due.known().exists():
        return
    wanted = Reward(
        **due.once(),
        business=business,
        terms_id=due.cause.terms["terms_id"],
        contact=due.contact,
        introduction=due.cause.introduction,
        referral=due.cause.referral,
        person=due.person,
        rule=due.rule.as_data(),
        what=due.rule.what,
        amount=due.worth,
        currency=due.cause.terms["currency"],
        share=due.share,
        lacks_rate=due.lacks_rate,
        earned_at=now,
        hold_until=clock.today(business, now) + timedelta(days=due.rule.hold_days),
        created_at=now,
    )
    wanted.amount, why_not = within_ceiling(wanted, due.worth, due.cause.ceiling)
    wanted.save(force_insert=True)
    record_reward("reward.earned", wanted, SYSTEM, now, {"trigger": due.rule.trigger})
    is_known = Contact.objects.known().filter(pk=due.contact.pk).exists()
    for_good = refused_for(wanted) if is_known else BECAUSE
    if reason := for_good or due.fell or why_not:
        void_reward(reward=wanted, reason=reason, fell_with_cause=not for_good, by=SYSTEM, now=now)
    else:
        remind(wanted, due.contact, now)


def within_ceiling(reward: Reward, worth: int, ceiling: int) -> tuple[int, str]:
    """How much of this it is under the ceiling of its year, or why it cannot be given."""
    if not ceiling or not worth:
        return worth, ""
    others = of_their_year(reward).exclude(state=RewardState.VOID).exclude(pk=reward.pk)
    had = others.aggregate(sum=Sum("amount"))["sum"]
    left = ceiling - int(had or 0)
    if worth <= left:
        return worth, ""
    if left > 0 and What(reward.what) in MONEY:
        return left, ""
    return worth, OVER_CEILING


def of_their_year(reward: Reward) -> RewardQuerySet:
    """All that counts for one ceiling: the same person's, of the year where the business is."""
    zone = ZoneInfo(reward.business.timezone)
    year = reward.earned_at.astimezone(zone).year
    begin, end = (datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
    return Reward.objects.filter(
        person_key=reward.person_key,
        currency=reward.currency,
        earned_at__gte=begin,
        earned_at__lt=end,
    )


def remind(reward: Reward, contact: Contact, now: datetime, again: str = "") -> None:
    """That it may be given; `again`: anew, for a reason that is a key of its own."""
    add_reminder(
        business=reward.business,
        kind=ReminderKind.REWARD,
        contact=contact,
        subject=reward,
        due_on=reward.hold_until,
        text=f"Give {contact.first_name} what was promised",
        dedupe=f"reward:{reward.pk}{again}",
        by=SYSTEM,
        now=now,
    )
