"""Each two ways out of a referral's state, and each two changes to its money, at one moment."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from referrals import services
from referrals.models import ClosedBusiness, Referral
from referrals.services.amounts import KeptInstead, MoreThanIsLeft
from referrals.states import MOVABLE_TO, MOVES, STEPS, ReferralState
from tests.introductions.factories import an_advocate
from tests.introductions.racing import committed, grounds, race
from tests.pairs import Ground, Machine
from tests.referrals.conftest import NOW
from tests.referrals.factories import a_referral, lost, moved, won

_S = ReferralState
BUTTONS: dict[str, Callable[[Referral], object]] = {
    **{to: lambda row, to=to: moved(row, to, NOW) for to in MOVABLE_TO},
    "win": lambda row: won(row, NOW),
    "lose": lambda row: lost(row, NOW),
    "reopen": lambda row: services.reopen_referral(referral=row, by=SYSTEM, now=NOW),
}


def _referral(business: Business) -> Referral:
    return a_referral(an_advocate(business, NOW), NOW)


def _open(state: ReferralState) -> Ground[Referral]:
    steps = [state] if state in MOVABLE_TO else []
    leads = {to: to for to in sorted(MOVABLE_TO - {state})} | {"win": _S.WON, "lose": _S.LOST}
    return Ground(state, _referral, steps, leads)


GROUNDS = {
    **{state.value: _open(state) for state in STEPS},
    "lost": Ground(_S.LOST, _referral, ["lose"], {"reopen": _S.TALKING}),
    "not now": Ground(_S.NOT_NOW, _referral, [_S.NOT_NOW], {"reopen": _S.TALKING}),
}
REFERRALS = Machine(BUTTONS, GROUNDS)


def test_every_move_has_a_button() -> None:
    # Nobody is introduced a second time: what a service does not lead to needs no button.
    moves = {state: to - {_S.INTRODUCED} for state, to in MOVES.items()}

    assert not REFERRALS.without_a_button(moves)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", GROUNDS)
def test_it_ends_as_if_one_had_come_first(alice: User, name: str) -> None:
    REFERRALS.race_each_two(alice, NOW, name)


def _back(row: ClosedBusiness, now: datetime, amount: int = 60) -> object:
    return services.give_back(
        closed_business=row, amount=amount, on=row.closed_on, by=SYSTEM, now=now
    )


def _mend(row: ClosedBusiness, now: datetime, amount: int = 50) -> object:
    return services.correct_closed_business(
        closed_business=row, amount=amount, on=row.closed_on, by=SYSTEM, now=now
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("one", "other", "left"),
    [(_back, partial(_back, amount=70), {40, 30}), (_back, _mend, {40, 50})],
)
def test_no_more_goes_back_than_came_in_however_many_press(
    alice: User,
    now: datetime,
    one: Callable[..., object],
    other: Callable[..., object],
    left: set[int],
) -> None:
    for own, row in grounds(alice, now, partial(_sale, now=now)):
        outcomes = race(own, partial(one, row, now), partial(other, row, now))

        refused = [outcome for outcome in outcomes if outcome is not None]
        assert [type(outcome) for outcome in refused] == [MoreThanIsLeft]
        assert committed(own, lambda row=row: services.left_of(row)) in left
        rows = committed(own, lambda: [*ClosedBusiness.objects.values_list("amount", flat=True)])
        assert sum(rows) in left


@pytest.mark.django_db(transaction=True)
def test_of_two_who_mend_an_amount_one_is_the_last(alice: User, now: datetime) -> None:
    for own, row in grounds(alice, now, partial(_sale, now=now)):
        outcomes = race(own, *(partial(_mend, row, now, amount) for amount in (80, 90)))

        assert outcomes == [None, None]
        rows = committed(own, lambda: [*ClosedBusiness.objects.values_list("amount", flat=True)])
        assert sum(rows) in {80, 90}


def _in_dollars(row: ClosedBusiness, now: datetime, amount: int = 110) -> object:
    return services.keep_in_other_currency(
        closed_business=row, amount=amount, currency="USD", by=SYSTEM, now=now
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [_in_dollars, _back, _mend])
def test_what_was_in_another_currency_is_kept_in_it_once_whatever_else_is_pressed(
    alice: User, now: datetime, other: Callable[..., object]
) -> None:
    for own, row in grounds(alice, now, partial(_sale, now=now)):
        outcomes = race(own, partial(_in_dollars, row, now), partial(other, row, now))

        refused = [outcome for outcome in outcomes if outcome is not None]
        assert {type(outcome) for outcome in refused} <= {KeptInstead}
        assert len(refused) == 1 or other != _in_dollars
        rows = committed(own, lambda: [*ClosedBusiness.objects.values_list("currency", "amount")])
        assert [amount for currency, amount in rows if currency == "USD"] == [110]
        assert not sum(amount for currency, amount in rows if currency == "EUR")


def _sale(business: Business, now: datetime) -> ClosedBusiness:
    services.change_money(
        business=business, changes={"other_currencies": ["USD"]}, by=SYSTEM, now=now
    )
    row = won(a_referral(an_advocate(business, now), now), now, amount=100)
    return ClosedBusiness.objects.get(referral=row)
