"""What a reader makes of a file: rows that will become contacts, and rows that cannot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from businesses.refusals import Refusal
from contacts.imports.table import Line, Table
from contacts.models import ImportProblem, ImportRow


@dataclass(slots=True)
class Preview:
    """`rows` are clean and no address is in them twice; `problems` say which row, and why."""

    format: str
    header: Sequence[str]
    rows: list[ImportRow] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def read_rows(
    table: Table, *, format_name: str, read: Callable[[dict[str, str]], ImportRow]
) -> Preview:
    """Apply `read` to each row, by column name; what it refuses becomes a problem.

    So does a row that does not fit the header: its cells would stand under the wrong names.
    """
    preview = Preview(format_name, list(table.header))
    seen: dict[str, int] = {}
    for line in table.lines:
        try:
            _refuse_misshapen(line, len(table.header))
            row = read(dict(zip(table.header, line.cells, strict=False)))
            _refuse_repeated(row, line, seen)
        except Refusal as refusal:
            preview.problems.append(
                ImportProblem(line=line.number, reason=refusal.message, cells=list(line.cells))
            )
        else:
            preview.rows.append(row)
    return preview


class MisshapenRow(Refusal):
    message = "This row has not as many cells as there are columns."
    code = "misshapen_row"
    status = 422


class RepeatedAddress(Refusal):
    message = "An earlier row has the same address."
    code = "repeated_address"
    status = 422


def _refuse_misshapen(line: Line, columns: int) -> None:
    """Blank cells too many at the end mean nothing: some spreadsheets write them."""
    found = len(line.cells)
    if found < columns or any(line.cells[columns:]):
        cells = "one cell" if found == 1 else f"{found} cells"
        raise MisshapenRow(f"This row has {cells}, but there are {columns} columns.")


def _refuse_repeated(row: ImportRow, line: Line, seen: dict[str, int]) -> None:
    key = row["email"].lower()
    if not key:
        return
    if key in seen:
        raise RepeatedAddress(f"The same address stands in row {seen[key]}.")
    seen[key] = line.number
