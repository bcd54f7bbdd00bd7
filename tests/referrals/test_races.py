"""Further business, arrivals and shares of the credit, at the same moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from businesses.moves import NotPossibleNow
from contacts.erasing import erase_contact
from contacts.models import Contact
from introductions.models import Advocate
from introductions.services import send_handshake_now
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from referrals.services.amounts import DayNotPossible
from tests.introductions.factories import JONAS, a_contact, accepted, an_advocate
from tests.introductions.racing import committed, grounds, race
from tests.referrals.factories import a_referral, lost, won
from tests.rewards.factories import a_rule, published

pytestmark = pytest.mark.django_db(transaction=True)


def _referral(business: Business, now: datetime) -> Referral:
    return a_referral(an_advocate(business, now), now)


def test_two_presses_of_further_business_are_one(alice: User, now: datetime) -> None:
    later = now + timedelta(hours=1)

    def begin(business: Business) -> tuple[Referral, Contact]:
        row = won(_referral(business, now), now)
        return row, row.contact

    for business, (row, contact) in grounds(alice, now, begin):
        press = partial(
            services.record_closed_business,
            contact=contact,
            referral=row,
            amount=9_900,
            currency="EUR",
            on=now.date(),
            by=SYSTEM,
            now=later,
        )

        assert race(business, press, press, press) == [None, None, None]

        assert committed(business, ClosedBusiness.objects.filter(amount=9_900).count) == 1


def test_of_two_days_that_are_mended_at_once_the_first_time_stays_the_first(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> tuple[ClosedBusiness, ClosedBusiness]:
        keep = partial(services.record_closed_business, amount=9_900, currency="EUR", by=SYSTEM)
        on = now.date() - timedelta(days=20)
        first = keep(contact=a_contact(business, now), on=on, every="month", now=now)
        again = partial(services.came_in_again, closed_business=first, by=SYSTEM, now=now)
        return first, again(on=on + timedelta(days=10))

    def to(row: ClosedBusiness, days: int) -> Callable[[], object]:
        on = now.date() - timedelta(days=days)
        mend = partial(services.correct_closed_business, amount=9_900, by=SYSTEM, now=now)
        return partial(mend, closed_business=row, on=on)

    for business, (first, again) in grounds(alice, now, begin):
        outcomes = race(business, to(first, 12), to(again, 15))

        assert sorted(map(type, outcomes), key=str) == [type(None), DayNotPossible]


def test_two_arrivals_of_one_person_are_one(alice: User, now: datetime) -> None:
    for business, marta in grounds(alice, now, partial(a_contact, now=now)):
        arrive = partial(
            services.record_sent_someone,
            business=business,
            name="Ida",
            sender=marta,
            by=SYSTEM,
            now=now,
        )

        assert race(business, arrive, arrive) == [None, None]

        assert committed(business, Referral.objects.count) == 1
        assert committed(business, Credit.objects.count) == 1


def test_of_two_ways_to_share_the_credit_one_stands_whole(alice: User, now: datetime) -> None:
    def begin(business: Business) -> tuple[Referral, Advocate, Advocate, Advocate]:
        marta = an_advocate(business, now)
        walter = an_advocate(business, now, name="Walter Holm", email="w@holm.example")
        ines = an_advocate(business, now, name="Ines Duarte", email="i@x.example")
        return a_referral(marta, now), marta, walter, ines

    for business, (row, marta, *others) in grounds(alice, now, begin):
        share = partial(services.split_credit, referral=row, by=SYSTEM, now=now)

        outcomes = race(
            business,
            *(partial(share, shares={marta.pk: 50, other.pk: 50}) for other in others),
            partial(won, row, now),
        )

        assert outcomes == [None, None, None]
        shares = committed(business, lambda row=row: [*row.credits.values_list("share", flat=True)])
        assert shares == [50, 50]


def test_to_whoever_is_erased_while_business_is_won_nothing_is_owed(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> tuple[Referral, Contact]:
        row = _referral(business, now)
        return row, row.credits.get().advocate.contact

    for business, (row, marta) in grounds(alice, now, begin):
        outcomes = race(
            business,
            partial(won, row, now),
            partial(erase_contact, contact=marta, by=SYSTEM, now=now),
        )

        assert outcomes == [None, None]
        assert committed(business, ThankYou.objects.due().count) == 0


def _with_sender(
    business: Business, sender: Advocate, now: datetime, *, told: bool = False
) -> object:
    """*Someone was sent to me*: Jonas once more, and now by whom."""
    return services.record_sent_someone(
        business=business,
        name="Jonas",
        email=JONAS,
        sender=sender.contact,
        told_of_terms=told,
        by=SYSTEM,
        now=now,
    )


@pytest.mark.parametrize("how", ["named", "handshake"])
def test_of_sharing_the_credit_and_whoever_is_credited_first_the_shares_are_whole(
    alice: User, now: datetime, how: str
) -> None:
    def begin(business: Business) -> tuple[Referral, Advocate, Advocate, Any]:
        walter = an_advocate(business, now, name="Walter Holm", email="w@holm.example")
        marta = an_advocate(business, now)
        row = services.record_sent_someone(
            business=business, name="Jonas", email=JONAS, by=SYSTEM, now=now
        )
        return row, marta, walter, accepted(marta, now)

    for business, (row, marta, walter, yes) in grounds(alice, now, begin):
        share = partial(services.split_credit, referral=row, by=SYSTEM, now=now)
        presses: dict[str, Callable[[], object]] = {
            "named": partial(_with_sender, business, marta, now),
            "handshake": partial(send_handshake_now, introduction=yes, now=now),
        }

        outcomes = race(business, partial(share, shares={walter.pk: 100}), presses[how])

        assert outcomes == [None, None]
        shares = committed(business, lambda row=row: [*row.credits.values_list("share", flat=True)])
        assert shares == [100]


@pytest.mark.parametrize("how", ["named", "handshake", "marta again"])
def test_whoever_comes_again_while_they_are_reopened_is_followed_once(
    alice: User, now: datetime, how: str
) -> None:
    def begin(business: Business) -> tuple[Referral, Advocate, Advocate, Any]:
        walter = an_advocate(business, now, name="Walter Holm", email="w@holm.example")
        marta = an_advocate(business, now)
        row = lost(a_referral(marta, now), now)
        return row, marta, walter, accepted(walter, now)

    for business, (row, marta, walter, yes) in grounds(alice, now, begin):
        presses: dict[str, Callable[[], object]] = {
            "named": partial(_with_sender, business, walter, now),
            "handshake": partial(send_handshake_now, introduction=yes, now=now),
            "marta again": partial(_with_sender, business, marta, now),
        }
        reopen = partial(services.reopen_referral, referral=row, by=SYSTEM, now=now)

        reopened, came = race(business, reopen, presses[how])

        assert came is None
        assert isinstance(reopened, (type(None), services.FollowedAlready, NotPossibleNow))
        assert committed(business, Referral.objects.open().count) == 1
        referrals = committed(business, Referral.objects.count)
        assert referrals == (2 if isinstance(reopened, services.FollowedAlready) else 1)


def test_of_a_win_and_whoever_is_named_as_the_sender_both_are_kept(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> tuple[Referral, Advocate]:
        published(business, now, a_rule())
        row = services.record_sent_someone(
            business=business, name="Jonas", email=JONAS, by=SYSTEM, now=now
        )
        return row, an_advocate(business, now)

    for business, (row, marta) in grounds(alice, now, begin):
        named = partial(_with_sender, business, marta, now, told=True)

        assert race(business, partial(won, row, now), named) == [None, None]

        assert committed(business, Credit.objects.get).advocate_id == marta.pk
