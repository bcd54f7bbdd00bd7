"""Whatever is pressed in whatever order: one reward for one trigger, sums balance, ends are final.

`make faults SUITE=states` makes 2,000 runs of 50 steps.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Exists, OuterRef
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from introductions.models import Advocate, Introduction
from introductions.services import (
    advocate_for,
    take_back_introduction,
    take_up_introduction,
)
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from referrals.services import (
    correct_closed_business,
    give_back,
    left_of,
    own_introductions,
    record_sent_someone,
    split_credit,
)
from rewards import services
from rewards.models import Reward, RewardCode, RewardFlag
from rewards.rules import Rule
from rewards.services.counting import NOT_REACHED
from rewards.services.earning import NOT_MET, ONE_PERSON, TAKEN_BACK, WELCOMED
from rewards.services.reckoning import NOT_SHARED
from rewards.services.sales import BELOW, REFUNDED, TOO_LITTLE
from rewards.states import OVER_CEILING, REWARD_MOVES, RewardState
from tests.introductions.factories import a_contact, shared
from tests.referrals.factories import lost, moved, won
from tests.rewards.factories import (
    approved,
    follow,
    follow_one,
    follow_since,
    published,
    said_yes,
    shook_hands,
    void,
)
from tests.rewards.factories import given as give
from tests.thorough import length, runs

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CEILING = 6_000
EVERY = 2
LOOKED = "Nothing is given for it."
# What a state is called here where it is void: called off for good, or until its cause stands.
FELL = "fell"
FALLS = {REFUNDED, BELOW, TOO_LITTLE, NOT_SHARED, TAKEN_BACK, NOT_MET, ONE_PERSON, OVER_CEILING}
FALLS |= {NOT_REACHED, WELCOMED}
WAYS = {
    RewardState.EARNED: {RewardState.APPROVED, RewardState.VOID, FELL},
    RewardState.APPROVED: {RewardState.GIVEN, RewardState.VOID, FELL},
    RewardState.GIVEN: set(),
    RewardState.VOID: set(),
    FELL: {RewardState.EARNED},
}
RULES = (
    Rule("introduction", "advocate", "credit", amount=300),
    Rule("handshake", "both", "code", amount=500, hold_days=1),
    Rule("met", "advocate", "gift", words="coffee", amount=1_500),
    Rule("won", "advocate", "credit", percent=10, cap=2_500),
    Rule("nth", "advocate", "credit", every=EVERY, amount=1_000),
    Rule("taking_part", "advocate", "credit", amount=200),
)
# Others that promise something for the same.
OTHER_RULES = (
    Rule("introduction", "advocate", "gift", words="cake", amount=400),
    Rule("handshake", "both", "credit", amount=450),
    Rule("taking_part", "advocate", "gift", words="tea", amount=100),
)


class World:
    """An advocate with the people they send, one to share the credit with, and all the buttons."""

    def __init__(self, marta: Advocate, walter: Advocate) -> None:
        self.marta, self.now = marta, NOW
        self.walter = walter
        # The newest event of which all has followed.
        self.last = UUID(int=0)
        self.referrals: list[Referral] = []
        self.waiting: list[Introduction] = []
        self.made = 0

    def introduce(self, pick: int) -> None:
        """By an introduction; oftener by hand, which takes a tenth of the time."""
        self.made += 1
        # Some with an address that is worth a look.
        domain = "mailinator.com" if pick % 5 == 0 else "x.example"
        email, name = f"p{self.made}@{domain}", f"Jonas {self.made}"
        self._send(name, email, is_introduced=pick % 3 == 0)

    def send_again(self, referral: Referral) -> None:
        """The same person, be it talked about or over; by an introduction, or by hand."""
        self.made += 1
        contact = referral.contact
        self._send(contact.name, contact.email, is_introduced=self.made % 2 == 0)

    def _send(self, name: str, email: str, *, is_introduced: bool) -> None:
        if is_introduced:
            one = shook_hands(self.marta, self.now, email, name)
        else:
            one = record_sent_someone(
                business=self.marta.business,
                name=name,
                email=email,
                sender=self.marta.contact,
                told_of_terms=True,
                by=SYSTEM,
                now=self.now,
            )
            self.follow_new()
        if one not in self.referrals:
            self.referrals.append(one)

    def share(self, pick: int) -> None:
        """An introduction that waits for an answer."""
        self.waiting.append(shared(self.marta, self.now))
        self.follow_new()

    def of_introduction(self, act: Callable[..., Introduction]) -> Callable[[int], None]:
        def press(pick: int) -> None:
            if self.waiting:
                one = self.waiting[pick % len(self.waiting)]
                act(introduction=one, by=SYSTEM, now=self.now)
                # At times a worker is late.
                if pick % 3:
                    self.follow_new()

        return press

    def settle(self, pick: int) -> None:
        flag = RewardFlag.objects.open().order_by("id").first()
        if flag is not None:
            is_fine = pick % 3 != 0
            words = "All is well." if is_fine else LOOKED
            services.settle_flag(flag=flag, is_fine=is_fine, words=words, by=SYSTEM, now=self.now)

    def follow_new(self) -> None:
        """What a worker does of all that has happened since."""
        self.last = follow_since(self.last, self.now) or self.last

    def follow_again(self, pick: int) -> None:
        """What is done may be done once more, in any order; now and then everything."""
        if pick == 0:
            follow(self.now)
        else:
            follow_one(pick * len(self.referrals), self.now)

    def of_referral(self, act: Callable[[Referral], object]) -> Callable[[int], None]:
        def press(pick: int) -> None:
            if self.referrals:
                one = self.referrals[pick % len(self.referrals)]
                act(one)
                self.follow_new()

        return press

    def of_reward(self, act: Callable[[Reward, datetime], object]) -> Callable[[int], None]:
        def press(pick: int) -> None:
            rewards = list(Reward.objects.order_by("id"))
            if rewards:
                act(rewards[pick % len(rewards)], self.now)

        return press

    def of_sale(
        self, act: Callable[[ClosedBusiness, int], ClosedBusiness]
    ) -> Callable[[int], None]:
        def press(pick: int) -> None:
            sales = list(ClosedBusiness.objects.income().order_by("id"))
            if sales:
                one = sales[pick % len(sales)]
                act(one, pick)
                self.follow_new()

        return press

    def give_back(self, sale: ClosedBusiness, pick: int) -> ClosedBusiness:
        amount = left_of(sale) if pick % 2 else 1_000 * (1 + pick)
        return self._by_hand(give_back, sale, amount)

    def put_right(self, sale: ClosedBusiness, pick: int) -> ClosedBusiness:
        return self._by_hand(correct_closed_business, sale, 10_000 * (1 + pick % 4))

    def _by_hand(
        self, act: Callable[..., ClosedBusiness], sale: ClosedBusiness, amount: int
    ) -> ClosedBusiness:
        on = clock.today(sale.business, self.now)
        return act(closed_business=sale, amount=amount, on=on, by=SYSTEM, now=self.now)

    def split(self, referral: Referral) -> None:
        """With Walter, who introduced them as well and was shown the same."""
        if self.walter.pk not in own_introductions(referral):
            own = said_yes(self.walter, self.now, referral.contact.email)
            lead = referral.introduction or referral
            Introduction.objects.filter(pk=own.pk).update(terms=lead.terms)
        mine = 1 + (self.made * 37) % 99
        shares = {self.marta.pk: mine, self.walter.pk: 100 - mine}
        self.made += 1
        split_credit(referral=referral, shares=shares, by=SYSTEM, now=self.now)

    def publish(self, pick: int) -> None:
        rules = [RULES, RULES[:2], (), OTHER_RULES][pick % 4]
        published(self.marta.business, self.now, *rules, ceiling=CEILING)

    def upload(self, pick: int) -> None:
        codes = [f"C-{pick}-{RewardCode.objects.count()}"]
        services.add_codes(business=self.marta.business, codes=codes, by=SYSTEM, now=self.now)

    def wait(self, pick: int) -> None:
        self.now += timedelta(days=1 + pick % 3)

    def presses(self) -> dict[str, Callable[[int], None]]:
        return {
            "introduce": self.introduce,
            "send again": self.of_referral(self.send_again),
            "share": self.share,
            "take back": self.of_introduction(take_back_introduction),
            "take up": self.of_introduction(take_up_introduction),
            "settle": self.settle,
            "publish": self.publish,
            "upload": self.upload,
            "wait": self.wait,
            "meet": self.of_referral(lambda one: moved(one, "met", self.now)),
            "talk": self.of_referral(lambda one: moved(one, "talking", self.now)),
            "win": self.of_referral(lambda one: won(one, self.now)),
            "give back": self.of_sale(self.give_back),
            "put right": self.of_sale(self.put_right),
            "split": self.of_referral(self.split),
            "lose": self.of_referral(lambda one: lost(one, self.now)),
            "approve": self.of_reward(approved),
            "give": self.of_reward(give),
            "void": self.of_reward(void),
            "follow again": self.follow_again,
        }


NAMES = sorted(World(Advocate(), Advocate()).presses())
# One person twice, and another; all is looked at once more, and a third comes under other terms.
OFTEN = [
    ("introduce", 1),
    ("send again", 0),
    ("introduce", 2),
    ("follow again", 0),
    ("publish", 3),
    ("introduce", 1),
]


def test_every_state_is_in_the_table() -> None:
    assert set(REWARD_MOVES) == set(RewardState)
    assert not REWARD_MOVES[RewardState.GIVEN]
    # By one way alone: what fell with its sale or its introduction, when that stands again.
    assert REWARD_MOVES[RewardState.VOID] == {RewardState.EARNED}


@pytest.mark.django_db
def test_what_a_person_called_off_has_no_way_back(
    marta: Advocate, business: Business, now: datetime
) -> None:
    published(business, now, RULES[1])
    shook_hands(marta, now)
    one = void(Reward.objects.earliest("id"), now)

    with pytest.raises(NotPossibleNow):
        one.restore()


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.sampled_from([[], OFTEN]),
    steps=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 20)), **length(12)),
)
def test_whatever_is_pressed_each_is_earned_once_and_ends_are_final(
    marta: Advocate,
    business: Business,
    first: list[tuple[str, int]],
    steps: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        contact = a_contact(business, NOW, "Walter Holm", "walter@holm.example")
        world = World(marta, advocate_for(contact=contact, now=NOW))
        presses = world.presses()
        world.publish(0)
        before = look_round({})
        for name, pick in [*first, *steps]:
            was_refused = False
            try:
                with transaction.atomic():
                    presses[name](pick)
            except Refusal:
                was_refused = True
            after = look_round(before)
            assert after == before or not was_refused
            before = after
        transaction.set_rollback(True)


def look_round(before: Mapping[object, str]) -> dict[object, str]:
    """Whether all is as promised, in a few queries; the states that were found."""
    rewards = list(Reward.objects.annotate(has_code=Exists(_TAKEN)).defer("rule"))
    after = {one.pk: state_of(one) for one in rewards}
    assert set(before) <= set(after), "history is never taken away"
    for key, state in before.items():
        assert after[key] == state or after[key] in WAYS[state]
    assert Event.objects.filter(name="reward.earned").count() == len(after)
    assert max(rewarded_for(rewards).values(), default=0) <= 1, "one reward for one thing"
    assert max(full_numbers(rewards).values(), default=0) <= Referral.objects.count() // EVERY
    assert all(total <= CEILING for total in promised_to_each(rewards).values())
    assert set(shares_of_sales(rewards).values()) <= {100}, "what is shared comes to the whole"
    assert set(shares_of_credit().values()) <= {100}
    for one in rewards:
        is_given_code = one.what == "code" and one.state == RewardState.GIVEN
        assert vars(one)["has_code"] == is_given_code
    return after


def state_of(reward: Reward) -> str:
    """Told by the reason, which a person reads, and not by what the product goes by."""
    return FELL if reward.void_because in FALLS else reward.state


_TAKEN = RewardCode.objects.filter(reward=OuterRef("pk"))


def promised_to_each(rewards: Sequence[Reward]) -> Counter[UUID]:
    sums: Counter[UUID] = Counter()
    for one in rewards:
        if one.state != RewardState.VOID:
            sums[one.person_key] += one.amount
    return sums


def rewarded_for(rewards: Sequence[Reward]) -> Counter[tuple[object, ...]]:
    """How much that is not void each has for the same thing, in their own eyes."""
    thanked = ThankYou.objects.filter(reason="introduction", introduction__isnull=False)
    led_to = dict(thanked.values_list("introduction", "referral"))
    had: Counter[tuple[object, ...]] = Counter()
    for one in rewards:
        if one.state != RewardState.VOID:
            sent = one.referral_id or led_to.get(one.introduction_id) or one.introduction_id
            had.update((one.contact_id, one.trigger, thing) for thing in things(one, sent))
    return had


def things(reward: Reward, sent: UUID | None) -> list[object]:
    """For each whom they sent one step is one thing. Whoever was sent is welcomed once each time,
    and by the same promise once for ever; so is taking part."""
    if reward.trigger == "nth":
        return []
    if reward.trigger == "taking_part":
        return ["ever"]
    return [sent] if reward.person == "advocate" else [sent, reward.rule_key]


def full_numbers(rewards: Sequence[Reward]) -> Counter[object]:
    """How many full numbers each has something for: of no more than were ever sent."""
    return Counter(
        one.contact_id for one in rewards if one.state != RewardState.VOID and one.trigger == "nth"
    )


def shares_of_sales(rewards: Sequence[Reward]) -> Counter[tuple[UUID, str]]:
    """What each sale has earned for whoever is credited: all shares of one rule together."""
    shares: Counter[tuple[UUID, str]] = Counter()
    for one in rewards:
        if one.trigger == "won" and one.person == "advocate":
            shares[one.cause_id, one.rule_key] += one.share
    return shares


def shares_of_credit() -> Counter[UUID]:
    shares: Counter[UUID] = Counter()
    for referral, share in Credit.objects.values_list("referral", "share"):
        shares[referral] += share
    return shares
