"""A row that may be there already is written in one statement, or not at all."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from businesses.inserting import insert_all, insert_new, insert_once
from businesses.models import Business, Membership, Role, User
from contacts.models import Contact

pytestmark = pytest.mark.django_db


def test_a_row_is_inserted_once(alice: User) -> None:
    again = User(email=alice.email, name="Somebody else")
    new = User(email="new@lindqvist.example", name="New")

    with CaptureQueriesContext(connection) as queries:
        assert not insert_once(again)
        assert insert_once(new)

    assert len(queries) == 2
    assert User.objects.get(email=alice.email) == alice
    assert User.objects.get(email=new.email).name == "New"
    new.name = "Renamed"
    new.save()
    assert User.objects.filter(name="Renamed").count() == 1


def test_what_the_database_computes_is_left_to_it(business: Business) -> None:
    assert insert_once(Contact(business=business, name="Elena", email="Elena@Rossi.example"))
    assert not insert_once(Contact(business=business, name="E.", email="elena@rossi.example"))


def test_a_rule_other_than_uniqueness_is_not_passed_over(business: Business, charlie: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_once(Membership(business=business, user=charlie, role="king"))
    assert insert_once(Membership(business=business, user=charlie, role=Role.VIEWER))


HOSTILE = ["NULL", "null", "", " ", '{a,"b"}', "back\\slash", '"', "'; --", "two\nlines", "ü %s"]


@pytest.mark.parametrize("words", HOSTILE)
def test_words_arrive_as_they_were_typed(business: Business, words: str) -> None:
    one = Contact(business=business, name="Elena", note=words, tags=[words, "b"])
    other = Contact(business=business, name="Bo", note="", tags=[])

    assert insert_new([one, other]) == [one, other]

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.note, one.tags) == (words, [words, "b"])
    assert (other.note, other.tags) == ("", [])


def test_of_rows_that_cannot_be_there_one_that_is_stops_them_all(alice: User) -> None:
    new = User(email="new@lindqvist.example", name="New")
    again = User(email=alice.email, name="Somebody else")

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all([new, again])
    assert not User.objects.filter(email=new.email).exists()
    insert_all([new])
    new.name = "Renamed"
    new.save()
    assert User.objects.get(email=new.email).name == "Renamed"
