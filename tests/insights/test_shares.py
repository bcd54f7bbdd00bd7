"""What came in by introduction, month by month, compared with the rule of credit done by hand."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses.models import Business
from insights.shares import came_in
from insights.today import figures
from referrals import services
from referrals.models import ClosedBusiness
from tests.insights.by_hand import left_by_hand, sent_by_hand
from tests.insights.test_attribution import NOW, World, deeds, with_dollars
from tests.thorough import length, runs

# So that something came in by introduction, and something of nobody's doing.
AT_FIRST = [("send", 0, 1), ("win", 1, 500), ("pay", 2, 300), ("send", 3, 2), ("pay", 2, 400)]


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
    rated=st.none() | st.integers(0, 60),
)
def test_it_is_what_the_rule_says_row_by_row(
    business: Business,
    months: int | None,
    done: list[tuple[str, int, int]],
    waits: int,
    days: int,
    rated: int | None,
) -> None:
    with transaction.atomic():
        business = with_dollars(business, months)
        world = World(business)
        if rated is not None:
            _a_dollar_is_two_euros(business, world.now, rated)
        for deed in AT_FIRST:
            world.do(*deed)
        world.now += timedelta(days=waits)
        for deed in done:
            world.do(*deed)
        first, until = world.now.date() - timedelta(days=days), world.now.date()

        with CaptureQueriesContext(connection) as queries:
            found = came_in(business=business, first=first, until=until)

        assert len(queries) == 1
        total: Counter[date] = Counter()
        introduced: Counter[date] = Counter()
        for row in ClosedBusiness.objects.filter(kind="sale"):
            if first <= row.closed_on < until:
                month, left = row.closed_on.replace(day=1), left_by_hand(row)
                total[month] += left
                introduced[month] += left if sent_by_hand(row, business) else 0
        assert {row.month: (row.total, row.introduced) for row in found} == {
            month: (total[month], introduced[month]) for month in total
        }
        year = world.now.date() - timedelta(days=364)
        share = figures(business=business, now=world.now, today=world.now.date()).share
        assert share.percent == _share_by_hand(business, year, world.now.date(), rated)
        transaction.set_rollback(True)


def _a_dollar_is_two_euros(business: Business, now: datetime, days: int) -> None:
    """From so many days on: for what came in before there is no rate."""
    since, now = now.date() + timedelta(days=days), now + timedelta(days=days)
    services.enter_rate(
        business=business, currency="USD", rate=Decimal(2), since=since, by=SYSTEM, now=now
    )


def _share_by_hand(business: Business, first: date, last: date, rated: int | None) -> int | None:
    """Per cent by introduction: dollars are two euros each, or nothing where one of them is not."""
    since = date.max if rated is None else NOW.date() + timedelta(days=rated)
    rows = ClosedBusiness.objects.filter(kind="sale", closed_on__range=(first, last))
    slips = [(row, left_by_hand(row)) for row in rows if left_by_hand(row)]
    dollars = [row for row, _ in slips if row.currency == "USD"]
    worth = 2 if all(row.closed_on >= since for row in dollars) else 0
    euros = [(row, left * (worth if row in dollars else 1)) for row, left in slips]
    total = sum(left for _, left in euros)
    introduced = sum(left for row, left in euros if sent_by_hand(row, business))
    return round(100 * introduced / total) if total else None
