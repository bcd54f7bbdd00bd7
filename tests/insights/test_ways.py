"""Sent customers beside the others, compared with the same told row by row, on random books."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from businesses.models import Business
from contacts.models import Contact
from insights.ways import Way, new_business, sent_and_otherwise, values_after
from insights.worth import Worth, rates_of
from introductions.services import advocate_for
from referrals.models import ClosedBusiness, Credit, ExchangeRate, Referral
from tests.introductions.factories import a_contact
from tests.thorough import runs

TODAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

days = st.integers(0, 1500).map(lambda ago: TODAY - timedelta(days=ago))
# When it came in, how much, what was given back, what it was put right by, the next time that it
# came in (days later, how much), and in what.
amounts = st.tuples(
    days,
    st.integers(1, 9_999),
    st.integers(0, 9_999),
    st.integers(-500, 500),
    st.one_of(st.none(), st.tuples(st.integers(0, 400), st.integers(1, 999))),
    st.sampled_from(["EUR", "EUR", "USD"]),
)
people = st.tuples(
    st.sampled_from(["sent", "search", "social", "came_back", "unknown"]),
    st.one_of(st.none(), days),
    st.booleans(),
    st.lists(amounts, max_size=4),
)
# From these days on a dollar is worth so much, if anybody has said.
rates = st.dictionaries(
    days, st.sampled_from([Decimal("0.5"), Decimal("0.93"), Decimal("1.25")]), max_size=3
)
Amount = tuple[date, int, int, int, tuple[int, int] | None, str]
Person = tuple[str, date | None, bool, list[Amount]]


class Came(NamedTuple):
    """What is left of what came in on a day."""

    on: date
    amount: int
    currency: str


@dataclass(frozen=True)
class Told:
    """Somebody as they were made: which way, customer since when, and what is left of what came."""

    way: Way
    since: date | None
    came: list[Came]


def made(business: Business, person: Person, number: int, sender: Contact) -> Told:
    source, since, is_credited, came = person
    contact = a_contact(business, NOW, name=f"P{number}", email=f"p{number}@x.example")
    Contact.objects.filter(pk=contact.pk).update(source=source, customer_since=since)
    if is_credited:
        referral = Referral.objects.create(
            business=business, contact=contact, state="talking", moved_at=NOW, created_at=NOW
        )
        Credit.objects.create(
            business=business, referral=referral, advocate=advocate_for(contact=sender, now=NOW)
        )
    left: list[Came] = []
    for amount in came:
        left += paid(contact, amount)
    way = Way.UNKNOWN if source == "unknown" else Way.OTHERWISE
    return Told(Way.SENT if is_credited or source == "sent" else way, since, left)


def paid(contact: Contact, told: Amount) -> list[Came]:
    """It came in, once or twice, was put right and partly given back: a row for each."""
    on, amount, back, more, again, currency = told
    more = max(more, -amount)
    back = min(back, amount + more)
    sale = a_row(contact, "sale", amount, currency, on)
    found = [Came(on, amount + more - back, currency)]
    if more:
        a_row(contact, "correction", more, currency, on, sale)
    if back:
        a_row(contact, "refund", -back, currency, TODAY, sale)
    if again is not None:
        next_on = min(TODAY, on + timedelta(days=again[0]))
        a_row(contact, "again", again[1], currency, next_on, sale)
        found.append(Came(next_on, again[1], currency))
    return found


def a_row(
    contact: Contact,
    kind: str,
    amount: int,
    currency: str,
    on: date,
    refers_to: ClosedBusiness | None = None,
) -> ClosedBusiness:
    return ClosedBusiness.objects.create(
        business=contact.business,
        contact=contact,
        kind=kind,
        refers_to=refers_to,
        amount=amount,
        currency=currency,
        closed_on=on,
        created_at=NOW,
    )


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=st.lists(people, max_size=6), entered=rates)
def test_each_figure_is_what_the_rows_say(
    business: Business, world: list[Person], entered: dict[date, Decimal]
) -> None:
    with transaction.atomic():
        sender = a_contact(business, NOW)
        told = [made(business, person, number, sender) for number, person in enumerate(world)]
        for since, rate in entered.items():
            ExchangeRate.objects.create(business=business, currency="USD", rate=rate, since=since)
        # Marta, who sends them, is of an unknown way herself.
        told.append(Told(Way.UNKNOWN, None, []))

        with CaptureQueriesContext(connection) as queries:
            compare_groups(told, business, entered)
            compare_new(told, business, entered)
            compare_years(told, business, entered)

        # Two for each of the three, whose rates are read here once for each.
        assert len(queries) == 3 * (2 + 1)
        transaction.set_rollback(True)


def compare_worth(worth: Worth, came: list[Came], entered: dict[date, Decimal]) -> None:
    """Each currency by itself; and together, each day at the rate that held on it."""
    sums: Counter[str] = Counter()
    by_day: Counter[date] = Counter()
    for one in came:
        sums[one.currency] += one.amount
        if one.currency == "USD" and one.amount:
            by_day[one.on] += one.amount
    assert {key: amount for key, amount in worth.amounts.items() if amount} == {
        key: amount for key, amount in sums.items() if amount
    }
    together: int | None = sums["EUR"]
    for on, amount in by_day.items():
        held = [since for since in entered if since <= on]
        if not held or together is None:
            together = None
        else:
            in_euros = (amount * entered[max(held)]).to_integral_value(ROUND_HALF_EVEN)
            together += int(in_euros)
    assert worth.together == (together if by_day else None)


def compare_groups(told: list[Told], business: Business, entered: dict[date, Decimal]) -> None:
    found = sent_and_otherwise(business=business, rates=rates_of(business), today=TODAY)
    year_ago = date(2025, 5, 4)
    for way, group in zip(Way, (found.sent, found.otherwise, found.unknown), strict=True):
        of_it = [one for one in told if one.way == way]
        customers = [one for one in of_it if one.since]
        days = [{came.on for came in one.came if came.amount} for one in customers]
        last = [max(on) if on else one.since for on, one in zip(days, customers, strict=True)]
        assert (group.people, group.customers) == (len(of_it), len(customers))
        assert group.again == sum(len(on) > 1 for on in days)
        assert group.lost == sum(on < year_ago for on in last if on)
        compare_worth(group.worth, [came for one in of_it for came in one.came], entered)
        assert group.conversion == (len(customers) / len(of_it) if of_it else None)


def compare_new(told: list[Told], business: Business, entered: dict[date, Decimal]) -> None:
    first, until = date(2025, 1, 1), date(2026, 1, 1)
    found = new_business(business=business, rates=rates_of(business), first=first, until=until)
    new = [one for one in told if one.since and first <= one.since < until]
    for way in Way:
        of_it = [one for one in new if one.way == way]
        within = [came for one in of_it for came in one.came if first <= came.on < until]
        assert found.customers[way] == len(of_it)
        compare_worth(found.worth[way], within, entered)


def compare_years(told: list[Told], business: Business, entered: dict[date, Decimal]) -> None:
    for value in values_after(business=business, rates=rates_of(business), today=TODAY):
        end: dict[int, date] = {}
        for number, one in enumerate(told):
            if one.way == value.way and one.since:
                over = later(one.since, value.years)
                if over <= TODAY:
                    end[number] = over
        assert value.customers == len(end)
        early = [came for key, over in end.items() for came in told[key].came if came.on < over]
        compare_worth(value.worth, early, entered)


def later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@pytest.mark.django_db
def test_too_few_or_too_much_unknown_is_not_enough_to_say_anything(business: Business) -> None:
    def comparison(sent: int, otherwise: int, unknown: int) -> bool:
        Contact.objects.all().delete()
        sources = ["sent"] * sent + ["search"] * otherwise + ["unknown"] * unknown
        for number, source in enumerate(sources):
            contact = a_contact(business, NOW, name=f"P{number}", email=f"p{number}@x.example")
            Contact.objects.filter(pk=contact.pk).update(source=source, customer_since=TODAY)
        return sent_and_otherwise(
            business=business, rates=rates_of(business), today=TODAY
        ).is_enough_known

    assert comparison(3, 3, 1)
    assert not comparison(2, 9, 0)
    assert not comparison(3, 3, 2)
