"""Copies of a business with all that it has, by one statement each instead of many services.

Whatever bears the business's id is copied, with new ids wherever an id stands. What was worked out
from an id (the hash of an address, say) stays as it was: who needs that makes it by the services.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from businesses.models import Business
from tests.database import administrator

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

Row = TypeVar("Row", bound=models.Model)

_ID = re.compile(r"\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
_ID_OR_HASH = re.compile(rf"{_ID.pattern}|\b[0-9a-f]{{64}}\b")


class Copies:
    """Of one business as it stands now."""

    def __init__(self, cursor: "cursor", business: Business) -> None:
        self._cursor = cursor
        self._columns = {
            model._meta.db_table: ", ".join(
                f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated
            )
            for model in apps.get_models()
            if _is_of_a_business(model)
        }
        parts = [
            f"SELECT '{table}', to_jsonb(t)::text FROM {table} t WHERE business_id = %(business)s"
            for table in self._columns
        ]
        self._columns["businesses_business"] = ", ".join(
            f'"{field.column}"' for field in Business._meta.concrete_fields if not field.generated
        )
        parts.append(
            "SELECT 'businesses_business', to_jsonb(t)::text FROM businesses_business t "
            "WHERE id = %(business)s"
        )
        cursor.execute(" UNION ALL ".join(parts), {"business": str(business.pk)})
        rows = cursor.fetchall()
        self._ids = {json.loads(text)["id"] for _, text in rows}
        tables: dict[str, list[str]] = {}
        for table, text in rows:
            tables.setdefault(table, []).append(text)
        # Ids stand at the odd places, what is between them at the even.
        self._rows = {table: _ID.split(",".join(texts)) for table, texts in tables.items()}
        self._business = business.pk
        self._slug = f'"slug": "{business.slug}"'
        cursor.execute("SET session_replication_role = replica")  # Keys need no order then.

    def make(self, *numbers: int) -> None:
        """The copies of these numbers, from 1 on; their rows are at `key_of`."""
        statements, texts = [], []
        for table, parts in self._rows.items():
            columns = self._columns[table]
            statements.append(
                f"INSERT INTO {table} ({columns}) "
                f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
            )
            rows = ",".join(self._copied(parts, number) for number in numbers)
            texts.append(f"[{rows}]")
        self._cursor.execute("; ".join(statements), texts)

    def _copied(self, parts: list[str], number: int) -> str:
        keys = (self._new(key, number) for key in parts[1::2])
        rows = "".join(chain.from_iterable(zip_longest(parts[::2], keys, fillvalue="")))
        return rows.replace(self._slug, f'{self._slug[:-1]}-{number}"')

    def key_of(self, key: UUID, number: int) -> UUID:
        """Which id that row has in the copy of that number."""
        return UUID(self._new(str(key), number))

    def key_of_business(self, number: int) -> UUID:
        return self.key_of(self._business, number)

    def row(self, row: Row, number: int) -> Row:
        """The same row in the copy of that number, without asking for it."""
        names = [field.attname for field in row._meta.concrete_fields]
        values = (getattr(row, name) for name in names)
        own = [self.key_of(each, number) if isinstance(each, UUID) else each for each in values]
        return type(row).from_db(row._state.db, names, own)

    def found_in(self, *numbers: int) -> dict[int, tuple[str, ...]]:
        """All rows of these copies by now, in words that are the same in each: for an id stands the
        first business's own, or a star; and a star for what was worked out from one."""
        by_business = {str(self.key_of_business(number)): number for number in numbers}
        parts = [
            f"SELECT business_id::text, '{table}', to_jsonb(t)::text FROM {table} t "
            "WHERE business_id = ANY(%(businesses)s::uuid[])"
            for table in self._columns
            if table != "businesses_business"
        ]
        self._cursor.execute(" UNION ALL ".join(parts), {"businesses": [*by_business]})
        found: dict[int, list[str]] = {number: [] for number in numbers}
        for key, table, text in self._cursor.fetchall():
            number = by_business[key]
            found[number].append(f"{table} {self._original(text, number)}")
        return {number: tuple(sorted(rows)) for number, rows in found.items()}

    def _original(self, text: str, number: int) -> str:
        def told(found: re.Match[str]) -> str:
            key = _turned(found[0], number) if found[1] else ""
            return key if key in self._ids else "*"

        return _ID_OR_HASH.sub(told, text)

    def _new(self, key: str, number: int) -> str:
        """Ids keep their order: they differ in the last digits, which are drawn by lot."""
        return _turned(key, number) if key in self._ids else key


def _turned(key: str, number: int) -> str:
    """There and back again."""
    return f"{key[:-8]}{int(key[-8:], 16) ^ number:08x}"


def _is_of_a_business(model: type[models.Model]) -> bool:
    fields = {field.name: field for field in model._meta.concrete_fields}
    return "business" in fields and model._meta.managed and not model._meta.proxy


@contextmanager
def copies_of(business: Business) -> Iterator[Copies]:
    """To be made as long as this lasts."""
    name = str(connection.settings_dict["NAME"])
    with administrator(settings.DATABASE_ADMIN_URL, name) as cursor:
        yield Copies(cursor, business)


def again(made: Any, copies: Copies, number: int) -> Any:
    """The same row, or rows, in the copy of that number."""
    if isinstance(made, tuple | list):
        return type(made)(again(each, copies, number) for each in made)
    if isinstance(made, models.Model):
        key = copies.key_of(made.pk, number)
        return type(made)._default_manager.get(pk=key)
    return made
