"""The inner circle's share, compared with the rule of credit done by hand, on random worlds."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from businesses.models import Business
from contacts.models import Contact
from insights.attribution import books_of
from insights.inner import inner_share
from insights.worth import rates_of
from tests.insights.by_hand import Coin, slips_by_hand, sums_by_hand, together_by_hand
from tests.insights.worlds import NOW, PEOPLE, World, deeds, rated_or_not, with_dollars
from tests.thorough import length, runs

# So that there is something to share out in each of them, and of both currencies.
AT_FIRST = [
    ("send", 0, 1),
    ("win", 1, 500),
    ("send", 1, 2),
    ("win", 2, 300),
    ("dollar", 1, 400),
    ("pay", 1, 100),
    ("send", 3, 4),
    ("win", 4, 200),
]
circles = st.lists(st.sampled_from(["inner", "close"]), min_size=PEOPLE, max_size=PEOPLE)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rated=rated_or_not,
    done=st.lists(deeds, **length(16)),
    near=circles,
    days=st.tuples(st.integers(0, 4), st.integers(5, 28)),
)
def test_it_is_what_the_rule_says_row_by_row(
    business: Business,
    rated: list[tuple[str, int, int]],
    done: list[tuple[str, int, int]],
    near: list[str],
    days: tuple[int, int],
) -> None:
    with transaction.atomic():
        business = with_dollars(business, None)
        world = World(business)
        for deed in [*rated, *AT_FIRST, *done]:
            world.do(*deed)
        for person, circle in zip(world.people, near, strict=True):
            Contact.objects.filter(pk=person.pk).update(circle=circle)
        first, until = (NOW.date() + timedelta(days=number) for number in sorted(days))

        books, rates = books_of(business), rates_of(business)
        with CaptureQueriesContext(connection) as queries:
            share = inner_share(
                business=business, books=books, rates=rates, first=first, until=until
            )

        assert len(queries) == 1
        inner = {
            one.pk for one, circle in zip(world.people, near, strict=True) if circle == "inner"
        }
        told = [
            slip
            for slip in slips_by_hand(business)
            if slip.generation == 1 and first <= slip.on < until
        ]
        everybody, ours = (
            [Coin(slip.amount, slip.currency, slip.on) for slip in told if slip.advocate in those]
            for those in ({slip.advocate for slip in told}, inner)
        )
        for worth, coins in ((share.everybody, everybody), (share.inner, ours)):
            assert worth.amounts == sums_by_hand(coins)
            assert worth.together == together_by_hand(coins)
        of_ours = sums_by_hand(ours)
        assert share.percent == {
            currency: round(100 * of_ours.get(currency, 0) / amount)
            for currency, amount in sums_by_hand(everybody).items()
        }
        transaction.set_rollback(True)
