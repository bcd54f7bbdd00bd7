"""Bytes of a file into a header and rows."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from businesses.refusals import Refusal

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
_LONGEST_CELL = 20_000


class UnreadableFile(Refusal):
    message = "This file could not be read as a table. Please export it as CSV and try again."
    code = "unreadable_file"
    status = 422


class FileTooLarge(UnreadableFile):
    message = "This file is larger than 5 MB. Please split it, or leave out the photos."
    code = "file_too_large"


class TooManyRows(UnreadableFile):
    message = "This file has more than 10,000 rows. Please split it and import the parts in turn."
    code = "too_many_rows"


class EmptyFile(UnreadableFile):
    message = "There is nothing in this file."
    code = "empty_file"


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file; `number` is where it begins, counted from 1."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    header: Sequence[str]
    lines: Sequence[Line]


def read_table(data: bytes) -> Table:
    """The rows of a CSV file with commas, semicolons or tabs, in UTF-8, UTF-16 or Latin letters.

    Blank rows are left out. Raises `FileTooLarge`, `TooManyRows`, `EmptyFile` or `UnreadableFile`.
    """
    if len(data) > MOST_BYTES:
        raise FileTooLarge
    text = _decode(data)
    if not text.strip():
        raise EmptyFile
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    lines: list[Line] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(begins, [cell[:_LONGEST_CELL].strip() for cell in cells]))
            if len(lines) > MOST_ROWS + 1:
                raise TooManyRows
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile from error
    if not lines:
        raise EmptyFile
    return Table(lines[0].cells, lines[1:])


def _decode(data: bytes) -> str:
    for encoding in _encodings(data):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise UnreadableFile


def _encodings(data: bytes) -> Sequence[str]:
    """What the bytes may be, likeliest first."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    start = data[:200]
    if start.count(0) * 3 > len(start):
        # No mark of its order, but a header in Latin letters has its zero bytes on one side.
        return ["utf-16-be" if start[0] == 0 else "utf-16-le"]
    return ["utf-8-sig", "cp1252", "latin-1"]


def _delimiter(text: str) -> str:
    header = text.lstrip().splitlines()[0]
    return max(",;\t", key=header.count)


def write_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """CSV for a spreadsheet. Cells that it might take for a formula are defused by a quote."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([defused(cell) for cell in header])
    writer.writerows([[defused(cell) for cell in row] for row in rows])
    return out.getvalue()


def defused(cell: str) -> str:
    """The text, with a ' before it where a spreadsheet would run it (OWASP, CSV injection)."""
    cell = cell.replace("\0", "")
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
