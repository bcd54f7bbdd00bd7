"""Who is credited with what came in, and the tree of who brought whom, on worlds made at random.

What the product works out for one person, reading only what it needs, is compared with the rule
followed row by row by other means (`by_hand`), and with the same rule over what the events tell.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from activity.actors import SYSTEM
from activity.services import record_event
from activity.subjects import Subject
from businesses.models import Business
from contacts.models import Contact
from insights.attribution import Part, books_of, credited_to, parts_of, rule_in_words, split
from insights.lineage import tree_of
from insights.retold import Untold, retell
from insights.worth import Left
from introductions.models import Advocate
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral
from tests.insights.beside import assert_told_as_by_hand
from tests.insights.worlds import World, deeds, rated_or_not, with_dollars
from tests.thorough import length, runs

# So that something came in from somebody who was sent, again, and in dollars.
AT_FIRST = [("send", 0, 1), ("win", 1, 500), ("again", 0, 250), ("dollar", 0, 400)]


@pytest.mark.django_db
@pytest.mark.parametrize("months", [None, 1])
@hypothesis_settings(
    max_examples=runs(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rated=rated_or_not, done=st.lists(deeds, **length(16)))
def test_every_part_is_the_same_from_rows_from_events_and_for_each_by_themself(
    business: Business,
    months: int | None,
    rated: list[tuple[str, int, int]],
    done: list[tuple[str, int, int]],
) -> None:
    with transaction.atomic():
        business = with_dollars(business, months)
        world = World(business)
        for deed in [*rated, *AT_FIRST, *done]:
            world.do(*deed)

        parts = assert_told_as_by_hand(business)

        retold = retell(business)
        assert retold.is_whole
        assert Counter(parts) == Counter(parts_of(retold.books))
        _assert_sums_balance(parts, books_of(business).left)
        transaction.set_rollback(True)


def _assert_sums_balance(parts: list[Part], left: Sequence[Left]) -> None:
    """Nothing is lost or made up: of each currency sums of rows, and of each generation's parts."""
    rows, books = Counter[str](), Counter[str]()
    for currency, amount in ClosedBusiness.objects.values_list("currency", "amount"):
        rows[currency] += amount
    for one in left:
        books[one.currency] += one.amount
    assert rows == books
    assert all(one.amount >= 0 for one in left)
    by_generation: dict[int, Counter[str]] = defaultdict(Counter)
    for part in parts:
        by_generation[part.generation][part.currency] += part.amount
    assert by_generation[1] <= rows
    for generation in range(1, max(by_generation)):
        assert by_generation[generation + 1] <= by_generation[generation]


@given(
    amount=st.integers(0, 10**12),
    cuts=st.lists(st.integers(1, 99), unique=True, max_size=9),
)
def test_the_parts_of_an_amount_come_to_the_amount(amount: int, cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), 100]
    shares = [upto - since for since, upto in pairwise(ends)]

    parts = split(amount, shares)

    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)


@pytest.fixture
def ring(business: Business) -> World:
    """P0 sent P1, who sent P2, who sent P0; P2 paid."""
    world = World(business)
    for by, whom in ((0, 1), (1, 2), (2, 0)):
        world.do("send", by, whom)
    world.do("win", 2, 1000)
    return world


@pytest.mark.django_db
def test_a_ring_of_people_ends_where_it_began(business: Business, ring: World) -> None:
    first, second, third = ring.people[:3]

    assert credited_to(second, business=business).direct.amounts == {"EUR": 1000}
    assert credited_to(first, business=business).through.amounts == {"EUR": 1000}
    assert credited_to(third, business=business).is_nothing
    tree = tree_of(first, business=business)
    assert [one.id for one in tree.people.values()] == [one.pk for one in (first, second, third)]
    assert tree.generations == 2


@pytest.mark.django_db
def test_two_people_who_became_one_keep_what_both_brought(business: Business, ring: World) -> None:
    """P3 sent P4, and turns out to be P1: their rows are named anew."""
    ring.do("send", 3, 4)
    ring.do("win", 4, 500)
    kept, gone = ring.people[1], ring.people[3]
    into = Advocate.objects.get(contact=kept)
    Credit.objects.filter(advocate__contact=gone).update(advocate=into)
    Referral.objects.filter(contact=gone).update(contact=kept)

    assert credited_to(kept, business=business).direct.amounts == {"EUR": 1500}
    assert len(tree_of(ring.people[0], business=business).people) == 4
    # Also where the two had sent each other: nobody stands behind themself.
    Referral.objects.filter(contact=kept).update(contact=ring.people[0])
    assert kept.pk not in tree_of(kept, business=business).root.children


@pytest.mark.django_db
def test_whose_name_was_erased_keeps_the_place(business: Business, ring: World) -> None:
    Contact.objects.filter(pk=ring.people[1].pk).update(name="Somebody", email="", phone="")

    tree = tree_of(ring.people[0], business=business)

    assert [one.name for one in tree.people.values()] == ["P0", "Somebody", "P2"]
    assert tree.root.branch.amounts == {"EUR": 1000}


@pytest.mark.django_db
def test_what_comes_after_the_window_counts_for_nobody_and_the_words_say_so(
    business: Business,
) -> None:
    world = World(business)
    world.do("send", 0, 1)
    world.do("win", 1, 1000)
    world.now += timedelta(days=40)
    world.do("pay", 1, 100)
    sender = world.people[0]
    assert credited_to(sender, business=business).direct.amounts == {"EUR": 1100}
    assert "however long ago" in rule_in_words(business)

    business = services.change_money(
        business=business, changes={"credit_months": 1}, by=SYSTEM, now=world.now
    )

    assert credited_to(sender, business=business).direct.amounts == {"EUR": 1000}
    assert "within a month" in credited_to(sender, business=business).rule


@pytest.mark.django_db
def test_events_of_an_earlier_version_are_left_out_and_named(
    business: Business, ring: World
) -> None:
    """They lacked whom a referral was about, what day it came in, and which amount was refunded."""
    before = Counter(parts_of(retell(business).books))
    referral, sale = Referral.objects.earliest("id"), ClosedBusiness.objects.get()
    nobody = Subject("referral", uuid7())
    old: list[tuple[str, Referral | ClosedBusiness | Subject, dict[str, Any]]] = [
        ("referral.opened", nobody, {"via": "sent_to_me"}),
        ("referral.credited", referral, {}),
        ("business.closed", Subject("closedbusiness", uuid7()), {"amount": 700}),
        ("business.refunded", sale, {"of": str(uuid7()), "amount": 100}),
        ("business.corrected", sale, {"amount": 100}),
    ]
    events = [
        record_event(
            business=business,
            name=name,
            actor=SYSTEM,
            subject=subject,
            payload=payload,
            now=ring.now,
        )
        for name, subject, payload in old
    ]

    retold = retell(business)

    missing = ["contact", "contacts", "currency", "of", "to"]
    assert retold.untold == [
        Untold(event.pk, event.name, field) for event, field in zip(events, missing, strict=True)
    ]
    assert not retold.is_whole
    assert Counter(parts_of(retold.books)) == before
