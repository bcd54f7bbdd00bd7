"""Racers who win the same referrals, follow the same events and give the same rewards at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business
from businesses.refusals import Refusal
from contacts.services import change_contact
from referrals.models import Referral
from referrals.services import record_sent_someone
from rewards import services
from rewards.models import Reward, RewardCode, RewardFlag
from rewards.rules import Rule
from rewards.states import RewardState
from tests.introductions.factories import a_contact
from tests.introductions.racing import committed, race
from tests.referrals.factories import won
from tests.rewards.factories import published

RACERS = 4
CEILING = 10_000
RULES = (
    Rule("handshake", "both", "code", amount=500),
    Rule("won", "advocate", "credit", percent=10, cap=3_000),
    Rule("nth", "advocate", "credit", every=3, amount=1_000),
)
_HANDLERS = {
    "referral.opened": services.earn_by_arrival,
    "referral.moved": services.earn_by_step,
    "referral.won": services.earn_by_win,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was there in the end, and what went wrong on the way."""

    rewards: int
    expected: int
    told: int
    closed: Counter[str]
    # More codes than rewards that were given with one.
    codes_astray: int
    most_for_one: int
    strange: Sequence[str]


def some_referrals(business: Business, now: datetime, count: int, advocates: int) -> list[Referral]:
    """Sent by so many people in turn, under terms with a ceiling; and a code for each of them."""

    def make() -> list[Referral]:
        published(business, now, *RULES, ceiling=CEILING)
        codes = [f"CODE-{number}" for number in range(2 * count)]
        services.add_codes(business=business, codes=codes, by=SYSTEM, now=now)
        senders = [
            a_contact(business, now, f"Sender {number}", f"s{number}@x.example")
            for number in range(advocates)
        ]
        later = now + timedelta(minutes=1)
        return [
            record_sent_someone(
                business=business,
                name=f"Sent {number}",
                email=f"sent{number}@y.example",
                sender=senders[number % advocates],
                told_of_terms=True,
                by=SYSTEM,
                now=later,
            )
            for number in range(count)
        ]

    return committed(business, make)


def race_for(business: Business, referrals: Sequence[Referral], now: datetime) -> Found:
    """Each referral is won, followed up and rewarded by all racers at once."""
    strange: list[str] = []
    for referral in referrals:
        outcomes = race(business, *[partial(won, referral, now)] * RACERS)
        if sum(outcome is None for outcome in outcomes) != 1:
            strange.append(f"won by {outcomes}")
        strange += _strange(outcomes)
        strange += _strange(race(business, *[partial(_follow, referral, now)] * RACERS))
    for reward in committed(business, lambda: [*Reward.objects.open().order_by("id")]):
        strange += _strange(race(business, *_presses(reward, now)))
    return committed(business, partial(_found, len(referrals), strange))


def flagged(reward: Reward, now: datetime) -> object:
    """It turns out that both have one number."""
    assert reward.referral is not None
    assert reward.contact is not None
    for person in (reward.referral.contact, reward.contact):
        change_contact(contact=person, changes={"phone": "+46 40 123456"}, by=SYSTEM, now=now)
    return services.look_at(referrals=[reward.referral.pk], now=now)


def settled(reward: Reward, now: datetime, *, is_fine: bool) -> object:
    flag = RewardFlag.objects.get(referral=reward.referral_id)
    return services.settle_flag(flag=flag, is_fine=is_fine, words="Seen.", by=SYSTEM, now=now)


def _follow(referral: Referral, now: datetime) -> None:
    events = Event.objects.filter(subject_id=referral.pk, name__in=_HANDLERS)
    for event in events.order_by("recorded_at", "id"):
        _HANDLERS[event.name](event=event, now=now)


def _presses(reward: Reward, now: datetime) -> list[partial[object]]:
    by = {"reward": reward, "by": SYSTEM, "now": now}
    give = partial(_approve_and_give, reward, now)
    return [give, give, partial(services.void_reward, reason="A slip.", **by), give]


def _approve_and_give(reward: Reward, now: datetime) -> None:
    services.approve_reward(reward=reward, by=SYSTEM, now=now)
    services.give_reward(reward=reward, by=SYSTEM, now=now)


def _strange(outcomes: Sequence[BaseException | None]) -> list[str]:
    """Whatever is neither done nor refused with a sentence."""
    return [
        f"{type(one).__name__}: {one}"
        for one in outcomes
        if one is not None and not isinstance(one, Refusal)
    ]


def _found(count: int, strange: list[str]) -> Found:
    rewards = [*Reward.objects.all()]
    given: Counter[UUID] = Counter()
    for reward in rewards:
        if reward.void_because != "The ceiling for the year is reached.":
            given[reward.person_key] += reward.amount
    senders = Counter(Referral.objects.values_list("credits__advocate__contact_id", flat=True))
    return Found(
        rewards=len(rewards),
        # A welcome and a thank-you each, a share of each sale, and one for every third.
        expected=3 * count + sum(number // 3 for number in senders.values()),
        told=Event.objects.filter(name="reward.earned").count(),
        closed=Counter(reward.state for reward in rewards),
        codes_astray=RewardCode.objects.exclude(reward=None).count()
        - Reward.objects.filter(what="code", state=RewardState.GIVEN).count(),
        most_for_one=max(given.values(), default=0),
        strange=strange,
    )
