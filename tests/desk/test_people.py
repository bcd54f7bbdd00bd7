"""The list of people, the suggestions, and adding and changing a person."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from businesses import clock
from businesses.models import Business, Membership, Role, User
from businesses.tenancy import acting_for
from contacts.models import Contact
from contacts.states import Circle
from desk.people import listing
from tests.contacts.factories import make_contact


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/people/"


def _names(answer: Any) -> list[str]:
    return [person.name for person in answer.context["page"].people]


def test_an_empty_page_says_what_to_do_first(alice_client: Client, at: str) -> None:
    answer = alice_client.get(at)

    assert "Begin with one person who thinks well of you" in answer.text
    assert f'href="{at}new/"' in answer.text


def test_people_are_listed_by_name(alice_client: Client, at: str) -> None:
    for name in ("Zoe Adams", "Émile Zola", "anna Berg"):
        make_contact(name=name)

    assert _names(alice_client.get(at)) == ["anna Berg", "Émile Zola", "Zoe Adams"]


def test_pages_go_on_where_the_last_one_stopped_and_back(
    alice_client: Client, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    for letter in "abcde":
        make_contact(name=f"{letter} Same")

    first = alice_client.get(at)
    second = alice_client.get(at + first.context["page"].older)
    third = alice_client.get(at + second.context["page"].older)
    back = alice_client.get(at + third.context["page"].newer)
    start = alice_client.get(at + back.context["page"].newer)

    assert [_names(page) for page in (first, second, third)] == [
        ["a Same", "b Same"],
        ["c Same", "d Same"],
        ["e Same"],
    ]
    assert _names(back) == ["c Same", "d Same"]
    assert _names(start) == ["a Same", "b Same"]
    assert not first.context["page"].newer
    assert not third.context["page"].older
    assert not start.context["page"].newer


@pytest.mark.parametrize("start", ["nonsense", "00000000-0000-7000-8000-000000000000", ""])
def test_a_page_that_begins_nowhere_begins_at_the_start(
    alice_client: Client, at: str, start: str
) -> None:
    make_contact(name="Marta Kovács")

    assert _names(alice_client.get(at, {"after": start})) == ["Marta Kovács"]


def test_search_narrows_the_list_with_and_without_a_script(alice_client: Client, at: str) -> None:
    make_contact(name="Marta Kovács")
    make_contact(name="Elena Rossi")

    page = alice_client.get(at, {"q": "kovacs"})
    part = alice_client.get(
        at, {"q": "kovacs"}, headers={"HX-Request": "true", "HX-Target": "people"}
    )

    assert "Marta Kovács" in page.text
    assert "Elena Rossi" not in page.text
    assert part.text.strip().startswith("<div")
    assert "<html" not in part.text
    assert "Marta Kovács" in part.text


def test_a_search_that_finds_nobody_says_so_and_is_escaped(alice_client: Client, at: str) -> None:
    make_contact()

    answer = alice_client.get(at, {"q": "<script>"})

    assert "Nobody here fits “&lt;script&gt;”" in answer.text


def test_a_circle_is_listed_by_itself(alice_client: Client, at: str) -> None:
    make_contact(name="Marta Kovács", circle=Circle.INNER)
    make_contact(name="Elena Rossi")

    assert _names(alice_client.get(at, {"circle": "inner"})) == ["Marta Kovács"]
    assert len(_names(alice_client.get(at, {"circle": "nonsense"}))) == 2


def test_who_is_due_for_a_word_is_marked_and_counted(alice_client: Client, at: str) -> None:
    make_contact(circle=Circle.INNER, now=clock.now() - timedelta(days=40))

    answer = alice_client.get(at)

    assert "It is time to speak with 1 person" in " ".join(answer.text.split())
    assert "time to speak</span>" in answer.text


def test_the_list_makes_no_more_queries_for_more_people(
    alice_client: Client, at: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_contact(company_name="Firm")
    alice_client.get(at)
    with CaptureQueriesContext(connection) as few:
        alice_client.get(at)
    for number in range(20):
        make_contact(company_name=f"Firm {number}")

    with django_assert_num_queries(len(few)):
        alice_client.get(at)


def test_suggestions_are_few_and_those_that_begin_so_come_first(
    alice_client: Client, at: str
) -> None:
    make_contact(name="Adam Marten", email="", company_name="Firm")
    marta = make_contact(name="Marta Kovács", email="marta@bakery.example")
    for _ in range(10):
        make_contact(name="Zmart Zoe")

    people = alice_client.get(at + "search/", {"q": "mart"}).json()["people"]

    assert people[0] == {"id": str(marta.pk), "name": "Marta Kovács", "about": marta.email}
    assert people[1]["about"] == "Firm"
    assert len(people) == 8


def test_a_stranger_gets_404_everywhere(
    charlie_client: Client, business: Business, other_business: Business, at: str
) -> None:
    contact = make_contact()
    theirs = f"/b/{other_business.slug}/people/"

    for path in ("", "new/", "import/", "search/", f"{contact.pk}/", f"{contact.pk}/edit/"):
        assert charlie_client.get(at + path).status_code == 404
    for path in (f"{contact.pk}/", f"{contact.pk}/edit/"):
        assert charlie_client.get(theirs + path).status_code == 404
    assert charlie_client.post(f"{theirs}{contact.pk}/interactions/").status_code == 404
    assert charlie_client.get(theirs + "search/", {"q": "person"}).json() == {"people": []}


def test_a_viewer_looks_and_changes_nothing(
    bob: User, bob_client: Client, business: Business, at: str
) -> None:
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    contact = make_contact()

    assert bob_client.get(at + "new/").status_code == 200
    for path in ("new/", "import/", f"{contact.pk}/edit/", f"{contact.pk}/interactions/"):
        assert bob_client.post(at + path, {"name": "Marta"}).status_code == 403
    assert bob_client.post(f"/b/{business.slug}/sent/", {"name": "Marta"}).status_code == 403
    assert Contact.objects.count() == 1


def test_a_name_and_an_address_are_enough(alice_client: Client, at: str) -> None:
    answer = alice_client.post(
        at + "new/", {"name": "Marta Kovács", "email": "marta@bakery.example"}, follow=True
    )

    contact = Contact.objects.get()
    assert answer.redirect_chain == [(f"{at}{contact.pk}/", 302)]
    assert "Marta Kovács is among your people now." in answer.text


def test_more_can_be_said(alice_client: Client, at: str) -> None:
    elena = make_contact(name="Elena Rossi")

    alice_client.post(
        at + "new/",
        {
            "name": "Marta Kovács",
            "phone": "070-123 45 67",
            "company_name": "Bakery Nord",
            "circle": "close",
            "keep_in_touch_days": "14",
            "source": "event",
            "met_through_name": "Elena Rossi",
            "customer_since": "2024-05-31",
            "note": "Bakes.",
        },
    )

    contact = Contact.objects.get(name="Marta Kovács")
    assert contact.phone == "+46701234567"
    assert contact.met_through == elena
    assert contact.keep_in_touch_days == 14
    assert contact.next_touch_on is not None
    assert contact.next_touch_on - clock.today(contact.business) == timedelta(days=14)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Please give a name."),
        ("name", "Marta <3", "A name cannot hold any of &lt; &gt; { }."),
        ("email", "marta at home", "This does not look like an e-mail address."),
        ("phone", "112", "This does not look like a phone number."),
        ("keep_in_touch_days", "0", "Keep in touch every 1 to 3,650 days."),
        ("customer_since", "last year", "Please give the day as 2026-04-14."),
        ("customer_since", "1024-05-31", "Please give a day between 1900 and today."),
        ("customer_since", "2999-05-31", "Please give a day between 1900 and today."),
        ("met_through_name", "Nobody Known", "Please choose who you mean by “Nobody Known”."),
        ("circle", "outer", "Select a valid choice."),
    ],
)
def test_a_form_that_fails_says_why_and_keeps_what_was_typed(
    alice_client: Client, at: str, field: str, typed: str, sentence: str
) -> None:
    facts = {"name": "Marta Kovács", "note": "Bakes well."} | {field: typed}

    answer = alice_client.post(at + "new/", facts)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Bakes well." in answer.text
    assert not Contact.objects.exists()


def test_adding_an_address_twice_leads_to_who_has_it(alice_client: Client, at: str) -> None:
    facts = {"name": "Marta Kovács", "email": "marta@bakery.example"}
    alice_client.post(at + "new/", facts)

    answer = alice_client.post(at + "new/", facts, follow=True)

    contact = Contact.objects.get()
    assert answer.redirect_chain == [(f"{at}{contact.pk}/", 302)]
    assert "Marta Kovács is already here with this address." in answer.text


def test_pressing_twice_adds_one_also_without_an_address(alice_client: Client, at: str) -> None:
    for _ in range(2):
        alice_client.post(at + "new/", {"name": "Marta Kovács"})

    assert Contact.objects.count() == 1


def test_what_is_known_can_be_changed(alice_client: Client, at: str) -> None:
    contact = make_contact(name="Marta Kovács", company_name="Bakery Nord", note="Bakes.")
    form = alice_client.get(f"{at}{contact.pk}/edit/").context["form"]
    facts = {name: value for name, value in form.initial.items() if value not in (None, "")}

    answer = alice_client.post(
        f"{at}{contact.pk}/edit/", facts | {"name": "Marta Berg", "circle": "inner"}
    )

    assert answer.status_code == 302
    contact.refresh_from_db()
    assert contact.name == "Marta Berg"
    assert contact.circle == Circle.INNER
    assert contact.note == "Bakes."
    assert contact.company is not None


def test_an_address_of_somebody_else_is_refused_beside_the_field(
    alice_client: Client, at: str
) -> None:
    make_contact(name="Elena Rossi", email="elena@rossi.example")
    marta = make_contact(name="Marta Kovács", email="marta@bakery.example")

    answer = alice_client.post(
        f"{at}{marta.pk}/edit/", {"name": "Marta Kovács", "email": "elena@rossi.example"}
    )

    assert answer.status_code == 422
    assert "Elena Rossi is already here with this address." in answer.text


def test_another_business_of_the_same_owner_keeps_its_people_apart(
    alice_client: Client, at: str, business: Business, other_business: Business
) -> None:
    with acting_for(other_business):
        make_contact(other_business, name="Marta Stranger")

    assert "Marta Stranger" not in alice_client.get(at).text
