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
from insights.inner import inner_share
from tests.insights.by_hand import slips_by_hand
from tests.insights.test_attribution import NOW, PEOPLE, World, deeds
from tests.thorough import length, runs

# So that there is something to share out in each of them.
AT_FIRST = [("send", 0, 1), ("win", 1, 500), ("send", 1, 2), ("win", 2, 300), ("send", 3, 4)]
circles = st.lists(st.sampled_from(["inner", "close"]), min_size=PEOPLE, max_size=PEOPLE)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    done=st.lists(deeds, **length(16)),
    near=circles,
    days=st.tuples(st.integers(0, 4), st.integers(3, 25)),
)
def test_it_is_what_the_rule_says_row_by_row(
    business: Business,
    done: list[tuple[str, int, int]],
    near: list[str],
    days: tuple[int, int],
) -> None:
    with transaction.atomic():
        world = World(business)
        for deed in [*AT_FIRST, ("win", 4, 200), *done]:
            world.do(*deed)
        for person, circle in zip(world.people, near, strict=True):
            Contact.objects.filter(pk=person.pk).update(circle=circle)
        first, until = (NOW.date() + timedelta(days=number) for number in sorted(days))

        with CaptureQueriesContext(connection) as queries:
            share = inner_share(business=business, first=first, until=until)

        assert len(queries) == 4
        inner = {
            one.pk for one, circle in zip(world.people, near, strict=True) if circle == "inner"
        }
        told = [
            slip
            for slip in slips_by_hand(business)
            if slip.generation == 1 and first <= slip.on < until
        ]
        everybody = sum(slip.amount for slip in told)
        ours = sum(slip.amount for slip in told if slip.advocate in inner)
        assert share.everybody.amounts.get("EUR", 0) == everybody
        assert share.inner.amounts.get("EUR", 0) == ours
        expected = {"EUR": round(100 * ours / everybody)} if everybody else {}
        assert share.percent == expected
        transaction.set_rollback(True)
