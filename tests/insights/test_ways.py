"""Sent customers beside the others, compared with the same told row by row, on random books."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from businesses.models import Business
from contacts.models import Contact
from insights.ways import Way, new_business, sent_and_otherwise, values_after
from introductions.services import advocate_for
from referrals.models import ClosedBusiness, Credit, Referral
from tests.introductions.factories import a_contact
from tests.thorough import runs

TODAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

days = st.integers(0, 1500).map(lambda ago: TODAY - timedelta(days=ago))
amounts = st.tuples(days, st.integers(1, 9_999), st.integers(0, 9_999))
people = st.tuples(
    st.sampled_from(["sent", "search", "social", "came_back", "unknown"]),
    st.one_of(st.none(), days),
    st.booleans(),
    st.lists(amounts, max_size=4),
)
Person = tuple[str, date | None, bool, list[tuple[date, int, int]]]


@dataclass(frozen=True)
class Told:
    """Somebody as they were made: which way, customer since when, and what is left of what came."""

    way: Way
    since: date | None
    came: list[tuple[date, int]]


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
    left = []
    for on, amount, back in came:
        back = min(back, amount)
        row = ClosedBusiness.objects.create(
            business=business,
            contact=contact,
            amount=amount,
            currency="EUR",
            closed_on=on,
            created_at=NOW,
        )
        if back:
            ClosedBusiness.objects.create(
                business=business,
                contact=contact,
                kind="refund",
                refers_to=row,
                amount=-back,
                currency="EUR",
                closed_on=TODAY,
                created_at=NOW,
            )
        left.append((on, amount - back))
    way = Way.UNKNOWN if source == "unknown" else Way.OTHERWISE
    return Told(Way.SENT if is_credited or source == "sent" else way, since, left)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=st.lists(people, max_size=6))
def test_each_figure_is_what_the_rows_say(business: Business, world: list[Person]) -> None:
    with transaction.atomic():
        sender = a_contact(business, NOW)
        told = [made(business, person, number, sender) for number, person in enumerate(world)]
        # Marta, who sends them, is of an unknown way herself.
        told.append(Told(Way.UNKNOWN, None, []))

        compare_groups(told, business)
        compare_new(told, business)
        compare_years(told, business)
        transaction.set_rollback(True)


def compare_groups(told: list[Told], business: Business) -> None:
    found = sent_and_otherwise(business=business, today=TODAY)
    year_ago = date(2025, 5, 4)
    for way, group in zip(Way, (found.sent, found.otherwise, found.unknown), strict=True):
        of_it = [one for one in told if one.way == way]
        customers = [one for one in of_it if one.since]
        days = [{on for on, left in one.came if left} for one in customers]
        last = [max(on) if on else one.since for on, one in zip(days, customers, strict=True)]
        assert (group.people, group.customers) == (len(of_it), len(customers))
        assert group.again == sum(len(on) > 1 for on in days)
        assert group.lost == sum(on < year_ago for on in last if on)
        assert group.worth.amounts.get("EUR", 0) == total(of_it)
        assert group.conversion == (len(customers) / len(of_it) if of_it else None)


def compare_new(told: list[Told], business: Business) -> None:
    first, until = date(2025, 1, 1), date(2026, 1, 1)
    found = new_business(business=business, first=first, until=until)
    new = [one for one in told if one.since and first <= one.since < until]
    for way in Way:
        of_it = [one for one in new if one.way == way]
        within = [Told(way, None, [c for c in one.came if first <= c[0] < until]) for one in of_it]
        assert found.customers[way] == len(of_it)
        assert found.worth[way].amounts.get("EUR", 0) == total(within)


def compare_years(told: list[Told], business: Business) -> None:
    for value in values_after(business=business, today=TODAY):
        end: dict[int, date] = {}
        for number, one in enumerate(told):
            if one.way == value.way and one.since:
                over = later(one.since, value.years)
                if over <= TODAY:
                    end[number] = over
        assert value.customers == len(end)
        expected = sum(
            left for key, over in end.items() for on, left in told[key].came if on < over
        )
        assert value.worth.amounts.get("EUR", 0) == expected


def later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def total(told: list[Told]) -> int:
    return sum(left for one in told for _, left in one.came)


@pytest.mark.django_db
def test_too_few_or_too_much_unknown_is_not_enough_to_say_anything(business: Business) -> None:
    def comparison(sent: int, otherwise: int, unknown: int) -> bool:
        Contact.objects.all().delete()
        sources = ["sent"] * sent + ["search"] * otherwise + ["unknown"] * unknown
        for number, source in enumerate(sources):
            contact = a_contact(business, NOW, name=f"P{number}", email=f"p{number}@x.example")
            Contact.objects.filter(pk=contact.pk).update(source=source, customer_since=TODAY)
        return sent_and_otherwise(business=business, today=TODAY).is_enough_known

    assert comparison(3, 3, 1)
    assert not comparison(2, 9, 0)
    assert not comparison(3, 3, 2)
