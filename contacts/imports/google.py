"""Google Contacts' CSV export, as it was until 2024 and as it is since."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from businesses.models import Business
from businesses.refusals import Refusal
from contacts.addresses import InvalidAddress, InvalidPhone, clean_email, clean_phone
from contacts.imports.preview import Preview, read_rows
from contacts.imports.table import Table, UnreadableFile, read_table
from contacts.models import LONGEST_TEXT, ImportRow
from contacts.names import LONGEST_NAME, clean_name

# Google writes several values of a kind into one cell so.
_BETWEEN_VALUES = ":::"
LONGEST_FIRM = 100

_GIVEN = ("First Name", "Given Name")
_MIDDLE = ("Middle Name", "Additional Name")
_FAMILY = ("Last Name", "Family Name")
_WHOLE = ("Name", "File As", "Nickname")
_FIRM = ("Organization Name", "Organization 1 - Name")
_TITLE = ("Organization Title", "Organization 1 - Title")
_NOTES = ("Notes",)


class NotGoogles(UnreadableFile):
    message = (
        "This does not look like an export of Google Contacts. There, choose Export and then "
        "“Google CSV”."
    )
    code = "unknown_format"


class NobodyThere(Refusal):
    message = "There is neither a name nor an e-mail address."
    code = "nobody_there"
    status = 422


class FirmTooLong(Refusal):
    message = f"The name of the firm is longer than {LONGEST_FIRM} characters."
    code = "firm_too_long"
    status = 422


class GoogleCsv:
    """The reader for `READERS`."""

    name = "google"
    label = "Google Contacts (CSV)"

    def recognises(self, header: Sequence[str]) -> bool:
        columns = set(header)
        return bool(columns & {*_GIVEN, *_FAMILY, "Name"}) and any(
            re.fullmatch(r"(E-mail|Phone) \d+ - Value", column) for column in columns
        )

    def read(self, table: Table, *, region: str) -> Preview:
        return read_rows(table, format_name=self.name, read=partial(_read_row, region=region))


def read_google_csv(data: bytes, *, business: Business, region: str = "") -> Preview:
    """What would be imported from this file, and what not; nothing is written.

    Phone numbers are read as dialled in `region`, by default the business's country. Raises
    `NotGoogles` and what `read_table` raises.
    """
    table = read_table(data)
    reader = GoogleCsv()
    if not reader.recognises(table.header):
        raise NotGoogles
    return reader.read(table, region=region or business.country)


def _read_row(cells: dict[str, str], *, region: str) -> ImportRow:
    addresses = [_address(text) for text in _values(cells, "E-mail")]
    phones = [_phone(text, region) for text in _values(cells, "Phone")]
    firm = " ".join(_first(cells, _FIRM).split())
    if len(firm) > LONGEST_FIRM:
        raise FirmTooLong
    return ImportRow(
        name=_name(cells, firm, addresses),
        email=addresses[0] if addresses else "",
        phone=phones[0] if phones else "",
        company_name=firm,
        job_title=_short(_first(cells, _TITLE), 100),
        postal_address=next(_values(cells, "Address", "Formatted"), "")[:300],
        note=_note(_first(cells, _NOTES), [*addresses[1:], *phones[1:]]),
    )


def _name(cells: dict[str, str], firm: str, addresses: Sequence[str]) -> str:
    """Their name; else their firm's; else the part of their address before the @."""
    parts = [_first(cells, part) for part in (_GIVEN, _MIDDLE, _FAMILY)]
    whole = " ".join(part for part in parts if part)
    if not whole:
        whole = next((cells[column] for column in _WHOLE if cells.get(column)), "") or firm
    if "@" in whole and addresses:
        whole = ""
    if not whole:
        if not addresses:
            raise NobodyThere
        whole = re.sub(r"[._+-]+", " ", addresses[0].rpartition("@")[0]).title()[:LONGEST_NAME]
    return clean_name(" ".join(whole.split()))


def _address(text: str) -> str:
    try:
        return clean_email(text)
    except InvalidAddress as error:
        shown = _short(text, 60)
        raise InvalidAddress(f"“{shown}” does not look like an e-mail address.") from error


def _phone(text: str, region: str) -> str:
    try:
        return clean_phone(text.lstrip("'"), region)
    except InvalidPhone as error:
        shown = _short(text, 40)
        raise InvalidPhone(f"“{shown}” does not look like a phone number.") from error


def _note(written: str, further: Sequence[str]) -> str:
    """What the file says of them, with the further addresses and numbers that have no field yet."""
    also = f"Also: {', '.join(further)}" if further else ""
    return "\n".join(part for part in (written, also) if part)[:LONGEST_TEXT]


def _values(cells: dict[str, str], kind: str, last: str = "Value") -> Iterator[str]:
    """The values of `E-mail 1 - Value`, `E-mail 2 - Value`…, several in a cell taken apart."""
    for column, cell in cells.items():
        if re.fullmatch(rf"{kind} \d+ - {last}", column):
            yield from filter(None, (part.strip() for part in cell.split(_BETWEEN_VALUES)))


def _first(cells: dict[str, str], columns: Sequence[str]) -> str:
    text = next((cells[column] for column in columns if cells.get(column)), "")
    return text.split(_BETWEEN_VALUES)[0].strip()


def _short(text: str, length: int) -> str:
    return " ".join(text.split())[:length]
