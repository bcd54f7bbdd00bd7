"""Two entries of one person become one, and nobody earns the same twice: not then, not later."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, Scope, User
from contacts.models import Contact
from introductions.models import Advocate
from introductions.services import advocate_for
from referrals.models import ClosedBusiness, ThankYou
from referrals.services import split_credit
from rewards.models import Reward
from rewards.states import ForWhom, Trigger
from tests.api.client import with_a_key
from tests.introductions.factories import a_contact, shared
from tests.referrals.factories import lost, won
from tests.rewards.factories import a_rule, approved, follow, given, published, shook_hands, void

pytestmark = pytest.mark.django_db

Merge = Callable[[Contact, Contact], None]
ONCE = "The same person gets it once."
HIS_SECOND = {"trigger": "handshake", "referral__contact__name": "Jo"}


@pytest.fixture
def merge(alice_client: Client, business: Business) -> Merge:
    """The first is kept, on the page."""

    def press(kept: Contact, other: Contact) -> None:
        at = f"/b/{business.slug}/people/{kept.pk}/merge/"
        answer = alice_client.post(at, {"other": str(other.pk)})
        assert answer.status_code == 302, answer.text

    return press


@pytest.fixture
def walter(business: Business, now: datetime) -> Advocate:
    return advocate_for(contact=a_contact(business, now, "Walter", "w@holm.example"), now=now)


@pytest.fixture
def m_oliveira(business: Business, now: datetime) -> Contact:
    return a_contact(business, now, "M. Oliveira", "info@oliveira.example")


def states() -> list[str]:
    return list(Reward.objects.order_by("earned_at", "id").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("first", "second", "end"),
    [
        (None, None, ["earned", "void"]),
        (None, given, ["void", "given"]),
        (given, given, ["given", "given"]),
        (void, None, ["void", "earned"]),
    ],
)
def test_whoever_was_welcomed_as_two_is_welcomed_once(
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
    merge: Merge,
    first: Callable[[Reward, datetime], Reward] | None,
    second: Callable[[Reward, datetime], Reward] | None,
    end: list[str],
) -> None:
    published(business, now, a_rule(for_whom=ForWhom.PROSPECT))
    kept = shook_hands(marta, now, "jonas@x.example").contact
    other = shook_hands(walter, now, "jo@x.example", "Jo").contact
    for press, contact in ((first, kept), (second, other)):
        one = Reward.objects.get(contact=contact)
        if press is not None:
            press(approved(one, now) if press is given else one, now)

    merge(kept, other)
    third = advocate_for(contact=a_contact(business, now, "Ida", "ida@x.example"), now=now)
    shook_hands(third, now, "jonas@x.example")

    assert states() == end
    assert set(Reward.objects.values_list("contact", flat=True)) == {kept.pk}
    reasons = {one.void_because for one in Reward.objects.filter(state="void")}
    assert reasons <= {ONCE, "A slip."}


def test_every_third_yes_is_counted_on(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime, merge: Merge
) -> None:
    published(business, now, a_rule(Trigger.NTH, every=3))
    for number in range(4):
        shook_hands(marta, now, f"p{number}@x.example", f"Jonas {number}")
    for number in range(4, 8):
        other = advocate_for(contact=m_oliveira, now=now)
        shook_hands(other, now, f"p{number}@x.example", f"Jonas {number}")
    assert states() == ["earned", "earned"]

    merge(m_oliveira, marta.contact)
    both = Advocate.objects.get(contact=m_oliveira)
    counts = []
    for number in range(8, 12):
        shook_hands(both, now, f"p{number}@x.example", f"Jonas {number}")
        counts.append(len(states()))

    assert counts == [3, 3, 3, 4]


def test_taking_part_stays_once_for_ever(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime, merge: Merge
) -> None:
    published(business, now, a_rule(Trigger.TAKING_PART))
    shared(marta, now)
    follow(now)

    merge(m_oliveira, marta.contact)
    shared(Advocate.objects.get(contact=m_oliveira), now, first_name="Ida")
    follow(now)

    assert states() == ["earned"]


def test_who_took_part_as_two_under_two_versions_is_rewarded_once(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime, merge: Merge
) -> None:
    published(business, now, a_rule(Trigger.TAKING_PART))
    shared(marta, now)
    follow(now)
    published(business, now, a_rule(Trigger.TAKING_PART, amount=5_000))
    shared(advocate_for(contact=m_oliveira, now=now), now, first_name="Ida")
    follow(now)
    assert states() == ["earned", "earned"]

    merge(m_oliveira, marta.contact)

    assert states() == ["earned", "void"]
    assert Reward.objects.get(state="void").void_because == ONCE


def test_what_a_customer_has_for_a_sale_follows_it_when_they_are_put_together(
    alice_client: Client,
    business: Business,
    marta: Advocate,
    m_oliveira: Contact,
    now: datetime,
    merge: Merge,
) -> None:
    published(business, now, a_rule(Trigger.WON, for_whom=ForWhom.PROSPECT, amount=0, percent=10))
    won(shook_hands(marta, now), now, amount=100_000)
    follow(now)
    jonas = Reward.objects.get().contact
    assert jonas is not None

    merge(m_oliveira, jonas)
    sale = ClosedBusiness.objects.get()
    facts = {"amount": "400", "on": clock.today(business).isoformat()}
    alice_client.post(f"/b/{business.slug}/came-in/{sale.pk}/refund/", facts)
    follow(now)

    assert (Reward.objects.get().amount, Reward.objects.get().contact) == (6_000, m_oliveira)


def test_parts_of_one_sale_become_one_part(
    business: Business, marta: Advocate, walter: Advocate, now: datetime, merge: Merge
) -> None:
    published(business, now, a_rule(Trigger.WON, amount=0, percent=10))
    referral = shook_hands(marta, now)
    shook_hands(walter, now)
    split_credit(referral=referral, shares={marta.pk: 67, walter.pk: 33}, by=SYSTEM, now=now)
    won(referral, now, amount=100_000)
    follow(now)

    merge(marta.contact, walter.contact)

    parts = Reward.objects.order_by("-share").values_list("share", "amount", "state")
    assert list(parts) == [(100, 10_000, "earned"), (0, 3_300, "void")]


def test_who_was_sent_as_two_is_rewarded_and_thanked_for_once(
    business: Business, marta: Advocate, walter: Advocate, now: datetime, merge: Merge
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION), a_rule(), a_rule(Trigger.WON))
    kept = shook_hands(marta, now, "jonas@x.example").contact
    other = shook_hands(marta, now, "jo@y.example", "Jo").contact
    shook_hands(walter, now, "jo@y.example", "Jo")
    given(approved(Reward.objects.get(contact=marta.contact, **HIS_SECOND), now), now)

    merge(kept, other)
    follow(now)

    of_marta = Reward.objects.filter(contact=marta.contact).order_by("trigger", "earned_at", "id")
    assert list(of_marta.values_list("trigger", "state")) == [
        ("handshake", "void"),
        ("handshake", "given"),
        ("introduction", "earned"),
        ("introduction", "void"),
    ]
    assert not Reward.objects.filter(contact=walter.contact, state="void").exists()
    owed = ThankYou.objects.due().values_list("advocate", flat=True)
    assert sorted(owed) == sorted([marta.pk, walter.pk])


def test_who_came_again_when_the_first_had_ended_was_sent_twice(
    business: Business, marta: Advocate, now: datetime, merge: Merge
) -> None:
    published(business, now, a_rule())
    first = lost(shook_hands(marta, now, "jonas@x.example"), now)
    second = shook_hands(marta, now + timedelta(days=300), "jo@y.example", "Jo")

    merge(first.contact, second.contact)

    assert states() == ["earned", "earned"]
    assert ThankYou.objects.due().count() == 2


@pytest.mark.parametrize(
    ("amounts", "are_given", "end"),
    [
        ((10_000, 10_000), (), [("approved", 10_000), ("void", 10_000)]),
        ((6_000, 6_000), (), [("approved", 6_000), ("approved", 4_000)]),
        ((4_000, 6_000), (), [("approved", 4_000), ("approved", 6_000)]),
        ((6_000, 6_000), (1,), [("approved", 4_000), ("given", 6_000)]),
        ((10_000, 10_000), (0, 1), [("given", 10_000), ("given", 10_000)]),
    ],
)
def test_whoever_earned_as_two_gets_no_more_in_a_year_than_one(
    alice: User,
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
    amounts: tuple[int, int],
    are_given: tuple[int, ...],
    end: list[tuple[str, int]],
) -> None:
    api = with_a_key(business, alice, Scope.ADMIN)
    for number, (advocate, amount) in enumerate(zip((walter, marta), amounts, strict=True)):
        published(business, now, a_rule(amount=amount), ceiling=10_000)
        shook_hands(advocate, now, f"p{number}@x.example", f"Jonas {number}")
        at = f"/rewards/{Reward.objects.latest('id').pk}"
        assert api.post(f"{at}/approve").status_code == 200
        if number in are_given:
            assert api.post(f"{at}/give").status_code == 200

    both = {"other_id": str(walter.contact_id)}
    assert api.post(f"/contacts/{marta.contact_id}/merge", both).status_code == 200
    follow(now)

    found = api.get("/rewards", {"contact_id": str(marta.contact_id)}).json()["results"]
    assert [(one["state"], one["amount"]) for one in found] == end
    fell = {one["void_because"] for one in found if one["state"] == "void"}
    assert fell <= {"The ceiling for the year is reached."}


def test_what_cannot_be_cut_gives_way_whole_and_comes_back_once_there_is_room(
    alice_client: Client,
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
    merge: Merge,
) -> None:
    published(business, now, a_rule(what="gift", words="tea", amount=6_000), ceiling=10_000)
    for number, advocate in enumerate((marta, walter)):
        shook_hands(advocate, now, f"p{number}@x.example", f"Jonas {number}")

    merge(marta.contact, walter.contact)
    follow(now)
    first, second = Reward.objects.order_by("id")
    assert (first.state, second.state) == ("earned", "void")

    at = f"/b/{business.slug}/rewards/{first.pk}/void/"
    alice_client.post(at, {"reason": "A slip."})
    follow(now)

    assert states() == ["void", "earned"]
