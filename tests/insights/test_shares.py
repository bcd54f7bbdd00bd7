"""What came in by introduction, month by month, compared with the rule of credit done by hand."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from businesses.models import Business
from insights.shares import came_in
from insights.today import figures
from tests.insights.by_hand import came_by_hand, left_by_hand, rate_by_hand, sent_by_hand
from tests.insights.worlds import World, deeds, with_dollars
from tests.thorough import length, runs

# So that something came in by introduction, and something of nobody's doing; and again, in dollars.
AT_FIRST = [
    ("send", 0, 1),
    ("win", 1, 500),
    ("pay", 2, 300),
    ("again", 0, 250),
    ("send", 3, 2),
    ("pay", 2, 400),
    ("dollar", 1, 350),
    ("again", 2, 450),
    ("dollar", 1, 150),
]
# What a dollar is worth from how many days ago on, if anybody has said: on the last day of these.
rates = st.lists(st.tuples(st.just("rate"), st.integers(0, 12), st.integers(1, 9)), max_size=3)


@pytest.mark.django_db
@pytest.mark.parametrize("months", [None, 1])
@hypothesis_settings(
    max_examples=runs(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    done=st.lists(deeds, **length(16)),
    waits=st.integers(0, 60),
    days=st.integers(1, 60),
    rated=rates,
)
@example(done=[], waits=0, days=30, rated=[("rate", 12, 1), ("rate", 12, 9)])
def test_it_is_what_the_rule_says_row_by_row(
    business: Business,
    months: int | None,
    done: list[tuple[str, int, int]],
    waits: int,
    days: int,
    rated: list[tuple[str, int, int]],
) -> None:
    with transaction.atomic():
        business = with_dollars(business, months)
        world = World(business)
        for deed in [*AT_FIRST, *rated]:
            world.do(*deed)
        world.now += timedelta(days=waits)
        for deed in done:
            world.do(*deed)
        first, until = world.now.date() - timedelta(days=days), world.now.date()

        with CaptureQueriesContext(connection) as queries:
            found = came_in(business=business, first=first, until=until)

        assert len(queries) == 1
        total: Counter[tuple[date, str]] = Counter()
        introduced: Counter[tuple[date, str]] = Counter()
        for row in came_by_hand():
            if first <= row.closed_on < until:
                purse, left = (row.closed_on.replace(day=1), row.currency), left_by_hand(row)
                total[purse] += left
                introduced[purse] += left if sent_by_hand(row, business) else 0
        assert {
            (row.month, row.currency): (row.total, row.introduced) for row in found if row.total
        } == {purse: (total[purse], introduced[purse]) for purse in total if total[purse]}
        year = world.now.date() - timedelta(days=364)
        share = figures(business=business, now=world.now, today=world.now.date()).share
        percent, is_known = _share_by_hand(business, year, world.now.date())
        assert share.percent == percent
        assert ("a rate for USD is missing" in share.rule) != is_known
        transaction.set_rollback(True)


def _share_by_hand(business: Business, first: date, last: date) -> tuple[int | None, bool]:
    """Per cent by introduction, in euros: without the dollars where one of them has no rate."""
    rows = [row for row in came_by_hand() if first <= row.closed_on <= last and left_by_hand(row)]
    rates = {row.pk: rate_by_hand(row.currency, row.closed_on) for row in rows}
    is_known = None not in rates.values()
    euros = [
        (row, left_by_hand(row) * (rates[row.pk] or 0))
        for row in rows
        if is_known or row.currency == "EUR"
    ]
    total = sum(left for _, left in euros)
    introduced = sum(left for row, left in euros if sent_by_hand(row, business))
    return (round(100 * introduced / total) if total else None), is_known
