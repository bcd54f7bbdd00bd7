"""Each two ways out of one state, taken at the same moment: it ends as if one had come first.

Every race has a business of its own. What may come of it is worked out from the table of moves.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import combinations_with_replacement

import pytest

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from referrals import services
from referrals.models import ClosedBusiness, Referral, ThankYou
from referrals.services.came_in import MoreThanIsLeft
from referrals.states import MOVES, STEPS, ReferralState
from tests.introductions.factories import an_advocate
from tests.introductions.racing import assert_refused, committed, grounds, race
from tests.referrals.factories import a_referral, lost, moved, won

pytestmark = pytest.mark.django_db(transaction=True)

_S = ReferralState
Press = Callable[[Referral, datetime], object]
# Each way out, with where it leads.
WAYS: dict[str, tuple[ReferralState, Press]] = {
    "talking": (_S.TALKING, lambda row, now: moved(row, "talking", now)),
    "met": (_S.MET, lambda row, now: moved(row, "met", now)),
    "proposed": (_S.PROPOSED, lambda row, now: moved(row, "proposed", now)),
    "not now": (_S.NOT_NOW, lambda row, now: moved(row, "not_now", now)),
    "win": (_S.WON, lambda row, now: won(row, now)),
    "lose": (_S.LOST, lambda row, now: lost(row, now)),
    "reopen": (
        _S.TALKING,
        lambda row, now: services.reopen_referral(referral=row, by=SYSTEM, now=now),
    ),
}
FROM_OPEN = ("met", "proposed", "not now", "win", "lose")
BEGINS: dict[ReferralState, Press] = {
    _S.TALKING: WAYS["talking"][1],
    _S.LOST: WAYS["lose"][1],
    _S.NOT_NOW: WAYS["not now"][1],
}
PAIRS = [
    *((_S.TALKING, *pair) for pair in combinations_with_replacement(FROM_OPEN, 2)),
    *((state, "reopen", "reopen") for state in (_S.LOST, _S.NOT_NOW)),
]


def begun(business: Business, state: ReferralState, now: datetime) -> Referral:
    row = a_referral(an_advocate(business, now), now)
    BEGINS[state](row, now)
    return Referral.objects.get(pk=row.pk)


def in_turn(state: ReferralState, ways: tuple[str, ...]) -> tuple[ReferralState, int]:
    """Where it ends, and how many of these came through, one after the other."""
    through = 0
    for way in ways:
        to = WAYS[way][0]
        can = to in MOVES[state] and (way != "reopen" or state in (_S.LOST, _S.NOT_NOW))
        # What is lost or put off is taken up by reopening alone.
        if can and (way == "reopen" or state in STEPS):
            state, through = to, through + 1
    return state, through


@pytest.mark.parametrize(("state", "one", "other"), PAIRS)
def test_it_ends_as_if_one_had_come_first(
    alice: User, now: datetime, state: ReferralState, one: str, other: str
) -> None:
    possible = {in_turn(state, (one, other)), in_turn(state, (other, one))}
    for own, row in grounds(alice, now, partial(begun, state=state, now=now)):
        before = committed(own, Event.objects.filter(subject_id=row.pk).count)

        outcomes = race(own, *(partial(WAYS[way][1], row, now) for way in (one, other)))

        refused = [outcome for outcome in outcomes if outcome is not None]
        assert_refused(refused)
        ended = committed(own, partial(Referral.objects.get, pk=row.pk))
        assert (ended.state, 2 - len(refused)) in possible
        recorded = committed(own, Event.objects.filter(subject_id=row.pk).count) - before
        assert recorded == 2 - len(refused)
        wins = int(ended.state == _S.WON)
        assert committed(own, ClosedBusiness.objects.count) == wins
        assert committed(own, ThankYou.objects.filter(reason="business").count) == wins


def _back(row: ClosedBusiness, now: datetime, amount: int = 60) -> object:
    return services.give_back(
        closed_business=row, amount=amount, on=row.closed_on, by=SYSTEM, now=now
    )


def _mend(row: ClosedBusiness, now: datetime, amount: int = 50) -> object:
    return services.correct_closed_business(
        closed_business=row, amount=amount, on=row.closed_on, by=SYSTEM, now=now
    )


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


def test_of_two_who_mend_an_amount_one_is_the_last(alice: User, now: datetime) -> None:
    for own, row in grounds(alice, now, partial(_sale, now=now)):
        outcomes = race(own, *(partial(_mend, row, now, amount) for amount in (80, 90)))

        assert outcomes == [None, None]
        rows = committed(own, lambda: [*ClosedBusiness.objects.values_list("amount", flat=True)])
        assert sum(rows) in {80, 90}


def _sale(business: Business, now: datetime) -> ClosedBusiness:
    row = won(a_referral(an_advocate(business, now), now), now, amount=100)
    return ClosedBusiness.objects.get(referral=row)
