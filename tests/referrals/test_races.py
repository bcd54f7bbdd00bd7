"""Opposite buttons of a referral or a thank-you, pressed at the same moment."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from activity.actors import SYSTEM
from businesses.models import Business
from introductions.models import Advocate
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from tests.introductions.factories import an_advocate
from tests.introductions.racing import assert_one_won, committed, race
from tests.referrals.factories import a_referral, lost, moved, won
from tests.thorough import RACES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return committed(business, lambda: an_advocate(business, now))


def the_next(business: Business, marta: Advocate, now: datetime, number: int) -> Referral:
    return committed(business, partial(a_referral, marta, now, email=f"p{number}@x.example"))


def test_of_winning_and_losing_one_wins(business: Business, marta: Advocate, now: datetime) -> None:
    for number in range(RACES):
        row = the_next(business, marta, now, number)

        assert_one_won(race(business, partial(won, row, now), partial(lost, row, now)))


def test_two_wins_are_one_and_owe_one_thank_you(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        row = the_next(business, marta, now, number)

        assert_one_won(race(business, partial(won, row, now), partial(won, row, now)))

    assert committed(business, ClosedBusiness.objects.count) == RACES
    assert committed(business, ThankYou.objects.filter(reason="business").count) == RACES


def test_two_presses_of_further_business_are_one(
    business: Business, marta: Advocate, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    for number in range(RACES):
        row = committed(business, partial(won, the_next(business, marta, now, number), now))
        press = partial(
            services.record_closed_business,
            contact=row.contact,
            referral=row,
            amount=9_900,
            currency="EUR",
            on=now.date(),
            by=SYSTEM,
            now=later,
        )

        assert race(business, press, press, press) == [None, None, None]

    kept = committed(business, ClosedBusiness.objects.filter(amount=9_900).count)
    assert kept == RACES


def test_of_moving_and_losing_nothing_is_half_done(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        row = the_next(business, marta, now, number)

        outcomes = race(business, partial(moved, row, "met", now), partial(lost, row, now))

        # Lost in the end, be it from met or before it could move.
        assert outcomes[1] is None
        assert committed(business, partial(Referral.objects.get, pk=row.pk)).state == "lost"


def test_of_giving_and_waiving_one_wins(business: Business, marta: Advocate, now: datetime) -> None:
    for number in range(RACES):
        row = the_next(business, marta, now, number)
        owed = committed(business, partial(ThankYou.objects.get, referral=row))

        give = partial(services.give_thanks, thank_you=owed, how="card", by=SYSTEM, now=now)
        waive = partial(services.waive_thanks, thank_you=owed, reason="No.", by=SYSTEM, now=now)

        assert_one_won(race(business, give, waive))


def test_two_arrivals_of_one_person_are_one(
    business: Business, marta: Advocate, now: datetime
) -> None:
    for number in range(RACES):
        arrive = partial(
            services.record_sent_someone,
            business=business,
            name=f"Ida {number}",
            sender=marta.contact,
            by=SYSTEM,
            now=now,
        )

        assert race(business, arrive, arrive) == [None, None]

    assert committed(business, Referral.objects.count) == RACES
    assert committed(business, Credit.objects.count) == RACES


def test_of_two_ways_to_share_the_credit_one_stands_whole(
    business: Business, marta: Advocate, now: datetime
) -> None:
    others = [
        committed(business, partial(an_advocate, business, now, name=name, email=email))
        for name, email in (("Walter Holm", "w@holm.example"), ("Ines Duarte", "i@x.example"))
    ]
    for number in range(RACES):
        row = the_next(business, marta, now, number)
        share = partial(services.split_credit, referral=row, by=SYSTEM, now=now)

        outcomes = race(
            business,
            *(partial(share, shares={marta.pk: 50, other.pk: 50}) for other in others),
            partial(won, row, now),
        )

        assert outcomes == [None, None, None]
        shares = committed(business, lambda row=row: [*row.credits.values_list("share", flat=True)])
        assert shares == [50, 50]
