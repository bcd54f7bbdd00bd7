"""Reading Google Contacts' CSV exports."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.imports.google import NotGoogles
from contacts.imports.preview import Preview
from contacts.imports.readers import read_file
from contacts.imports.table import (
    MOST_BYTES,
    MOST_ROWS,
    EmptyFile,
    FileTooLarge,
    TooManyRows,
    UnreadableFile,
)

OLDER = [
    "Name",
    "Given Name",
    "Additional Name",
    "Family Name",
    "Notes",
    "Group Membership",
    "E-mail 1 - Type",
    "E-mail 1 - Value",
    "Phone 1 - Type",
    "Phone 1 - Value",
    "Address 1 - Formatted",
    "Organization 1 - Name",
    "Organization 1 - Title",
]
NEWER = [
    "First Name",
    "Middle Name",
    "Last Name",
    "Nickname",
    "File As",
    "Organization Name",
    "Organization Title",
    "Notes",
    "Labels",
    "E-mail 1 - Label",
    "E-mail 1 - Value",
    "E-mail 2 - Label",
    "E-mail 2 - Value",
    "Phone 1 - Label",
    "Phone 1 - Value",
]


def write(header: list[str], *rows: dict[str, str], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(text: str | bytes) -> Preview:
    return read_file(text if isinstance(text, bytes) else text.encode(), region="SE")


MARTA = {"First Name": "Marta", "Last Name": "Kovács", "E-mail 1 - Value": "marta@bakery.example"}


def test_it_reads_the_older_export() -> None:
    row = {
        "Name": "Marta Kovács",
        "Given Name": "Marta",
        "Family Name": "Kovács",
        "Notes": "Bakes.\nWell.",
        "Group Membership": "* myContacts",
        "E-mail 1 - Value": "marta@bakery.example ::: office@bakery.example",
        "Phone 1 - Value": "070-123 45 67",
        "Address 1 - Formatted": "Harbour Street 1\nLund",
        "Organization 1 - Name": "Bakery Nord",
        "Organization 1 - Title": "Owner",
    }

    preview = read(write(OLDER, row))

    assert preview.problems == []
    assert preview.rows == [
        {
            "name": "Marta Kovács",
            "email": "marta@bakery.example",
            "phone": "+46701234567",
            "company_name": "Bakery Nord",
            "job_title": "Owner",
            "postal_address": "Harbour Street 1\nLund",
            "note": "Bakes.\nWell.\nAlso: office@bakery.example",
        }
    ]


def test_it_reads_the_newer_export() -> None:
    row = MARTA | {
        "Organization Name": "Bakery Nord",
        "Labels": "* myContacts",
        "E-mail 2 - Value": "office@bakery.example",
    }

    preview = read(write(NEWER, row))

    assert preview.problems == []
    assert preview.rows[0]["name"] == "Marta Kovács"
    assert preview.rows[0]["company_name"] == "Bakery Nord"
    assert preview.rows[0]["note"] == "Also: office@bakery.example"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_reads_whatever_a_spreadsheet_made_of_it(encoding: str, delimiter: str) -> None:
    preview = read(write(NEWER, MARTA, delimiter=delimiter).encode(encoding))

    assert [row["name"] for row in preview.rows] == ["Marta Kovács"]


def test_it_reads_western_letters_too() -> None:
    preview = read(write(NEWER, MARTA).encode("cp1252"))

    assert preview.rows[0]["name"] == "Marta Kovács"


def test_blank_rows_are_no_rows() -> None:
    text = write(NEWER, MARTA) + "\r\n" + "," * (len(NEWER) - 1) + "\r\n\r\n"

    preview = read(text)

    assert len(preview.rows) == 1
    assert preview.problems == []


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"Organization Name": "Bakery Nord", "Phone 1 - Value": "0701234567"}, "Bakery Nord"),
        ({"Nickname": "Mati", "E-mail 1 - Value": "x@y.example"}, "Mati"),
        ({"E-mail 1 - Value": "marta.kovacs@bakery.example"}, "Marta Kovacs"),
        ({"First Name": "m@y.example", "E-mail 1 - Value": "m@y.example"}, "M"),
    ],
)
def test_whoever_has_no_name_is_called_by_what_there_is(row: dict[str, str], name: str) -> None:
    preview = read(write(NEWER, row))

    assert [row["name"] for row in preview.rows] == [name]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Notes": "Who?"}, "There is neither a name nor an e-mail address."),
        (
            {"First Name": "Jan", "E-mail 1 - Value": "jan at home"},
            "“jan at home” does not look like an e-mail address.",
        ),
        (
            {"First Name": "Jan", "Phone 1 - Value": "112"},
            "“112” does not look like a phone number.",
        ),
        ({"First Name": "see www.evil.example"}, "Please give the name without a link."),
        (MARTA | {"First Name": "Again"}, "The same address stands in row 2."),
    ],
)
def test_a_bad_row_says_why_and_harms_no_other(row: dict[str, str], reason: str) -> None:
    preview = read(write(NEWER, MARTA, row, {"First Name": "Elena"}))

    assert [good["name"] for good in preview.rows] == ["Marta Kovács", "Elena"]
    assert [(problem["line"], problem["reason"]) for problem in preview.problems] == [(3, reason)]


def test_the_row_number_is_the_one_a_spreadsheet_or_editor_shows() -> None:
    text = write(NEWER, MARTA | {"Notes": "two\nlines"}, {"Notes": "Who?"})

    assert read(text).problems[0]["line"] == 4


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EmptyFile),
        (b" \n\n", EmptyFile),
        (b"x" * (MOST_BYTES + 1), FileTooLarge),
        (b"\xff\xfe\x00", UnreadableFile),
        (b"a,b\n1,2\n", NotGoogles),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), UnreadableFile),
        (("First Name,E-mail 1 - Value\n" + "A,\n" * (MOST_ROWS + 1)).encode(), TooManyRows),
        (b'First Name,E-mail 1 - Value\n"' + b"x" * 200_000 + b'"', UnreadableFile),
    ],
)
def test_what_is_no_export_is_refused_with_a_sentence(
    data: bytes, refusal: type[UnreadableFile]
) -> None:
    with pytest.raises(refusal) as refused:
        read(data)

    assert refused.value.message.endswith(".")


def test_as_many_rows_as_promised_are_read() -> None:
    text = "First Name,E-mail 1 - Value\n" + "A,\n" * MOST_ROWS

    assert len(read(text).rows) == MOST_ROWS


@given(st.binary(max_size=300))
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    for content in (data, b"First Name,E-mail 1 - Value\n" + data):
        try:
            preview = read(content)
        except UnreadableFile:
            continue
        assert all(row["name"] for row in preview.rows)


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=5))
def test_every_row_is_good_or_given_back(cells: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["First Name", "E-mail 1 - Value"], *cells])
    try:
        data = out.getvalue().encode()
    except UnicodeEncodeError:
        return
    preview = read(data)

    visible = [row for row in cells if any(cell.replace("\0", "").strip() for cell in row)]
    assert len(preview.rows) + len(preview.problems) == len(visible)
