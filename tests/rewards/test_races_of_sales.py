"""What is given back, put right or shared anew while somebody approves, gives or calls off."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business, User
from businesses.refusals import Refusal
from introductions.models import Advocate
from introductions.services import advocate_for
from referrals import services
from referrals.models import ClosedBusiness, ExchangeRate, Referral
from referrals.services import (
    change_money,
    correct_closed_business,
    give_back,
    split_credit,
    win_referral,
)
from rewards.models import Reward, RewardFlag
from tests.introductions.factories import a_contact, an_advocate
from tests.introductions.racing import a_business, committed, race
from tests.referrals.factories import won
from tests.rewards.factories import a_rule, approved, follow, given, published, shook_hands, void
from tests.thorough import RACES

pytestmark = pytest.mark.django_db(transaction=True)

SALE = 100_000


def a_sale(owner: User, now: datetime, also: str = "") -> tuple[Business, Referral]:
    """Won in a business of its own, and a tenth of it earned; perhaps by two who introduced."""
    own = a_business(owner, now)

    def begin() -> Referral:
        published(own, now, a_rule("won", amount=0, percent=10))
        referral = shook_hands(an_advocate(own, now), now)
        if also:
            shook_hands(
                advocate_for(contact=a_contact(own, now, also, "w@x.example"), now=now), now
            )
        won(referral, now, amount=SALE)
        follow(now, referral.pk)
        return referral

    return own, committed(own, begin)


def refund(now: datetime, amount: int = SALE) -> None:
    sale = ClosedBusiness.objects.get(kind="sale")
    on = clock.today(sale.business, now)
    row = give_back(closed_business=sale, amount=amount, on=on, by=SYSTEM, now=now)
    follow(now, row.pk)


def put_right(now: datetime, amount: int) -> None:
    sale = ClosedBusiness.objects.get(kind="sale")
    on = clock.today(sale.business, now)
    correct_closed_business(closed_business=sale, amount=amount, on=on, by=SYSTEM, now=now)
    follow(now, sale.pk)


def press(act: Callable[[Reward, datetime], object], now: datetime) -> None:
    act(Reward.objects.get(), now)


def refused_only(outcomes: list[BaseException | None]) -> bool:
    return all(one is None or isinstance(one, Refusal) for one in outcomes)


@pytest.mark.parametrize("act", [approved, void])
def test_of_a_refund_and_a_button_of_what_was_earned_nothing_is_due_in_the_end(
    alice: User, now: datetime, act: Callable[[Reward, datetime], object]
) -> None:
    for _ in range(RACES):
        own, _referral = a_sale(alice, now)

        outcomes = race(own, partial(refund, now), partial(press, act, now))

        assert outcomes[0] is None
        assert refused_only(outcomes)
        assert committed(own, Reward.objects.get).state == "void"


def test_of_a_refund_and_giving_it_is_void_or_given_and_shown(alice: User, now: datetime) -> None:
    for _ in range(RACES):
        own, _referral = a_sale(alice, now)
        committed(own, partial(press, approved, now))

        outcomes = race(own, partial(refund, now), partial(press, given, now))

        assert outcomes[0] is None
        assert refused_only(outcomes)
        state = committed(own, Reward.objects.get).state
        assert state == ("void" if outcomes[1] else "given")
        is_shown = committed(own, RewardFlag.objects.filter(kind="refunded").exists)
        assert is_shown == (state == "given")


def test_of_two_refunds_at_once_both_count(alice: User, now: datetime) -> None:
    for _ in range(RACES):
        own, _referral = a_sale(alice, now)

        assert race(own, partial(refund, now, 30_000), partial(refund, now, 20_000)) == [None] * 2

        assert committed(own, Reward.objects.get).amount == 5_000


def test_what_is_put_right_twice_at_once_is_restored_once(alice: User, now: datetime) -> None:
    for _ in range(RACES):
        own, _referral = a_sale(alice, now)
        committed(own, partial(put_right, now, 5))
        assert committed(own, Reward.objects.get).state == "void"

        outcomes = race(own, partial(put_right, now, 80_000), partial(put_right, now, 80_000))

        assert outcomes == [None, None]
        assert committed(own, Reward.objects.get).amount == 8_000
        restored = Event.objects.filter(name="reward.restored")
        assert committed(own, restored.count) == 1


def test_of_a_split_and_a_refund_at_once_the_parts_come_to_what_is_left(
    alice: User, now: datetime
) -> None:
    for _ in range(RACES):
        own, referral = a_sale(alice, now, also="Walter")
        walter = committed(own, partial(Advocate.objects.get, contact__name="Walter"))

        def split(referral: Referral = referral, walter: Advocate = walter) -> None:
            mine = referral.credits.get().advocate_id
            shares = {mine: 67, walter.pk: 33}
            split_credit(referral=referral, shares=shares, by=SYSTEM, now=now)
            follow(now, referral.pk)

        assert race(own, split, partial(refund, now, 50_000)) == [None, None]

        amounts = committed(own, lambda: sorted(Reward.objects.values_list("amount", flat=True)))
        assert amounts == [1_650, 3_350]


# --- A rate, while what it is for is worked out --------------------------------------------------


def in_dollars(owner: User, now: datetime, sales: int) -> tuple[Business, list[Referral]]:
    """Customers of one advocate who pay in dollars, and no rate for them."""
    own = a_business(owner, now)

    def begin() -> list[Referral]:
        change_money(business=own, changes={"other_currencies": ["USD"]}, by=SYSTEM, now=now)
        published(own, now, a_rule("won", amount=0, percent=10))
        marta = an_advocate(own, now)
        made = [
            shook_hands(marta, now, email=f"jonas{number}@x.example") for number in range(sales)
        ]
        return [win_in_dollars(one, now) for one in made]

    return own, committed(own, begin)


def win_in_dollars(referral: Referral, now: datetime) -> Referral:
    on = clock.today(referral.business, now)
    win_referral(referral=referral, amount=SALE, currency="USD", on=on, by=SYSTEM, now=now)
    return referral


def enter_rate(own: Business, now: datetime) -> None:
    on = clock.today(own, now)
    services.enter_rate(
        business=own, currency="USD", rate=Decimal("0.9"), since=on, by=SYSTEM, now=now
    )


def of_each(own: Business) -> list[tuple[int, str]]:
    rows = Reward.objects.order_by("amount").values_list("amount", "lacks_rate")
    return committed(own, lambda: list(rows))


def test_a_rate_that_is_entered_while_a_sale_is_worked_out_reaches_it(
    alice: User, now: datetime
) -> None:
    for _ in range(RACES):
        own, (won_one,) = in_dollars(alice, now, sales=1)

        def enter(own: Business = own) -> None:
            enter_rate(own, now)
            transaction.on_commit(partial(committed, own, partial(follow_rates, now)))

        assert race(own, partial(follow, now, won_one.pk), enter) == [None, None]

        assert of_each(own) == [(9_000, "")]


def test_a_rate_for_many_sales_and_a_refund_of_one_wait_for_each_other(
    alice: User, now: datetime
) -> None:
    for _ in range(RACES):
        own, sales = in_dollars(alice, now, sales=3)
        committed(own, partial(follow, now))
        committed(own, partial(enter_rate, own, now))
        last = max(sales, key=lambda one: one.pk)

        def half_back(last: Referral = last) -> None:
            sale = ClosedBusiness.objects.get(kind="sale", referral=last)
            on = clock.today(sale.business, now)
            row = give_back(closed_business=sale, amount=SALE // 2, on=on, by=SYSTEM, now=now)
            follow(now, row.pk)

        assert race(own, partial(follow_rates, now), half_back) == [None, None]

        assert of_each(own) == [(4_500, ""), (9_000, ""), (9_000, "")]


def follow_rates(now: datetime) -> None:
    """What a worker does of the rate, after it is entered."""
    follow(now, *ExchangeRate.objects.values_list("pk", flat=True))
