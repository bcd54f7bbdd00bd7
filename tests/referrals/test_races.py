"""Further business, arrivals and shares of the credit, at the same moment."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from contacts.erasing import erase_contact
from contacts.models import Contact
from introductions.models import Advocate
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from tests.introductions.factories import a_contact, an_advocate
from tests.introductions.racing import committed, grounds, race
from tests.referrals.factories import a_referral, won

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
