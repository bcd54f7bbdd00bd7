"""Putting together and erasing, at the moment at which others press their buttons."""

from collections import Counter
from datetime import datetime
from functools import partial

import pytest

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from contacts.erasing import erase_contact
from contacts.merging import merge_contacts
from contacts.models import Contact, Formerly
from contacts.services import log_interaction
from insights.attribution import books_of, parts_of
from insights.retold import books_from_history
from introductions.models import Advocate, Introduction
from introductions.services import advocate_for, come_by_link, share_introduction
from referrals.models import ClosedBusiness
from referrals.services import record_closed_business
from tests.introductions.factories import WORDS, a_contact
from tests.introductions.racing import a_business, assert_one_won, assert_refused, committed, race
from tests.thorough import RACES

pytestmark = pytest.mark.django_db(transaction=True)


def _told_alike(business: Business) -> bool:
    told = Counter(parts_of(books_from_history(business)))
    return told == Counter(parts_of(books_of(business)))


def _two(business: Business, now: datetime) -> tuple[Contact, Contact]:
    """Two entries, each of them an advocate."""
    made = tuple(
        a_contact(business, now, name=f"Marta {number}", email=f"marta{number}@x.example")
        for number in range(2)
    )
    for contact in made:
        advocate_for(contact=contact, now=now)
    return made[0], made[1]


def _merge(kept: Contact, other: Contact, now: datetime) -> object:
    return merge_contacts(kept=kept, other=other.pk, by=SYSTEM, now=now)


def _left(business: Business) -> list[Contact]:
    return committed(business, lambda: list(Contact.objects.order_by("pk")))


def test_of_two_merges_the_other_way_round_one_wins(alice: User, now: datetime) -> None:
    for _ in range(RACES):
        business = a_business(alice, now)
        one, other = committed(business, partial(_two, business, now))

        outcomes = race(
            business, partial(_merge, one, other, now), partial(_merge, other, one, now)
        )

        assert_one_won(outcomes)
        assert len(_left(business)) == 1
        assert committed(business, Formerly.objects.filter(label="contact").count) == 1


def test_a_merge_pressed_twice_at_once_happens_once(alice: User, now: datetime) -> None:
    for _ in range(RACES):
        business = a_business(alice, now)
        one, other = committed(business, partial(_two, business, now))

        outcomes = race(business, *[partial(_merge, one, other, now)] * 2)

        assert outcomes == [None, None]
        merged = Event.objects.filter(name="contact.merged")
        assert committed(business, merged.count) == 1


@pytest.mark.parametrize("which", [0, 1])
def test_a_merge_against_an_erasure_ends_whole(alice: User, now: datetime, which: int) -> None:
    """Merged first, the one that is left is erased or the press is refused; erased first, the
    merge is refused."""
    for _ in range(RACES):
        business = a_business(alice, now)
        pair = committed(business, partial(_two, business, now))
        erase = partial(erase_contact, contact=pair[which], by=SYSTEM, now=now)

        outcomes = race(business, partial(_merge, *pair, now), erase)

        assert_refused([each for each in outcomes if each is not None])
        left = _left(business)
        if outcomes[0] is None:
            assert len(left) == 1
            assert left[0].is_erased == (outcomes[1] is None)
        else:
            assert len(left) == 2
            assert [each.is_erased for each in left if each.pk == pair[which].pk] == [True]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("deed", ["merge", "erase"])
def test_an_introduction_being_made_is_there_once_or_refused(
    alice: User, now: datetime, deed: str, which: int
) -> None:
    for _ in range(RACES):
        business = a_business(alice, now)
        pair = committed(business, partial(_two, business, now))
        advocate = committed(business, partial(Advocate.objects.get, contact=pair[which]))
        make = partial(
            share_introduction, advocate=advocate, first_name="Jonas", words=WORDS, now=now
        )
        act = (
            partial(_merge, *pair, now)
            if deed == "merge"
            else partial(erase_contact, contact=pair[which], by=SYSTEM, now=now)
        )

        outcomes = race(business, act, make)

        assert outcomes[0] is None
        assert_refused([each for each in outcomes if each is not None])
        rows = committed(business, lambda: list(Introduction.objects.all()))
        assert len(rows) == (1 if outcomes[1] is None else 0)
        kept = committed(business, lambda: set(Advocate.objects.values_list("pk", flat=True)))
        assert {row.advocate_id for row in rows} <= kept


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_written_down_meanwhile_is_the_kept_ones_or_refused(
    alice: User, now: datetime, which: int
) -> None:
    for _ in range(RACES):
        business = a_business(alice, now)
        pair = committed(business, partial(_two, business, now))
        pay = partial(
            record_closed_business,
            contact=pair[which],
            amount=100,
            currency="EUR",
            on=now.date(),
            by=SYSTEM,
            now=now,
        )
        note = partial(
            log_interaction, contact=pair[which], kind="call", text="Hm", by=SYSTEM, now=now
        )

        outcomes = race(business, partial(_merge, *pair, now), pay, note)

        assert outcomes[0] is None
        assert_refused([each for each in outcomes if each is not None])
        amounts = committed(business, lambda: list(ClosedBusiness.objects.all()))
        assert [row.contact_id for row in amounts] == [pair[0].pk] * (outcomes[1] is None)


def test_who_comes_by_a_link_of_an_entry_that_goes_came_to_the_kept_one(
    alice: User, now: datetime
) -> None:
    for _ in range(RACES):
        business = a_business(alice, now)
        pair = committed(business, partial(_two, business, now))
        advocate = committed(business, partial(Advocate.objects.get, contact=pair[1]))
        come = partial(
            come_by_link,
            advocate=advocate,
            first_name="Jonas",
            email="jonas@x.example",
            words="We run together.",
            now=now,
        )

        outcomes = race(business, partial(_merge, *pair, now), come)

        assert outcomes[0] is None
        assert_refused([each for each in outcomes if each is not None])
        assert len(_left(business)) == 1
        assert committed(business, partial(_told_alike, business))
