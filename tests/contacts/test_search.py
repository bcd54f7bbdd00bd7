"""Finding people by what one remembers of them."""

import pytest
from django.db import connection

from businesses.models import Business
from businesses.tenancy import across_businesses, acting_for
from contacts.models import Contact
from tests.contacts.factories import make_contact


def _found(text: str) -> list[str]:
    return [contact.name for contact in Contact.objects.matching(text).by_name()]


@pytest.fixture(autouse=True)
def _people(business: Business) -> None:
    make_contact(name="Marta Kovács", email="office@bakery.example", company_name="Bäckerei Nord")
    make_contact(name="Elena Rossi", email="elena@rossi.example")
    make_contact(name="Bo Li", email="")
    make_contact(name="Anna_Maria 100%", email="")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("marta", ["Marta Kovács"]),
        ("KOVACS", ["Marta Kovács"]),
        ("kovács marta", ["Marta Kovács"]),
        ("ovac", ["Marta Kovács"]),
        ("ma ko", ["Marta Kovács"]),
        ("backerei", ["Marta Kovács"]),
        ("nord bäck", ["Marta Kovács"]),
        ("office@", ["Marta Kovács"]),
        ("elena@rossi.example", ["Elena Rossi"]),
        ("bo", ["Bo Li"]),
        ("li", ["Bo Li"]),
        ("l", ["Bo Li"]),
        ("_", []),
        ("a_m", ["Anna_Maria 100%"]),
        ("100%", ["Anna_Maria 100%"]),
        ("%", []),
        ("\\", []),
        ("'; DROP TABLE", []),
        ("nobody", []),
        ("marta rossi", []),
        ("", []),
        ("  ", []),
        ("\0", []),
    ],
)
def test_it_finds(text: str, names: list[str]) -> None:
    assert _found(text) == names


def test_it_finds_no_more_than_asked_for() -> None:
    assert Contact.objects.matching("a", at_most=1).count() == 1


def test_it_looks_into_no_other_business(other_business: Business) -> None:
    with acting_for(other_business):
        make_contact(other_business, name="Marta Stranger")
        assert _found("marta") == ["Marta Stranger"]

    assert _found("marta") == ["Marta Kovács"]


def test_the_function_itself_keeps_to_the_business_that_is_set(other_business: Business) -> None:
    with acting_for(other_business), connection.cursor() as cursor:
        cursor.execute("SELECT contacts_search('marta', 10)")
        assert cursor.fetchall() == []


def test_sweepers_may_not_search() -> None:
    with across_businesses(), connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('contacts_search(text, integer)', 'EXECUTE')")
        assert cursor.fetchone() == (False,)


def test_the_people_list_is_in_the_order_of_names_and_goes_on_where_it_stopped() -> None:
    make_contact(name="Émile Zola")
    everybody = list(Contact.objects.by_name())

    assert [contact.name for contact in everybody] == [
        "Anna_Maria 100%",
        "Bo Li",
        "Elena Rossi",
        "Émile Zola",
        "Marta Kovács",
    ]
    third = everybody[2]
    assert list(Contact.objects.all().after(third.name_key, third.pk)) == everybody[3:]
