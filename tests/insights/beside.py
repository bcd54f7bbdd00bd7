"""What the product tells of who brought what, beside the same told by hand (`by_hand`)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from businesses.models import Business
from contacts.models import Contact
from insights.attribution import Part, books_of, bringers, credited_to, parts_of, who_brought
from insights.lineage import Person, tree_of
from insights.worth import Worth
from referrals.models import ClosedBusiness, Credit, Referral
from tests.insights.by_hand import (
    Coin,
    Slip,
    came_by_hand,
    first_by_hand,
    left_by_hand,
    slips_by_hand,
    sums_by_hand,
    together_by_hand,
)

Paid = Sequence[tuple[ClosedBusiness, Coin]]
Coins = Callable[[UUID], list[Coin]]


def assert_told_as_by_hand(business: Business) -> list[Part]:
    """Everybody's part, of all at once, for each by themself and on their page, and each tree."""
    slips = slips_by_hand(business)
    paid = [(row, Coin(left_by_hand(row), row.currency, row.closed_on)) for row in came_by_hand()]
    parts = list(parts_of(books_of(business)))
    assert Counter(
        (one.advocate, one.generation, one.amount, one.currency, one.on) for one in parts
    ) == Counter((one.advocate, one.generation, one.amount, one.currency, one.on) for one in slips)
    for person in Contact.objects.order_by("pk"):
        credited = credited_to(person, business=business)
        _assert_worth(credited.direct, _brought(slips, person.pk, is_direct=True))
        _assert_worth(credited.through, _brought(slips, person.pk, is_direct=False))
        _assert_tree_is(person, slips, paid, business)
    _assert_bringers_are(slips, business)
    return parts


def _brought(slips: Sequence[Slip], advocate: UUID, *, is_direct: bool) -> list[Coin]:
    return [
        Coin(slip.amount, slip.currency, slip.on)
        for slip in slips
        if slip.advocate == advocate and (slip.generation == 1) == is_direct
    ]


def _assert_worth(worth: Worth, coins: Iterable[Coin]) -> None:
    told = list(coins)
    assert (worth.amounts, worth.together) == (sums_by_hand(told), together_by_hand(told))


def _assert_bringers_are(slips: Sequence[Slip], business: Business) -> None:
    """All at once, or each on a page of their own."""
    everybody = list(bringers().by_name())
    assert {one.pk for one in everybody} == set(
        Credit.objects.values_list("advocate__contact", flat=True)
    )
    told = who_brought(everybody, business=business)
    for one in told:
        key = one.contact.pk
        _assert_worth(one.direct, _brought(slips, key, is_direct=True))
        _assert_worth(one.through, _brought(slips, key, is_direct=False))
        sent = Referral.objects.filter(credits__advocate__contact=key)
        assert one.people == len({referral.contact_id for referral in sent})
    assert told == [who_brought([one], business=business)[0] for one in everybody]


def _assert_tree_is(person: Contact, slips: Sequence[Slip], paid: Paid, business: Business) -> None:
    """Whoever stands behind them is in it once, each with what came through the root from them."""
    tree = tree_of(person, business=business)
    assert set(tree.people) == _behind_by_hand(person.pk)
    through_root = {slip.row for slip in slips if slip.advocate == person.pk}

    def coins(key: UUID) -> list[Coin]:
        return [
            coin
            for row, coin in paid
            if row.contact_id == key and (key == person.pk or row.pk in through_root)
        ]

    assert len(_assert_branch_is(tree.root, coins)) == len(tree.people)


def _assert_branch_is(one: Person, coins: Coins) -> list[Person]:
    """Whoever is in it; what came from each of them, and all that came from those behind them."""
    _assert_worth(one.own, coins(one.id))
    branch = [one]
    for child in one.children:
        assert (child.generation, child.parent) == (one.generation + 1, one.id)
        branch += _assert_branch_is(child, coins)
    _assert_worth(one.branch, [coin for each in branch for coin in coins(each.id)])
    return branch


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
