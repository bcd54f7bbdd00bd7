"""The tables of moves hold, whatever is pressed in whatever order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from activity.models import Event
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from referrals.states import MOVABLE_TO, MOVES, THANKS_MOVES, ReferralState, ThanksState
from tests.referrals.factories import lost, moved, won
from tests.thorough import length, runs

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

PRESSES: dict[str, Callable[[Referral], object]] = {
    **{
        f"to {state.value}": lambda row, to=state.value: moved(row, to, NOW)
        for state in ReferralState
    },
    "win": lambda row: won(row, NOW),
    "lose": lambda row: lost(row, NOW),
    "give back": lambda row: _on_the_last(row, services.give_back, amount=70_000),
    "again": lambda row: _on_the_last(row, services.came_in_again),
    "mend": lambda row: _on_the_last(row, services.correct_closed_business, amount=150_000),
    "in dollars": lambda row: _in_dollars(row),
    "reopen": lambda row: services.reopen_referral(referral=row, by=SYSTEM, now=NOW),
}


def _on_the_last(row: Referral, service: Callable[..., object], **more: int) -> object:
    """A year on, so that no press is taken for the one before it."""
    closed = ClosedBusiness.objects.filter(referral=row).income().order_by("id").last()
    if closed is None:
        raise NotPossibleNow
    later = NOW + timedelta(days=ClosedBusiness.objects.count())
    return service(closed_business=closed, on=closed.closed_on, by=SYSTEM, now=later, **more)


def _in_dollars(row: Referral) -> object:
    """And into euros after that, if it was in dollars before."""
    closed = ClosedBusiness.objects.filter(referral=row).income().order_by("id").last()
    if closed is None:
        raise NotPossibleNow
    currency = "EUR" if closed.currency == "USD" else "USD"
    return services.keep_in_other_currency(
        closed_business=closed, amount=90_000, currency=currency, by=SYSTEM, now=NOW
    )


def test_every_state_is_in_the_tables() -> None:
    assert set(MOVES) == set(ReferralState)
    assert set(THANKS_MOVES) == set(ThanksState)
    assert not MOVES[ReferralState.WON]


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["win", "lose", "to not_now"])
@pytest.mark.parametrize("to", sorted(MOVABLE_TO))
def test_what_has_ended_is_not_moved_but_by_reopening_it(
    referral: Referral, end: str, to: str
) -> None:
    PRESSES[end](referral)
    referral.refresh_from_db()
    ended, told = referral.state, Event.objects.count()

    with pytest.raises(NotPossibleNow):
        moved(referral, to, NOW)

    referral.refresh_from_db()
    assert (referral.state, Event.objects.count()) == (ended, told)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.sampled_from(sorted(PRESSES)), **length(12)))
def test_nothing_moves_but_along_the_table(referral: Referral, steps: list[str]) -> None:
    with transaction.atomic():
        services.change_money(
            business=referral.business, changes={"other_currencies": ["USD"]}, by=SYSTEM, now=NOW
        )
        row = Referral.objects.get(pk=referral.pk)
        for press in steps:
            before = row.state
            try:
                with transaction.atomic():
                    PRESSES[press](row)
            except Refusal:
                row.refresh_from_db()
                assert row.state == before
            row.refresh_from_db()
            assert row.state == before or row.state in MOVES[before]
        came_in = ClosedBusiness.objects.with_left()
        assert came_in.income().filter(kind="sale").count() == int(row.is_won)
        # Sums balance, and never is more given back than came in.
        left = [one.left for one in came_in.income()]
        assert sum(left) == sum(one.amount for one in came_in)
        assert min(left, default=0) >= 0
        assert ThankYou.objects.filter(reason="business").count() == int(row.is_won)
        assert Credit.objects.count() == 1
        transaction.set_rollback(True)
