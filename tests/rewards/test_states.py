"""Whatever is pressed in whatever order: one reward for one trigger, sums balance, ends are final.

`make faults SUITE=states` makes 2,000 runs of 50 steps.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import QuerySet, Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from introductions.models import Advocate
from introductions.services import advocate_for
from referrals.models import ClosedBusiness, Referral
from referrals.services import correct_closed_business, give_back, left_of, split_credit
from rewards import services
from rewards.models import Reward, RewardCode
from rewards.rules import Rule
from rewards.states import REWARD_MOVES, RewardState
from tests.introductions.factories import a_contact
from tests.referrals.factories import lost, moved, won
from tests.rewards.factories import approved, follow, published, shook_hands, void
from tests.rewards.factories import given as give
from tests.thorough import length, runs

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CEILING = 6_000
RULES = (
    Rule("handshake", "both", "code", amount=500, hold_days=1),
    Rule("met", "advocate", "gift", words="coffee", amount=1_500),
    Rule("won", "advocate", "credit", percent=10, cap=2_500),
    Rule("nth", "advocate", "credit", every=2, amount=1_000),
)


class World:
    """An advocate with the people they send, one to share the credit with, and all the buttons."""

    def __init__(self, marta: Advocate, walter: Advocate) -> None:
        self.marta, self.now = marta, NOW
        self.walter = walter
        self.referrals: list[Referral] = []
        self.made = 0

    def introduce(self, pick: int) -> None:
        self.made += 1
        one = shook_hands(self.marta, self.now, f"p{self.made}@x.example", f"Jonas {self.made}")
        self.referrals.append(one)

    def of_referral(self, act: Callable[[Referral], object]) -> Callable[[int], None]:
        def press(pick: int) -> None:
            if self.referrals:
                one = self.referrals[pick % len(self.referrals)]
                act(one)
                follow(self.now, one.pk)

        return press

    def of_reward(self, act: Callable[[Reward, datetime], object]) -> Callable[[int], None]:
        def press(pick: int) -> None:
            rewards = list(Reward.objects.order_by("id"))
            if rewards:
                act(rewards[pick % len(rewards)], self.now)

        return press

    def of_sale(self, act: Callable[[ClosedBusiness, int], object]) -> Callable[[int], None]:
        def press(pick: int) -> None:
            sales = list(ClosedBusiness.objects.income().order_by("id"))
            if sales:
                one = sales[pick % len(sales)]
                act(one, pick)
                follow(self.now)

        return press

    def give_back(self, sale: ClosedBusiness, pick: int) -> None:
        amount = left_of(sale) if pick % 2 else 1_000 * (1 + pick)
        self._by_hand(give_back, sale, amount)

    def put_right(self, sale: ClosedBusiness, pick: int) -> None:
        self._by_hand(correct_closed_business, sale, 10_000 * (1 + pick % 4))

    def _by_hand(self, act: Callable[..., object], sale: ClosedBusiness, amount: int) -> None:
        on = clock.today(sale.business, self.now)
        act(closed_business=sale, amount=amount, on=on, by=SYSTEM, now=self.now)

    def split(self, referral: Referral) -> None:
        mine = 1 + (self.made * 37) % 99
        shares = {self.marta.pk: mine, self.walter.pk: 100 - mine}
        self.made += 1
        split_credit(referral=referral, shares=shares, by=SYSTEM, now=self.now)

    def publish(self, pick: int) -> None:
        rules = [RULES, RULES[:2], ()][pick % 3]
        published(self.marta.business, self.now, *rules, ceiling=CEILING)

    def upload(self, pick: int) -> None:
        codes = [f"C-{pick}-{RewardCode.objects.count()}"]
        services.add_codes(business=self.marta.business, codes=codes, by=SYSTEM, now=self.now)

    def wait(self, pick: int) -> None:
        self.now += timedelta(days=1 + pick % 3)

    def presses(self) -> dict[str, Callable[[int], None]]:
        return {
            "introduce": self.introduce,
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
            "follow again": lambda pick: follow(self.now),
        }


NAMES = sorted(World(Advocate(), Advocate()).presses())


def test_every_state_is_in_the_table() -> None:
    assert set(REWARD_MOVES) == set(RewardState)
    assert not REWARD_MOVES[RewardState.GIVEN]
    # By one way alone: what fell with its sale, when the sale is put right.
    assert REWARD_MOVES[RewardState.VOID] == {RewardState.EARNED}


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 20)), **length(12)))
def test_whatever_is_pressed_each_is_earned_once_and_ends_are_final(
    marta: Advocate, business: Business, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        contact = a_contact(business, NOW, "Walter Holm", "walter@holm.example")
        world = World(marta, advocate_for(contact=contact, now=NOW))
        presses = world.presses()
        world.publish(0)
        for name, pick in steps:
            before = states()
            try:
                with transaction.atomic():
                    presses[name](pick)
            except Refusal:
                assert states() == before
            look_round(before)
        transaction.set_rollback(True)


def states() -> dict[object, str]:
    return dict(Reward.objects.values_list("pk", "state"))


def look_round(before: dict[object, str]) -> None:
    after = states()
    assert set(before) <= set(after), "history is never taken away"
    for key, state in before.items():
        assert after[key] == state or after[key] in REWARD_MOVES[state]
    assert Event.objects.filter(name="reward.earned").count() == len(after)
    once = Reward.objects.values("person_key", "trigger", "cause_id", "rule_key").distinct()
    assert once.count() == len(after)
    by_person = (
        Reward.objects.exclude(state=RewardState.VOID)
        .values("person_key")
        .annotate(sum=Sum("amount"))
    )
    assert all(row["sum"] <= CEILING for row in by_person)
    for pair in parts_of_sales():
        assert pair["shares"] == 100, "what is shared comes to the whole"
    with_code = set(RewardCode.objects.exclude(reward=None).values_list("reward_id", flat=True))
    given_codes = Reward.objects.filter(what="code", state=RewardState.GIVEN)
    assert with_code == set(given_codes.values_list("pk", flat=True))


def parts_of_sales() -> QuerySet[Reward, dict[str, int]]:
    """What each sale has earned for whoever is credited: all shares of one rule together."""
    rows = Reward.objects.filter(trigger="won", person="advocate")
    return rows.values("cause_id", "rule_key").annotate(shares=Sum("share"))
