"""Bringing people in from a file, in the browser."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from businesses.models import Business
from contacts.imports.table import MOST_BYTES
from contacts.models import Contact, ContactImport

FILE = """\
First Name,Last Name,E-mail 1 - Value,Phone 1 - Value
Marta,Kovács,marta@bakery.example,
Elena,Rossi,elena@rossi.example,
=cmd(),,not an address,
"""


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/people/import/"


def _upload(client: Client, at: str, content: str = FILE) -> str:
    file = SimpleUploadedFile("contacts.csv", content.encode())
    answer = client.post(at, {"file": file})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_file_is_shown_before_anything_is_added(alice_client: Client, at: str) -> None:
    page = alice_client.get(_upload(alice_client, at))

    assert "2 people in this file" in " ".join(page.text.split())
    assert "Marta Kovács" in page.text
    assert "“not an address” does not look like an e-mail address." in page.text
    assert not Contact.objects.exists()


def test_pressing_adds_the_good_rows_and_gives_the_bad_ones_back(
    alice_client: Client, at: str
) -> None:
    preview = _upload(alice_client, at)

    done = alice_client.post(preview, follow=True)
    rows = alice_client.get(preview + "rows.csv")

    assert "2 people are new here" in " ".join(done.text.split())
    assert Contact.objects.count() == 2
    assert "rows.csv" in done.text
    table = list(csv.reader(io.StringIO(rows.content.decode("utf-8-sig"))))
    assert table[1][:3] == [
        "4",
        "“not an address” does not look like an e-mail address.",
        "'=cmd()",
    ]
    assert rows["Content-Disposition"].startswith("attachment")


def test_pressing_twice_adds_nobody_twice_and_says_so(alice_client: Client, at: str) -> None:
    preview = _upload(alice_client, at)
    alice_client.post(preview)

    again = alice_client.post(preview, follow=True)

    assert "This file is imported already." in again.text
    assert Contact.objects.count() == 2


def test_looking_at_a_preview_adds_nobody(alice_client: Client, at: str) -> None:
    preview = _upload(alice_client, at)

    alice_client.get(preview)
    alice_client.head(preview)

    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "There is nothing in this file."),
        ("a,b\n1,2\n", "This does not look like an export of Google Contacts."),
        ("x" * (MOST_BYTES + 1), "This file is larger than 5 MB."),
    ],
)
def test_an_unfit_file_is_refused_beside_the_field(
    alice_client: Client, at: str, content: str, sentence: str
) -> None:
    answer = alice_client.post(at, {"file": SimpleUploadedFile("x.csv", content.encode())})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert not ContactImport.objects.exists()


def test_no_file_is_asked_for(alice_client: Client, at: str) -> None:
    assert "Please choose the file." in alice_client.post(at, {}).text


def test_a_file_without_a_good_row_offers_another(alice_client: Client, at: str) -> None:
    page = alice_client.get(_upload(alice_client, at, FILE.splitlines()[0] + "\n,,bad,\n"))

    assert "Nobody in this file can be added" in page.text
    assert "Choose another file" in page.text


def test_another_business_cannot_see_or_run_an_import(
    alice_client: Client, charlie_client: Client, at: str, other_business: Business
) -> None:
    preview = _upload(alice_client, at)
    theirs = preview.replace(preview.split("/")[2], other_business.slug)

    assert charlie_client.get(preview).status_code == 404
    assert charlie_client.get(theirs).status_code == 404
    assert charlie_client.post(theirs).status_code == 404
    assert charlie_client.get(theirs + "rows.csv").status_code == 404


def test_rows_that_do_not_fit_are_given_back_with_the_reason(
    alice_client: Client, business: Business
) -> None:
    text = (
        "First Name,Last Name,E-mail 1 - Value,Organization Name\n"
        "short,row\n"
        f"Marta,Kovács,marta@bakery.example,{'Bakery' * 17}\n"
        "Jonas,Weber,jonas@shoebox.example,Shoebox,,\n"
        "Jan,Berg,jan@berg.example,Berg,stray\n"
    )
    file = SimpleUploadedFile("contacts.csv", text.encode())

    page = alice_client.post(
        f"/b/{business.slug}/people/import/", {"file": file}, follow=True
    ).content.decode()

    assert "1 person in this file" in page
    assert "Jonas Weber" in page
    assert "This row has 2 cells, but there are 4 columns." in page
    assert "This row has 5 cells, but there are 4 columns." in page
    assert "The name of the firm is longer than 100 characters." in page
