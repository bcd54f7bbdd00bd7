"""Terms as they are published, and what was earned under them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from activity.actors import SYSTEM
from activity.models import Event
from activity.reactions import table
from businesses.models import Business
from introductions.models import Advocate, Introduction
from introductions.services import accept_introduction, send_handshake_now
from referrals.models import Referral
from rewards import services
from rewards.models import Reward, RewardTerms
from rewards.rules import Rule
from rewards.states import ForWhom, Trigger, What
from tests.introductions.factories import JONAS, shared

AS_REWARDED = "rewards.services"


def a_rule(trigger: str = Trigger.HANDSHAKE, **more: Any) -> Rule:
    """€20 of credit for whoever introduces, unless said otherwise."""
    told = {"for_whom": ForWhom.ADVOCATE, "what": What.CREDIT, "amount": 2_000} | more
    return Rule(trigger, **told)


def published(business: Business, now: datetime, *rules: Rule, **more: Any) -> RewardTerms:
    return services.publish_terms(business=business, rules=rules, by=SYSTEM, now=now, **more)


def shook_hands(
    advocate: Advocate, now: datetime, email: str = JONAS, first_name: str = "Jonas"
) -> Referral:
    """Sent by the advocate themself, as it is where something is given; and all that follows."""
    shaken = said_yes(advocate, now, email, first_name)
    referral = Referral.objects.led_to_by(shaken.pk).get()
    follow(now, shaken.pk, referral.pk)
    return referral


def said_yes(
    advocate: Advocate, now: datetime, email: str = JONAS, first_name: str = "Jonas"
) -> Introduction:
    """The same, before a worker comes to it."""
    row = shared(advocate, now, first_name=first_name)
    accept_introduction(introduction=row, email=email, now=now)
    return send_handshake_now(introduction=row, now=now)


def follow(now: datetime, *subjects: UUID) -> None:
    """What a worker would do of rewards for all that has happened (to these)."""
    events = Event.objects.filter(subject_id__in=subjects) if subjects else Event.objects.all()
    _follow(events, now)


def follow_since(last: UUID, now: datetime) -> UUID | None:
    """The same of what has happened since this event; the newest there is, if any."""
    done = _follow(Event.objects.filter(pk__gt=last), now)
    # What followed is told by events of its own: of those something follows the next time.
    return done[-1] if done else None


def follow_one(place: int, now: datetime) -> None:
    """Again what follows of one event of those that matter here, counted from the first."""
    events = Event.objects.filter(name__in=_names())
    keys = list(events.order_by("id").values_list("pk", flat=True))
    if keys:
        _follow(Event.objects.filter(pk=keys[place % len(keys)]), now)


def _names() -> list[str]:
    return [
        name
        for name, handlers in table().later.items()
        if any(handler.__module__.startswith(AS_REWARDED) for handler in handlers)
    ]


def _follow(events: QuerySet[Event], now: datetime) -> list[UUID]:
    found = list(events.order_by("id"))
    for event in found:
        for handler in table().later.get(event.name, ()):
            if handler.__module__.startswith(AS_REWARDED):
                handler(event=event, now=now)
    return [event.pk for event in found]


def the_reward(introduction: Introduction | None = None) -> Reward:
    rows = Reward.objects.all()
    return (rows.filter(introduction=introduction) if introduction else rows).get()


def approved(reward: Reward, now: datetime) -> Reward:
    return services.approve_reward(reward=reward, by=SYSTEM, now=now)


def given(reward: Reward, now: datetime, code: str = "") -> Reward:
    return services.give_reward(reward=reward, code=code, by=SYSTEM, now=now)


def void(reward: Reward, now: datetime) -> Reward:
    return services.void_reward(reward=reward, reason="A slip.", by=SYSTEM, now=now)
