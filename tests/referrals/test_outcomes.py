"""The steps of a referral, won, lost, reopened, and the money that came."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business
from businesses.moves import NotPossibleNow
from outreach.models import Reminder
from referrals import services
from referrals.models import ClosedBusiness, Referral, ThankYou
from tests.introductions.factories import a_contact
from tests.referrals.factories import lost, moved, won

pytestmark = pytest.mark.django_db


def test_a_referral_moves_between_the_open_steps(referral: Referral, now: datetime) -> None:
    for step in ("talking", "proposed", "met"):
        referral = moved(referral, step, now)

    assert (referral.state, referral.moved_at) == ("met", now)
    event = Event.objects.filter(name="referral.moved").latest("id")
    assert event.payload == {"from": "proposed", "to": "met"}


@pytest.mark.parametrize("to", ["won", "lost", "introduced", "", "elsewhere"])
def test_moving_leads_to_the_open_steps_only(referral: Referral, now: datetime, to: str) -> None:
    with pytest.raises(NotPossibleNow):
        moved(referral, to, now)


def test_the_next_follow_up_takes_the_place_of_the_last(referral: Referral, now: datetime) -> None:
    later = now + timedelta(days=1)
    moved(referral, "met", later)

    assert [str(each.due_on) for each in Reminder.objects.open()] == ["2026-05-12"]
    won(referral, later + timedelta(days=1))
    assert not Reminder.objects.open().exists()


def test_a_win_keeps_the_amount_makes_a_customer_and_owes_thanks(
    referral: Referral, now: datetime
) -> None:
    referral = won(referral, now)

    closed = ClosedBusiness.objects.get()
    assert (closed.amount, closed.currency, closed.closed_on) == (185_000, "EUR", now.date())
    assert (closed.contact, closed.referral) == (referral.contact, referral)
    referral.contact.refresh_from_db()
    assert referral.contact.customer_since == now.date()
    assert referral.won_at == now
    reasons = ThankYou.objects.owed().values_list("reason", flat=True)
    assert sorted(reasons) == ["business", "introduction"]
    payload = Event.objects.get(name="referral.won").payload
    assert payload == {"from": "introduced", "to": "won", "amount": 185_000, "currency": "EUR"}


def test_a_second_win_is_refused_and_further_business_is_added(
    referral: Referral, now: datetime
) -> None:
    referral = won(referral, now)

    with pytest.raises(services.AlreadyWon):
        won(referral, now)
    services.record_closed_business(
        contact=referral.contact,
        referral=referral,
        amount=9_900,
        currency="EUR",
        on=now.date(),
        by=SYSTEM,
        now=now,
    )

    assert sorted(ClosedBusiness.objects.values_list("amount", flat=True)) == [9_900, 185_000]
    assert ThankYou.objects.filter(reason="business").count() == 1


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"amount": 0}, services.AmountNotPositive),
        ({"amount": -100}, services.AmountNotPositive),
        ({"currency": "USD"}, services.CurrencyNotUsed),
        ({"on": date(2026, 5, 5)}, services.DayNotPossible),
        ({"on": date(2026, 5, 3)}, services.DayNotPossible),
    ],
)
def test_a_wrong_win_is_refused_and_changes_nothing(
    referral: Referral, now: datetime, facts: dict[str, object], refusal: type[Exception]
) -> None:
    win = {"amount": 100, "currency": "EUR", "on": now.date(), **facts}

    with pytest.raises(refusal), transaction.atomic():
        services.win_referral(referral=referral, by=SYSTEM, now=now, **win)  # type: ignore[arg-type]

    referral.refresh_from_db()
    assert (referral.state, ClosedBusiness.objects.count()) == ("introduced", 0)


def test_the_database_keeps_no_amount_that_is_not_positive(
    referral: Referral, business: Business, now: datetime
) -> None:
    with pytest.raises(IntegrityError, match="closed_business_signs"), transaction.atomic():
        ClosedBusiness.objects.create(
            business=business,
            contact=referral.contact,
            amount=0,
            currency="EUR",
            closed_on=now.date(),
        )


def test_business_without_a_referral_is_kept_too(business: Business, now: datetime) -> None:
    contact = a_contact(business, now)

    services.record_closed_business(
        contact=contact, amount=500, currency="EUR", on=date(2026, 1, 2), by=SYSTEM, now=now
    )

    contact.refresh_from_db()
    assert contact.customer_since == date(2026, 1, 2)
    assert Event.objects.get(name="business.closed") in Event.objects.about(contact)


def test_business_goes_to_its_own_customer(
    business: Business, referral: Referral, now: datetime
) -> None:
    other = a_contact(business, now, name="Ida", email="ida@example.org")

    with pytest.raises(NotPossibleNow):
        services.record_closed_business(
            contact=other,
            referral=won(referral, now),
            amount=500,
            currency="EUR",
            on=now.date(),
            by=SYSTEM,
            now=now,
        )


def test_lost_has_a_reason_and_can_be_reopened_and_won(referral: Referral, now: datetime) -> None:
    with pytest.raises(services.LostReasonNeeded):
        lost(referral, now, reason="")
    assert lost(referral, now).lost_reason == "price"

    referral = services.reopen_referral(referral=referral, by=SYSTEM, now=now)

    assert (referral.state, referral.lost_reason) == ("talking", "")
    assert won(referral, now).is_won


def test_what_is_open_or_won_cannot_be_reopened(referral: Referral, now: datetime) -> None:
    for row in (referral, won(referral, now)):
        with pytest.raises(NotPossibleNow):
            services.reopen_referral(referral=row, by=SYSTEM, now=now)
        referral.refresh_from_db()
    with pytest.raises(NotPossibleNow):
        lost(referral, now)
