"""What came in by introduction, month by month, compared with the rule of credit done by hand."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from businesses.models import Business
from insights.shares import came_in
from insights.today import figures
from referrals.models import ClosedBusiness
from tests.insights.by_hand import left_by_hand, sent_by_hand
from tests.insights.test_attribution import World, deeds, with_dollars
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
@given(done=st.lists(deeds, **length(16)), waits=st.integers(0, 60), days=st.integers(1, 60))
def test_it_is_what_the_rule_says_row_by_row(
    business: Business,
    months: int | None,
    done: list[tuple[str, int, int]],
    waits: int,
    days: int,
) -> None:
    with transaction.atomic():
        business = with_dollars(business, months)
        world = World(business)
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
        share = figures(business=business, now=world.now, today=world.now.date())
        assert share.share_by_introduction is None or 0 <= share.share_by_introduction <= 100
        transaction.set_rollback(True)
