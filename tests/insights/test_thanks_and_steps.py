"""Numbers about thanks and steps, beside what one gets by counting by hand, on random histories."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses.models import Business
from insights.gratitude import gift_totals, how_soon
from insights.reciprocity import balances
from insights.steps import conversion_by_depth, time_between_steps
from introductions.models import Introduction
from introductions.states import Depth
from referrals import services
from referrals.models import Referral, ThankYou
from tests.introductions.factories import a_contact, an_advocate, shaken, shared
from tests.referrals.factories import lost, moved, won
from tests.thorough import runs

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
NOW = START + timedelta(days=500)
_ordinary = hypothesis_settings(
    max_examples=runs(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
DAYS = st.integers(0, 400)
DEBTS = st.lists(
    st.tuples(
        st.integers(0, 2),  # whose
        DAYS,  # owed after
        st.one_of(st.none(), st.integers(0, 90)),  # settled after
        st.sampled_from(["card", "gift", "waive"]),
        st.integers(0, 900),  # what a gift cost
    ),
    max_size=8,
)


def _debts(
    business: Business, rows: list[tuple[int, int, int | None, str, int]]
) -> list[tuple[str, datetime, datetime | None, str, int]]:
    """Make them, and tell them again as they were: who, owed, settled, how, cost."""
    people = [a_contact(business, START, f"Person {n}", f"p{n}@x.example") for n in range(3)]
    told = []
    for number, (whose, owed_after, took, how, cost) in enumerate(rows):
        owed_at = START + timedelta(days=owed_after)
        thanks = services.record_kindness(
            contact=people[whose], reason="review", note=str(number), by=SYSTEM, now=owed_at
        )
        settled_at = None if took is None else owed_at + timedelta(days=took)
        if settled_at is not None and how == "waive":
            services.waive_thanks(thank_you=thanks, reason="No.", by=SYSTEM, now=settled_at)
        elif settled_at is not None:
            gift = services.Gift(cost, "Because.") if how == "gift" else None
            services.give_thanks(thank_you=thanks, how=how, gift=gift, by=SYSTEM, now=settled_at)
        told.append((people[whose].name, owed_at, settled_at, how, cost))
    return told


@_ordinary
@given(rows=DEBTS)
def test_days_to_thanks_are_the_median_of_the_year(
    business: Business, rows: list[tuple[int, int, int | None, str, int]]
) -> None:
    with transaction.atomic():
        told = _debts(business, rows)

        with CaptureQueriesContext(connection) as queries:
            found = how_soon(now=NOW)

        assert len(queries) == 1
        year = NOW - timedelta(days=365)
        took = [
            (settled - owed).days
            for _, owed, settled, how, _ in told
            if settled is not None and how != "waive" and year <= settled <= NOW
        ]
        waits = [owed for _, owed, settled, _, _ in told if settled is None]
        assert found.median_days == (median(took) if took else None)
        assert (found.given, found.owed) == (len(took), len(waits))
        assert found.owed_since == min(waits, default=None)
        transaction.set_rollback(True)


@_ordinary
@given(rows=DEBTS)
def test_gifts_of_a_year_are_added_up_for_each_person(
    business: Business, rows: list[tuple[int, int, int | None, str, int]]
) -> None:
    first, until = date(2026, 4, 6), date(2027, 4, 6)
    zone = ZoneInfo(business.timezone)
    with transaction.atomic():
        told = _debts(business, rows)

        with CaptureQueriesContext(connection) as queries:
            found = gift_totals(business=business, first=first, until=until)

        assert len(queries) <= 2
        sums: dict[str, int] = defaultdict(int)
        for name, _, settled, how, cost in told:
            if settled and how == "gift" and first <= settled.astimezone(zone).date() < until:
                sums[name] += cost
        assert [(one.contact.name, one.amount, one.currency) for one in found] == [
            (name, sums[name], "EUR") for name in sorted(sums)
        ]
        transaction.set_rollback(True)


STORIES = st.lists(
    st.tuples(
        st.sampled_from(["", *Depth.values]),
        st.sampled_from(["waits", "yes"]),
        st.lists(st.sampled_from(["talking", "met", "proposed"]), max_size=3, unique=True),
        st.sampled_from(["open", "won", "lost"]),
        st.lists(st.integers(1, 20), min_size=5, max_size=5),  # days between
    ),
    max_size=6,
)
Story = tuple[str, str, list[str], str, list[int]]


def _live(business: Business, number: int, story: Story) -> dict[str, datetime]:
    """Live through it; when each step was first reached."""
    depth, answer, steps, end, days = story
    waits = [timedelta(days=each) for each in days]
    now = START
    advocate = an_advocate(business, now, name=f"A {number}", email=f"a{number}@x.example")
    reached = {"introduced": now}
    if answer == "waits":
        made = shared(advocate, now)
        Introduction.objects.filter(pk=made.pk).update(depth=depth)
        return reached
    made = shaken(advocate, now, f"q{number}@x.example")
    now += waits.pop()
    Introduction.objects.filter(pk=made.pk).update(depth=depth, answered_at=now)
    reached["yes"] = now
    referral = Referral.objects.get(introduction=made)
    for step in steps:
        now += waits.pop()
        referral = moved(referral, step, now)
        reached[step] = now
    now += timedelta(days=1)
    if end == "won":
        won(referral, now)
        reached["won"] = now
    elif end == "lost":
        lost(referral, now)
    return reached


@_ordinary
@given(stories=STORIES)
def test_time_between_steps_and_conversion_by_depth(
    business: Business, stories: list[Story]
) -> None:
    order = ["introduced", "yes", "talking", "met", "proposed", "won"]
    until = START + timedelta(days=1)
    with transaction.atomic():
        lived = [_live(business, number, story) for number, story in enumerate(stories)]

        with CaptureQueriesContext(connection) as queries:
            took = time_between_steps(since=START, until=until)
            by_depth = conversion_by_depth(since=START, until=until)

        assert len(queries) == 3
        for each in took:
            days = []
            for reached in lived:
                before = [
                    reached[step]
                    for step in order[: order.index(each.step)]
                    if step in reached and reached[step] <= reached.get(each.step, START)
                ]
                if each.step in reached and before:
                    days.append((reached[each.step] - max(before)).days)
            assert each.count == len(days)
            assert each.median_days == (median(days) if days else None)
        made = Counter(story[0] for story in stories)
        yes = Counter(story[0] for story in stories if story[1] == "yes")
        sold = Counter(s[0] for s in stories if s[1] == "yes" and s[3] == "won")
        assert [(row.depth, row.made, row.shaken, row.won) for row in by_depth] == [
            (depth, made[depth], yes[depth], sold[depth])
            for depth in ("", *Depth.values)
            if made[depth]
        ]
        transaction.set_rollback(True)


def test_a_share_of_few_is_not_told(business: Business) -> None:
    for number in range(5):
        [row] = [None] if not number else conversion_by_depth(since=START, until=NOW)
        if row is not None:
            assert (row.share_shaken, row.share_won) == (None, None)
        advocate = an_advocate(business, START, name=f"A {number}", email=f"a{number}@x.example")
        shaken(advocate, START, f"q{number}@x.example")

    [row] = conversion_by_depth(since=START, until=NOW)
    assert (row.share_shaken, row.share_won) == (100, 0)


@_ordinary
@given(sent=st.lists(st.integers(0, 2), max_size=8))
def test_what_was_received_is_counted_for_each_person(business: Business, sent: list[int]) -> None:
    with transaction.atomic():
        people = [a_contact(business, START, f"Person {n}", f"p{n}@x.example") for n in range(3)]
        for number, whose in enumerate(sent):
            services.record_sent_someone(
                business=business, name=f"Sent {number}", sender=people[whose], by=SYSTEM, now=NOW
            )

        rows = balances(business=business, now=NOW)

        counts = Counter(people[whose].name for whose in sent)
        assert {row.who.name: row.received for row in rows} == counts
        assert [row.who.name for row in rows] == sorted(counts)
        assert ThankYou.objects.count() == len(sent)
        transaction.set_rollback(True)
