"""Numbers about thanks and steps, beside what one gets by counting by hand, on random histories."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses.models import Business
from contacts.models import Contact
from contacts.services import leave_in_peace
from insights.gratitude import gift_totals, how_soon
from insights.reciprocity import balances
from insights.steps import conversion_by_depth, time_between_steps
from introductions.states import Depth
from referrals import services
from referrals.models import ThankYou
from tests.insights.factories import a_reward
from tests.insights.stories import ASKED_FOR, ONE_OF_EACH, START, STORIES, Story, live
from tests.introductions.factories import a_contact, an_advocate, shaken
from tests.thorough import runs

pytestmark = pytest.mark.django_db

NOW = START + timedelta(days=500)
_ordinary = hypothesis_settings(
    max_examples=runs(15),
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
@given(rows=DEBTS, resting=st.sets(st.integers(0, 2)))
@example(rows=[(0, 10, None, "card", 0), (1, 20, None, "card", 0)], resting={0})
def test_days_to_thanks_are_the_median_of_the_year(
    business: Business, rows: list[tuple[int, int, int | None, str, int]], resting: set[int]
) -> None:
    """Whoever is left in peace by now was thanked, and is owed nothing."""
    with transaction.atomic():
        told = _debts(business, rows)
        names = {f"Person {number}" for number in resting}
        for contact in Contact.objects.filter(name__in=names):
            leave_in_peace(contact=contact, why="leave_me_be", by=SYSTEM, now=NOW)

        with CaptureQueriesContext(connection) as queries:
            found = how_soon(now=NOW)

        assert len(queries) == 1
        year = NOW - timedelta(days=365)
        of_year = [
            (settled - owed, how)
            for _, owed, settled, how, _ in told
            if settled is not None and year < settled <= NOW
        ]
        took = [time.days for time, how in of_year if how != "waive"]
        waits = [owed for name, owed, settled, *_ in told if not settled and name not in names]
        assert found.median_days == (median(took) if took else None)
        assert (found.given, found.waived) == (len(took), len(of_year) - len(took))
        assert found.owed == len(waits)
        assert found.owed_since == min(waits, default=None)
        transaction.set_rollback(True)


REWARDS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 2)),  # whose; nobody's, once they are erased
        DAYS,
        st.sampled_from(["earned", "approved", "given", "given", "given", "void"]),
        st.sampled_from(["gift", "gift_card", "credit", "code", "donation", "access"]),
        st.integers(0, 900),
        st.sampled_from(["EUR", "SEK"]),
    ),
    max_size=8,
)
Reward = tuple[int | None, int, str, str, int, str]


@_ordinary
@given(rows=DEBTS, rewards=REWARDS)
def test_what_was_given_in_a_year_is_added_up_for_each_person(
    business: Business, rows: list[tuple[int, int, int | None, str, int]], rewards: list[Reward]
) -> None:
    """Gifts, and rewards that are money's worth to them; unlike currencies apart."""
    first, until = date(2026, 4, 6), date(2027, 4, 6)
    zone = ZoneInfo(business.timezone)
    with transaction.atomic():
        told = _debts(business, rows)
        for whose, after, state, what, amount, currency in rewards:
            person = Contact.objects.get(name=f"Person {whose}") if whose is not None else None
            at = START + timedelta(days=after)
            a_reward(business, person, at, state=state, what=what, amount=amount, currency=currency)

        with CaptureQueriesContext(connection) as queries:
            found = gift_totals(business=business, first=first, until=until)

        assert len(queries) <= 2
        sums: dict[tuple[str, str], list[int]] = defaultdict(list)
        for name, _, settled, how, cost in told:
            if settled and how == "gift" and first <= settled.astimezone(zone).date() < until:
                sums[name, "EUR"].append(cost)
        for whose, after, state, what, amount, currency in rewards:
            day = (START + timedelta(days=after)).astimezone(zone).date()
            is_theirs = whose is not None and state == "given" and amount > 0
            is_worth_money = what in ("gift", "gift_card", "credit")
            if is_theirs and is_worth_money and first <= day < until:
                sums[f"Person {whose}", currency].append(amount)
        assert [(one.contact.name, one.currency, one.amount, one.count) for one in found] == [
            (*key, sum(sums[key]), len(sums[key])) for key in sorted(sums)
        ]
        transaction.set_rollback(True)


@_ordinary
@given(stories=STORIES)
@example(stories=ONE_OF_EACH)
def test_time_between_steps_and_conversion_by_depth(
    business: Business, stories: list[Story]
) -> None:
    order = ["asked", "introduced", "yes", "talking", "met", "proposed", "won"]
    until = START + timedelta(days=ASKED_FOR)
    with transaction.atomic():
        told = [
            one for number, story in enumerate(stories) for one in live(business, number, story)
        ]
        lived = [one for one in told if START <= one.reached["introduced"] < until]

        with CaptureQueriesContext(connection) as queries:
            took = time_between_steps(since=START, until=until)
            by_depth = conversion_by_depth(since=START, until=until)

        assert len(queries) == 3
        for each in took:
            days = []
            for _, reached, _ in lived:
                before = [
                    reached[step]
                    for step in order[: order.index(each.step)]
                    if step in reached and reached[step] <= reached.get(each.step, START)
                ]
                if each.step in reached and before:
                    days.append((reached[each.step] - max(before)).days)
            assert each.count == len(days)
            assert each.median_days == (median(days) if days else None)
        made = Counter(one.depth for one in lived)
        yes = Counter(one.depth for one in lived if "yes" in one.reached)
        sold = Counter(one.depth for one in lived if one.is_won)
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


@hypothesis_settings(_ordinary, max_examples=runs(10))
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
