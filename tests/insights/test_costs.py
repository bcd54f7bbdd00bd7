"""What a customer who was sent costs, compared with the same added up row by row."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from businesses.costs import CostChanges, change_costs
from businesses.models import Business
from contacts.models import Contact
from insights.costs import costs_within
from insights.worth import rates_of
from introductions.models import Advocate
from introductions.services import advocate_for
from referrals.models import ExchangeRate, Referral, ThankYou
from tests.insights.factories import a_reward
from tests.introductions.factories import a_contact
from tests.thorough import runs

FIRST, UNTIL = date(2025, 1, 1), date(2026, 1, 1)
NOON = datetime(2024, 12, 1, 12, tzinfo=UTC)

hours = st.integers(0, 24 * 500).map(lambda number: NOON + timedelta(hours=number))
thanks = st.tuples(hours, st.sampled_from(["card", "call", "gift"]), st.integers(0, 9_999))
customers = st.tuples(st.sampled_from(["sent", "search", "unknown"]), hours)
rewards = st.tuples(
    hours,
    st.sampled_from(["earned", "approved", "given", "given", "void"]),
    st.sampled_from(["gift", "gift_card", "credit", "code", "donation"]),
    st.integers(0, 9_999),
    st.sampled_from(["EUR", "EUR", "USD"]),
)
# What a dollar is worth from the first day on, if anybody has said.
dollar = st.sampled_from([None, "0.5", "1.25"])
known = st.one_of(st.none(), st.integers(0, 99_999))


def within(at: datetime) -> bool:
    """Stockholm is an hour ahead of UTC when years begin."""
    return FIRST <= (at + timedelta(hours=1)).date() < UNTIL


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    gave=st.lists(thanks, max_size=5),
    earned=st.lists(rewards, max_size=5),
    rate=dollar,
    came=st.lists(customers, max_size=5),
    handled=st.lists(hours, max_size=5),
    told=st.fixed_dictionaries(
        {
            "card_costs": known,
            "hour_costs": known,
            "minutes_each": st.one_of(st.none(), st.integers(0, 600)),
            "advertising_a_month": known,
        }
    ),
    today=st.dates(FIRST - timedelta(days=60), UNTIL + timedelta(days=200)),
)
def test_each_cost_is_what_the_rows_say(
    business: Business,
    gave: list[tuple[datetime, str, int]],
    earned: list[tuple[datetime, str, str, int, str]],
    rate: str | None,
    came: list[tuple[str, datetime]],
    handled: list[datetime],
    told: CostChanges,
    today: date,
) -> None:
    with transaction.atomic():
        business = change_costs(business=business, changes=told)
        advocate = advocate_for(contact=a_contact(business, NOON), now=NOON)
        for at, how, amount in gave:
            thanked(advocate, at, how, amount)
        for at, state, what, amount, currency in earned:
            a_reward(
                business,
                advocate.contact,
                at,
                state=state,
                what=what,
                amount=amount,
                currency=currency,
            )
        if rate:
            ExchangeRate.objects.create(
                business=business, currency="USD", rate=Decimal(rate), since=date(2020, 1, 1)
            )
        for number, (source, at) in enumerate(came):
            one = a_contact(business, NOON, name=f"P{number}", email=f"p{number}@x.example")
            Contact.objects.filter(pk=one.pk).update(source=source, customer_since=at.date())
        for at in handled:
            met(advocate, at)

        rates = rates_of(business)
        with CaptureQueriesContext(connection) as queries:
            costs = costs_within(
                business=business, rates=rates, first=FIRST, until=UNTIL, today=today
            )

        assert len(queries) == 1
        given = [
            (at, amount, currency)
            for at, state, _, amount, currency in earned
            if state == "given" and within(at)
        ]
        euros = sum(amount for _, amount, currency in given if currency == "EUR")
        dollars = sum(amount for _, amount, currency in given if currency == "USD")
        assert costs.rewards.amounts.get("EUR", 0) == euros
        assert costs.rewards.amounts.get("USD", 0) == dollars
        cards = sum(within(at) for at, how, _ in gave if how == "card")
        gifts = sum(amount for at, how, amount in gave if how == "gift" and within(at))
        new = [source for source, at in came if FIRST <= at.date() < UNTIL]
        card, hour = told["card_costs"], told["hour_costs"]
        minutes, month = told["minutes_each"], told["advertising_a_month"]
        by_minutes = None
        if hour is not None and minutes is not None:
            by_minutes = round(sum(map(within, handled)) * minutes * hour / 60)
        advertised = None if month is None else round(month * 12 * days_come_by(today) / 365)
        assert costs.cards == cards
        assert costs.gifts.amounts.get("EUR", 0) == gifts
        assert costs.for_cards == (None if card is None else card * cards)
        assert costs.for_minutes == by_minutes
        assert costs.advertising == advertised
        assert (costs.sent, costs.otherwise) == (new.count("sent"), new.count("search"))
        at_home: int | None = euros
        if any(currency == "USD" for _, _, currency in given):
            at_home = None if rate is None else euros + sum(by_day_in_euros(given, Decimal(rate)))
        each = costs.each_sent("EUR")
        if at_home is None or not costs.sent:
            assert each is None
        else:
            spent = at_home + gifts + (costs.for_cards or 0) + (by_minutes or 0)
            assert each == round(spent / costs.sent)
        if advertised is None or not costs.otherwise:
            assert costs.each_otherwise is None
        else:
            assert costs.each_otherwise == round(advertised / costs.otherwise)
        transaction.set_rollback(True)


def days_come_by(today: date) -> int:
    """Of that year, with today."""
    return sum(FIRST + timedelta(days=nth) <= today for nth in range(365))


def by_day_in_euros(given: list[tuple[datetime, int, str]], rate: Decimal) -> list[int]:
    """The dollars of each day together, rounded half to even."""
    days: dict[date, int] = defaultdict(int)
    for at, amount, currency in given:
        if currency == "USD":
            days[at.astimezone(ZoneInfo("Europe/Stockholm")).date()] += amount
    return [int((amount * rate).to_integral_value(ROUND_HALF_EVEN)) for amount in days.values()]


def thanked(advocate: Advocate, at: datetime, how: str, amount: int) -> None:
    is_gift = how == "gift"
    ThankYou.objects.create(
        business=advocate.business,
        advocate=advocate,
        reason="review",
        cause_id=uuid7(),
        state="given",
        owed_at=at,
        closed_at=at,
        how=how,
        gift_cost=amount if is_gift else None,
        gift_currency="EUR" if is_gift else "",
        created_at=at,
    )


def met(advocate: Advocate, at: datetime) -> None:
    Referral.objects.create(
        business=advocate.business,
        contact=advocate.contact,
        state="talking",
        moved_at=at,
        created_at=at,
    )


@pytest.mark.django_db
def test_what_the_owner_has_not_said_is_named(business: Business) -> None:
    costs = costs_within(
        business=business, rates=rates_of(business), first=FIRST, until=UNTIL, today=FIRST
    )

    assert list(costs.missing) == ["card_costs", "hour_costs", "advertising_a_month"]
    assert costs.each_sent("EUR") is None
    assert costs.each_otherwise is None
