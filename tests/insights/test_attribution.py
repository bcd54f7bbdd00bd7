"""Who is credited with what came in, and the tree of who brought whom, on worlds made at random.

What the product works out for one person, reading only what it needs, is compared with the rule
followed row by row by other means (`by_hand`), and with the same rule over what the events tell.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

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
from businesses.refusals import Refusal
from contacts.models import Contact
from insights.attribution import (
    Part,
    books_of,
    bringers,
    credited_to,
    parts_of,
    rule_in_words,
    split,
    who_brought,
)
from insights.lineage import tree_of
from insights.retold import Untold, retell
from insights.worth import Left
from introductions.models import Advocate
from introductions.services import advocate_for
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral
from tests.insights.by_hand import Slip, first_by_hand, left_by_hand, slips_by_hand
from tests.introductions.factories import a_contact
from tests.thorough import length, runs

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
PEOPLE = 5

numbers = st.integers(min_value=0, max_value=PEOPLE - 1)
deeds = st.one_of(
    st.tuples(st.just("send"), numbers, numbers),
    st.tuples(st.just("win"), numbers, st.integers(1, 999)),
    st.tuples(st.just("lose"), numbers, numbers),
    st.tuples(st.just("pay"), numbers, st.integers(1, 999)),
    st.tuples(st.just("back"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("mend"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("exchange"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("share"), numbers, numbers),
    st.tuples(st.just("return"), numbers, numbers),
)


def with_dollars(business: Business, months: int | None) -> Business:
    """It takes dollars, too, and what somebody brings counts for so many months."""
    return services.change_money(
        business=business,
        changes={"credit_months": months, "other_currencies": ["USD"]},
        by=SYSTEM,
        now=NOW,
    )


@dataclass
class World:
    """People who send each other, pay, and are given back; a day passes with each deed."""

    business: Business
    now: datetime = NOW
    people: list[Contact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = [
            a_contact(self.business, NOW, name=f"P{number}", email=f"p{number}@x.example")
            for number in range(PEOPLE)
        ]

    def do(self, deed: str, first: int, second: int) -> None:
        self.now += timedelta(days=1)
        acts: dict[str, Callable[[int, int], object]] = {
            "send": self._send,
            "win": self._win,
            "lose": self._lose,
            "pay": self._pay,
            "back": self._back,
            "mend": self._mend,
            "exchange": self._exchange,
            "share": self._share,
            "return": self._return,
        }
        try:
            with transaction.atomic():
                acts[deed](first, second)
        except Refusal:
            return

    def _send(self, by: int, whom: int) -> None:
        services.record_sent_someone(
            business=self.business,
            name=f"P{whom}",
            email=f"p{whom}@x.example",
            sender=self.people[by],
            by=SYSTEM,
            now=self.now,
        )

    def _open(self, who: int) -> Referral:
        found = Referral.objects.open().of_contact(self.people[who]).first()
        if found is None:
            raise Refusal
        return found

    def _win(self, who: int, amount: int) -> None:
        referral = self._open(who)
        services.win_referral(
            referral=referral,
            amount=amount,
            currency="EUR",
            on=self.now.date(),
            by=SYSTEM,
            now=self.now,
        )

    def _lose(self, who: int, _: int) -> None:
        services.lose_referral(referral=self._open(who), reason="price", by=SYSTEM, now=self.now)

    def _return(self, by: int, whom: int) -> None:
        """What was talked about is over, and another sends them anew: to buy this time."""
        for referral in Referral.objects.open().of_contact(self.people[whom]):
            services.lose_referral(referral=referral, reason="price", by=SYSTEM, now=self.now)
        self._send(by, whom)
        self._win(whom, 700)

    def _pay(self, who: int, amount: int) -> None:
        services.record_closed_business(
            contact=self.people[who],
            amount=amount,
            currency="EUR",
            on=self.now.date(),
            by=SYSTEM,
            now=self.now,
        )

    def _row(self, number: int) -> ClosedBusiness:
        rows = list(ClosedBusiness.objects.income().order_by("id"))
        if not rows:
            raise Refusal
        return rows[number % len(rows)]

    def _back(self, number: int, amount: int) -> None:
        services.give_back(
            closed_business=self._row(number),
            amount=amount,
            on=self.now.date(),
            by=SYSTEM,
            now=self.now,
        )

    def _mend(self, number: int, amount: int) -> None:
        row = self._row(number)
        services.correct_closed_business(
            closed_business=row, amount=amount, on=row.closed_on, by=SYSTEM, now=self.now
        )

    def _exchange(self, number: int, amount: int) -> None:
        """It was in dollars; and after all it was in euros."""
        row = self._row(number)
        for currency in ("USD", "EUR"):
            row = services.keep_in_other_currency(
                closed_business=row, amount=amount, currency=currency, by=SYSTEM, now=self.now
            )

    def _share(self, who: int, also: int) -> None:
        credit = Credit.objects.filter(referral__contact=self.people[who]).first()
        if credit is None:
            raise Refusal
        other = advocate_for(contact=self.people[also], now=self.now)
        if other.pk == credit.advocate_id:
            raise Refusal
        services.split_credit(
            referral=credit.referral,
            shares={credit.advocate_id: 67, other.pk: 33},
            by=SYSTEM,
            now=self.now,
        )


def _sum(slips: Sequence[Slip], advocate: UUID, *, direct: bool) -> int:
    return sum(
        slip.amount
        for slip in slips
        if slip.advocate == advocate and (slip.generation == 1) == direct
    )


@pytest.mark.django_db
@pytest.mark.parametrize("months", [None, 1])
@hypothesis_settings(
    max_examples=runs(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=st.lists(deeds, **length(16)))
def test_every_part_is_the_same_from_rows_from_events_and_for_each_by_themself(
    business: Business, months: int | None, done: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        business = with_dollars(business, months)
        world = World(business)
        for deed in done:
            world.do(*deed)

        slips = slips_by_hand(business)

        books = books_of(business)
        parts = list(parts_of(books))
        assert Counter((one.advocate, one.generation, one.amount, one.on) for one in parts) == (
            Counter((one.advocate, one.generation, one.amount, one.on) for one in slips)
        )
        retold = retell(business)
        assert retold.is_whole
        assert Counter(parts) == Counter(parts_of(retold.books))
        _assert_sums_balance(parts, books.left)
        for person in world.people:
            credited = credited_to(person, business=business)
            for worth, direct in ((credited.direct, True), (credited.through, False)):
                expected = _sum(slips, person.pk, direct=direct)
                assert worth.amounts.get("EUR", 0) == expected
            _assert_tree_is(person, slips, business)
        _assert_bringers_are(slips, business)
        transaction.set_rollback(True)


def _assert_bringers_are(slips: Sequence[Slip], business: Business) -> None:
    """All at once, or each on a page of their own; and as many people as stand in their tree."""
    everybody = list(bringers().by_name())
    assert {one.pk for one in everybody} == set(
        Credit.objects.values_list("advocate__contact", flat=True)
    )
    told = who_brought(everybody, business=business)
    for one in told:
        for worth, direct in ((one.direct, True), (one.through, False)):
            expected = _sum(slips, one.contact.pk, direct=direct)
            assert worth.amounts.get("EUR", 0) == expected
        assert one.people == len(tree_of(one.contact, business=business).by_generation[0])
    assert told == [who_brought([one], business=business)[0] for one in everybody]


def _assert_sums_balance(parts: list[Part], left: Sequence[Left]) -> None:
    """Nothing is lost or made up: sums of rows, and of each generation's parts."""
    amounts = Counter[str]()
    for currency, amount in ClosedBusiness.objects.values_list("currency", "amount"):
        amounts[currency] += amount
    rows = amounts.total()
    assert not amounts["USD"]
    assert rows == sum(one.amount for one in left)
    assert all(one.amount >= 0 for one in left)
    by_generation: Counter[int] = Counter()
    for part in parts:
        by_generation[part.generation] += part.amount
    assert by_generation[1] <= rows
    for generation in range(1, max(by_generation, default=0)):
        assert by_generation[generation + 1] <= by_generation[generation]


def _assert_tree_is(person: Contact, slips: Sequence[Slip], business: Business) -> None:
    """Whoever stands behind them is in it once, each with what came through the root from them."""
    tree = tree_of(person, business=business)
    assert set(tree.people) == _behind_by_hand(person.pk)
    left = {row.pk: left_by_hand(row) for row in ClosedBusiness.objects.income()}
    mine = [slip for slip in slips if slip.advocate == person.pk]
    for one in tree.people.values():
        own = one.own.amounts.get("EUR", 0)
        paid = sum(left[row.pk] for row in ClosedBusiness.objects.income().filter(contact=one.id))
        came = sum(slip.amount for slip in mine if slip.payer == one.id)
        assert own == paid if one is tree.root else came <= own <= paid
        if not Credit.objects.filter(share__lt=100).exists():
            assert one is tree.root or own == came
        under = own + sum(child.branch.amounts.get("EUR", 0) for child in one.children)
        assert one.branch.amounts.get("EUR", 0) == under
        assert all(child.generation == one.generation + 1 for child in one.children)


def _behind_by_hand(root: UUID) -> set[UUID]:
    """Everybody they sent, and whoever was sent by those whom somebody here sent first."""
    reached, waiting, opened = {root}, [root], {root}
    while waiting:
        by = waiting.pop()
        for referral in Referral.objects.filter(credits__advocate__contact=by):
            reached.add(referral.contact_id)
            first = first_by_hand(referral.contact_id)
            if first == referral and referral.contact_id not in opened:
                opened.add(referral.contact_id)
                waiting.append(referral.contact_id)
    return reached


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
