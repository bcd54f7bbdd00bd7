"""However many press at once: one reward for one cause, one ceiling, each code once."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from django.db import transaction

from activity.actors import SYSTEM
from businesses.models import Business, User
from introductions.models import Introduction
from introductions.services import take_back_introduction, take_up_introduction
from rewards.models import Reward, RewardCode, RewardFlag, RewardTerms
from rewards.services import NoCodeLeft, add_codes, settle_flag, take_away_codes
from rewards.states import RewardState, Trigger
from tests.introductions.factories import an_advocate, shared
from tests.introductions.racing import assert_one_won, committed, grounds, race
from tests.rewards.factories import (
    a_rule,
    approved,
    follow,
    given,
    published,
    said_yes,
    shook_hands,
    void,
)
from tests.rewards.racing import CEILING, race_for, some_referrals

pytestmark = pytest.mark.django_db(transaction=True)


def earned(
    business: Business, now: datetime, domain: str = "x.example", what: str = "code"
) -> Reward:
    """A reward, and two codes for it."""
    published(business, now, a_rule(what=what))
    add_codes(business=business, codes=["C-1", "C-2"], by=SYSTEM, now=now)
    referral = shook_hands(an_advocate(business, now), now, f"jonas@{domain}")
    return Reward.objects.get(referral=referral)


def earned_alone(owner: User, now: datetime) -> Iterator[tuple[Business, Reward]]:
    """A reward in a business of its own, for each race."""
    return grounds(owner, now, partial(earned, now=now))


def approved_alone(owner: User, now: datetime) -> Iterator[tuple[Business, Reward]]:
    return grounds(owner, now, lambda business: approved(earned(business, now), now))


def test_no_reward_is_doubled_however_many_wins_race(business: Business, now: datetime) -> None:
    referrals = some_referrals(business, now, count=6, advocates=2)

    found = race_for(business, referrals, now)

    assert not found.strange
    assert found.rewards == found.expected == found.told
    assert set(found.closed) <= {RewardState.GIVEN, RewardState.VOID}
    assert found.codes_astray == 0
    assert found.most_for_one <= CEILING


def test_of_approving_and_calling_off_nothing_is_half_done(alice: User, now: datetime) -> None:
    for own, row in earned_alone(alice, now):
        outcomes = race(own, partial(approved, row, now), partial(void, row, now))

        # Called off in the end, be it as earned or after it was approved.
        assert outcomes[1] is None
        assert committed(own, partial(Reward.objects.get, pk=row.pk)).state == "void"


@pytest.mark.parametrize("press", [approved, void])
def test_two_presses_of_one_button_are_one(
    alice: User, now: datetime, press: Callable[[Reward, datetime], object]
) -> None:
    for own, row in earned_alone(alice, now):
        assert_one_won(race(own, partial(press, row, now), partial(press, row, now)))


@pytest.mark.parametrize("other", [void, given])
def test_of_giving_and_another_button_one_wins_and_one_code_at_most_is_taken(
    alice: User, now: datetime, other: Callable[[Reward, datetime], object]
) -> None:
    for own, row in approved_alone(alice, now):
        assert_one_won(race(own, partial(given, row, now), partial(other, row, now)))

        taken = committed(own, RewardCode.objects.exclude(reward=None).count)
        assert taken == committed(own, Reward.objects.filter(state="given").count)


def test_two_rewards_given_at_once_get_two_codes(alice: User, now: datetime) -> None:
    def begin(business: Business) -> list[Reward]:
        first = earned(business, now)
        ines = an_advocate(business, now, name="Ines Duarte", email="ines@x.example")
        second = Reward.objects.get(referral=shook_hands(ines, now, "ida@y.example", "Ida"))
        return [approved(row, now) for row in (first, second)]

    for own, rows in grounds(alice, now, begin):
        assert race(own, *(partial(given, row, now) for row in rows)) == [None, None]

        assert not committed(own, RewardCode.objects.left().exists)


def test_terms_published_at_once_are_versions_one_after_the_other(
    alice: User, now: datetime
) -> None:
    for own, _ in grounds(alice, now, lambda business: published(business, now, a_rule())):
        both = [partial(published, own, now, a_rule(amount=amount)) for amount in (1, 2)]

        assert race(own, *both) == [None, None]

        versions = RewardTerms.objects.order_by("version").values_list("version", flat=True)
        assert committed(own, partial(list, versions)) == [1, 2, 3]


@pytest.mark.parametrize("press", [given, void])
def test_of_the_same_press_twice_one_counts(
    alice: User, now: datetime, press: Callable[..., Reward]
) -> None:
    for own, row in approved_alone(alice, now):
        assert_one_won(race(own, partial(press, row, now), partial(press, row, now)))

        taken = committed(own, RewardCode.objects.exclude(reward=None).count)
        assert taken == int(press is given)


def test_of_two_who_looked_one_is_heard_and_the_reward_follows(alice: User, now: datetime) -> None:
    def begin(business: Business) -> tuple[Reward, RewardFlag]:
        row = earned(business, now, "mailinator.com", "credit")
        return row, RewardFlag.objects.get(referral=row.referral_id)

    for own, (row, flag) in grounds(alice, now, begin):
        look = partial(settle_flag, flag=flag, words="Seen.", by=SYSTEM, now=now)

        outcomes = race(own, partial(look, is_fine=True), partial(look, is_fine=False))

        assert_one_won(outcomes)
        left = committed(own, partial(Reward.objects.get, pk=row.pk)).state
        assert left == ("earned" if outcomes[0] is None else "void")


def test_one_list_uploaded_twice_at_once_is_kept_once(alice: User, now: datetime) -> None:
    for own, _ in earned_alone(alice, now):
        upload = partial(add_codes, business=own, codes=["L-1", "L-2"], by=SYSTEM, now=now)

        assert_one_won(race(own, upload, upload))

        # Two were there before.
        assert committed(own, RewardCode.objects.count) == 4


def test_a_list_taken_away_while_one_of_it_is_given_leaves_what_was_given(
    alice: User, now: datetime
) -> None:
    for own, row in approved_alone(alice, now):
        take_away = partial(take_away_codes, business=own, by=SYSTEM, now=now)

        taken, gave = race(own, take_away, partial(given, row, now))

        assert taken is None
        assert isinstance(gave, NoCodeLeft | None)
        codes = committed(own, lambda: [one.reward_id for one in RewardCode.objects.all()])
        assert codes == ([row.pk] if gave is None else [])


def test_a_code_typed_twice_or_typed_and_uploaded_at_once_is_there_once(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> list[Reward]:
        published(business, now, a_rule(what="code"))
        marta = an_advocate(business, now)
        for name in ("jonas", "ida"):
            shook_hands(marta, now, f"{name}@x.example", name.title())
        return [approved(one, now) for one in Reward.objects.order_by("id")]

    for number, (own, rows) in enumerate(grounds(alice, now, begin)):
        upload = partial(add_codes, business=own, codes=["X-1"], by=SYSTEM, now=now)
        first, second = (partial(given, row, now, code="X-1") for row in rows)

        assert_one_won(race(own, first, upload if number % 2 else second))

        assert committed(own, RewardCode.objects.count) == 1


def test_two_yeses_of_one_advocate_at_once_keep_to_one_ceiling_and_one_count(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> list[Introduction]:
        rules = (a_rule(amount=2_000), a_rule(Trigger.NTH, every=2, amount=1_000))
        published(business, now, *rules, ceiling=3_500)
        marta = an_advocate(business, now)
        return [said_yes(marta, now, f"{name}@x.example", name) for name in ("jonas", "ida")]

    for own, rows in grounds(alice, now, begin):
        assert race(own, *(partial(follow, now, row.pk) for row in rows)) == [None, None]

        earned = Reward.objects.order_by("amount").values_list("trigger", "amount")
        assert committed(own, partial(list, earned)) == [
            ("handshake", 500),
            ("nth", 1_000),
            ("handshake", 2_000),
        ]


def test_what_is_taken_up_while_a_worker_voids_it_is_earned_in_the_end(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> Introduction:
        published(business, now, a_rule(Trigger.INTRODUCTION), a_rule(Trigger.TAKING_PART))
        row = shared(an_advocate(business, now), now)
        follow(now, row.pk)
        return take_back_introduction(introduction=row, by=SYSTEM, now=now)

    for own, row in grounds(alice, now, begin):
        late = partial(committed, own, partial(follow, now, row.pk))

        def take_up(row: Introduction = row, late: Callable[[], object] = late) -> None:
            take_up_introduction(introduction=row, by=SYSTEM, now=now)
            transaction.on_commit(late)

        assert race(own, partial(follow, now, row.pk), take_up) == [None, None]

        states = Reward.objects.values_list("state", flat=True)
        assert committed(own, partial(set, states)) == {"earned"}
