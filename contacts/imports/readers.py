"""The kinds of file that can be imported."""

from collections.abc import Sequence
from typing import Protocol

from contacts.imports.google import GoogleCsv, NotGoogles
from contacts.imports.preview import Preview
from contacts.imports.table import Table, read_table


class Reader(Protocol):
    name: str
    label: str

    def recognises(self, header: Sequence[str]) -> bool:
        """Whether a file with this header is of the reader's kind."""
        ...

    def read(self, table: Table, *, region: str) -> Preview:
        """The file's contacts and problems; phone numbers as dialled in `region`."""
        ...


READERS: Sequence[Reader] = (GoogleCsv(),)


def read_file(data: bytes, *, region: str) -> Preview:
    """What the first reader that knows the file makes of it; nothing is written.

    Raises `NotGoogles` where none does, and what `read_table` raises.
    """
    table = read_table(data)
    for reader in READERS:
        if reader.recognises(table.header):
            return reader.read(table, region=region)
    raise NotGoogles
