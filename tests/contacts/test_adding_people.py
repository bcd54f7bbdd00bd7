"""Adding and changing contacts."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from contacts.addresses import InvalidAddress, InvalidPhone
from contacts.models import Company, Contact
from contacts.names import NameNeeded, NameNotAllowed
from contacts.services import ContactExists, MetThroughThemself, add_contact, change_contact
from contacts.states import Circle, Source
from tests.contacts.factories import make_contact

NOW = datetime.fromisoformat("2026-03-28T22:30:00+00:00")


def test_adding_somebody_keeps_what_was_said(business: Business, by_alice: Actor) -> None:
    contact = add_contact(
        business=business,
        name="  Marta  Kovács ",
        email="Marta@Bakery.example",
        phone="070-123 45 67",
        company_name="Bakery Nord",
        job_title="Owner",
        circle=Circle.INNER,
        source=Source.EVENT,
        note=" met at the fair ",
        by=by_alice,
        now=NOW,
    )

    contact.refresh_from_db()
    assert contact.name == "Marta Kovács"
    assert contact.first_name == "Marta"
    assert contact.email_key == "marta@bakery.example"
    assert contact.phone == "+46701234567"
    assert contact.company == Company.objects.get(name="Bakery Nord")
    assert contact.note == "met at the fair"


@pytest.mark.parametrize(
    ("circle", "next_touch_on"),
    [
        # 28 March in UTC, half past eleven at night in Stockholm.
        (Circle.INNER, date(2026, 4, 27)),
        (Circle.CLOSE, date(2026, 5, 27)),
        (Circle.WIDER, date(2026, 9, 24)),
        (Circle.PASSING, None),
    ],
)
def test_the_next_touch_follows_from_the_circle(
    business: Business, by_alice: Actor, circle: Circle, next_touch_on: date | None
) -> None:
    contact = add_contact(
        business=business, name="Marta Kovács", circle=circle, by=by_alice, now=NOW
    )

    assert contact.next_touch_on == next_touch_on


def test_adding_is_an_event_without_names(business: Business, by_alice: Actor) -> None:
    friend = make_contact(name="Elena Rossi")

    contact = make_contact(name="Marta Kovács", met_through=friend, by=by_alice)

    event = Event.objects.about(contact).get()
    assert event.name == "contact.added"
    assert event.actor_id == by_alice.id
    assert event in Event.objects.about(friend)
    assert event.payload == {"source": "unknown", "circle": "wider"}


def test_the_same_address_leads_to_who_is_here(business: Business) -> None:
    marta = make_contact(name="Marta Kovács", email="marta@bakery.example")

    with pytest.raises(ContactExists) as refused:
        make_contact(name="M. Kovács", email="MARTA@bakery.example")

    assert refused.value.contact == marta
    assert refused.value.message == "Marta Kovács is already here with this address."
    assert Contact.objects.count() == 1


def test_many_may_have_no_address(business: Business) -> None:
    make_contact(email="")
    make_contact(email="")

    assert Contact.objects.count() == 2
    assert not Contact.objects.by_email("").exists()


def test_another_business_may_know_the_same_person(
    business: Business, other_business: Business
) -> None:
    make_contact(email="marta@bakery.example")

    with acting_for(other_business):
        theirs = make_contact(other_business, email="marta@bakery.example")
        assert list(Contact.objects.all()) == [theirs]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"name": " "}, NameNeeded),
        ({"name": "Marta\r\nBcc: x"}, NameNotAllowed),
        ({"email": "marta"}, InvalidAddress),
        ({"phone": "12"}, InvalidPhone),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(
    business: Business, facts: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        make_contact(company_name="Bakery Nord", **facts)

    assert not Contact.objects.exists()
    assert not Company.objects.exists()


def test_a_firm_is_made_once_whatever_its_case(business: Business) -> None:
    first = make_contact(company_name="Bäckerei Nord")
    second = make_contact(company_name=" bäckerei  NORD ")
    other = make_contact(company_name="Backerei Nord")

    assert first.company == second.company
    assert other.company != first.company


def test_a_change_keeps_which_fields_and_not_what(business: Business, by_alice: Actor) -> None:
    contact = make_contact(name="Marta Kovács", company_name="Bakery Nord")

    change_contact(
        contact=contact,
        changes={"name": "Marta Kovács-Berg", "company_name": "Bakery South", "note": ""},
        by=by_alice,
        now=NOW,
    )

    contact.refresh_from_db()
    assert contact.name == "Marta Kovács-Berg"
    assert contact.company is not None
    assert contact.company.name == "Bakery South"
    event = Event.objects.filter(name="contact.changed").get()
    assert event.payload == {"fields": ["company", "name"]}


def test_changing_nothing_is_no_event(business: Business, by_alice: Actor) -> None:
    contact = make_contact(name="Marta Kovács")

    change_contact(contact=contact, changes={"name": " Marta  Kovács"}, by=by_alice, now=NOW)

    assert not Event.objects.filter(name="contact.changed").exists()


def test_an_address_cannot_be_changed_to_anothers(business: Business, by_alice: Actor) -> None:
    elena = make_contact(email="elena@rossi.example")
    marta = make_contact(email="marta@bakery.example")

    with pytest.raises(ContactExists) as refused:
        change_contact(
            contact=marta, changes={"email": "Elena@rossi.example"}, by=by_alice, now=NOW
        )

    assert refused.value.contact == elena


def test_a_new_circle_plans_the_next_touch_anew(business: Business, by_alice: Actor) -> None:
    contact = make_contact(circle=Circle.WIDER)

    contact = change_contact(
        contact=contact, changes={"circle": Circle.PASSING}, by=by_alice, now=NOW
    )
    assert contact.next_touch_on is None

    contact = change_contact(
        contact=contact,
        changes={"circle": Circle.CLOSE, "keep_in_touch_days": 10},
        by=by_alice,
        now=NOW,
    )
    assert contact.next_touch_on == date(2026, 4, 7)


def test_nobody_is_met_through_themself(business: Business, by_alice: Actor) -> None:
    contact = make_contact()

    with pytest.raises(MetThroughThemself):
        change_contact(contact=contact, changes={"met_through": contact}, by=by_alice, now=NOW)


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("contact_has_name", {"name": ""}),
        ("contact_circle_known", {"circle": "outer"}),
        ("contact_source_known", {"source": "magic"}),
        ("contact_interval_sane", {"keep_in_touch_days": 0}),
        ("contact_passing_not_due", {"circle": "passing"}),
    ],
)
def test_the_database_holds_what_must_always_be_true(
    business: Business, constraint: str, facts: dict[str, object]
) -> None:
    contact = make_contact()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(**facts)


def test_who_is_due_for_a_touch_comes_longest_overdue_first(business: Business) -> None:
    now = clock.now()
    late = make_contact(circle=Circle.INNER, now=now - timedelta(days=60))
    later = make_contact(circle=Circle.INNER, now=now - timedelta(days=90))
    make_contact(circle=Circle.INNER, now=now)
    make_contact(circle=Circle.PASSING, now=now - timedelta(days=900))

    due = Contact.objects.due_for_touch(clock.today(business, now))

    assert list(due) == [later, late]
