"""From the preview of a file to contacts, once."""

from datetime import timedelta

import pytest

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from contacts.imports.google import read_google_csv
from contacts.imports.services import bad_rows_csv, preview_file, run_import
from contacts.models import Company, Contact, ContactImport
from tests.contacts.factories import make_contact

FILE = """\
First Name,Last Name,Organization Name,Notes,E-mail 1 - Value,Phone 1 - Value
Marta,Kovács,Bakery Nord,,marta@bakery.example,
Elena,Rossi,bakery NORD,,,070-123 45 67
=HYPERLINK("x"),,,Formula,not an address,
Jan,Becker,,,jan@becker.example,
"""


@pytest.fixture
def contact_import(business: Business, by_alice: Actor) -> ContactImport:
    return preview_file(
        business=business,
        data=FILE.encode(),
        file_name="/tmp/contacts.csv",
        by=by_alice,
        now=clock.now(),
    )


def test_a_preview_writes_no_contact(contact_import: ContactImport) -> None:
    assert len(contact_import.rows) == 3
    assert len(contact_import.problems) == 1
    assert contact_import.file_name == "contacts.csv"
    assert not Contact.objects.exists()


def test_the_good_rows_are_imported(contact_import: ContactImport, by_alice: Actor) -> None:
    done = run_import(contact_import=contact_import, by=by_alice, now=clock.now())

    assert (done.created_count, done.existing_count) == (3, 0)
    assert sorted(Contact.objects.values_list("name", flat=True)) == [
        "Elena Rossi",
        "Jan Becker",
        "Marta Kovács",
    ]
    assert Company.objects.count() == 1
    assert done.rows == []


def test_the_imported_are_due_for_no_touch_yet(
    contact_import: ContactImport, by_alice: Actor
) -> None:
    run_import(contact_import=contact_import, by=by_alice, now=clock.now())

    assert not Contact.objects.exclude(next_touch_on=None).exists()


def test_who_is_here_is_left_as_they_are(contact_import: ContactImport, by_alice: Actor) -> None:
    marta = make_contact(name="Marta K.", email="MARTA@bakery.example")
    elena = make_contact(name="Elena Rossi", email="", phone="070-123 45 67")

    done = run_import(contact_import=contact_import, by=by_alice, now=clock.now())

    assert (done.created_count, done.existing_count) == (1, 2)
    marta.refresh_from_db()
    assert marta.name == "Marta K."
    assert Contact.objects.filter(name="Elena Rossi").get() == elena


def test_importing_twice_changes_nothing(contact_import: ContactImport, by_alice: Actor) -> None:
    first = run_import(contact_import=contact_import, by=by_alice, now=clock.now())
    again = run_import(contact_import=contact_import, by=by_alice, now=clock.now())

    assert again.done_at == first.done_at
    assert again.created_count == 3
    assert Contact.objects.count() == 3
    assert Event.objects.filter(name="contacts.imported").count() == 1


def test_the_same_file_again_creates_nobody(
    business: Business, contact_import: ContactImport, by_alice: Actor
) -> None:
    run_import(contact_import=contact_import, by=by_alice, now=clock.now())

    second = preview_file(
        business=business, data=FILE.encode(), file_name="x.csv", by=by_alice, now=clock.now()
    )
    done = run_import(contact_import=second, by=by_alice, now=clock.now())

    assert (done.created_count, done.existing_count) == (0, 3)


def test_an_import_is_one_event_on_everybodys_timeline(
    contact_import: ContactImport, by_alice: Actor
) -> None:
    run_import(contact_import=contact_import, by=by_alice, now=clock.now())

    event = Event.objects.filter(name="contacts.imported").get()
    assert event.payload == {"created": 3, "existing": 0}
    for contact in Contact.objects.all():
        assert event in Event.objects.about(contact)


def test_an_import_takes_no_more_queries_for_more_rows(
    business: Business, by_alice: Actor, django_assert_max_num_queries: object
) -> None:
    rows = "".join(f"P{n},,Firm {n},,p{n}@people.example,\n" for n in range(800))
    contact_import = preview_file(
        business=business,
        data=(FILE.splitlines(keepends=True)[0] + rows).encode(),
        file_name="x.csv",
        by=by_alice,
        now=clock.now(),
    )

    with django_assert_max_num_queries(20):  # type: ignore[operator]
        done = run_import(contact_import=contact_import, by=by_alice, now=clock.now())

    assert done.created_count == 800


def test_bad_rows_are_given_back_defused_with_the_reason(contact_import: ContactImport) -> None:
    header, row = bad_rows_csv(contact_import).splitlines()

    assert header.startswith("Row,Why it was not imported,First Name")
    assert row.startswith("4,“not an address” does not look like an e-mail address.,")
    assert "'=HYPERLINK" in row


def test_an_unfinished_import_is_forgotten_after_a_day(
    business: Business, contact_import: ContactImport, by_alice: Actor
) -> None:
    preview_file(
        business=business,
        data=FILE.encode(),
        file_name="x.csv",
        by=by_alice,
        now=clock.now() + timedelta(days=2),
    )

    assert not ContactImport.objects.filter(pk=contact_import.pk).exists()


def test_another_business_sees_no_import(
    contact_import: ContactImport, other_business: Business
) -> None:
    with acting_for(other_business):
        assert not ContactImport.objects.exists()


def test_numbers_are_read_as_dialled_at_home(business: Business) -> None:
    preview = read_google_csv(FILE.encode(), business=business)

    assert preview.rows[1]["phone"] == "+46701234567"
