"""Copies of a business with all that it has, by one statement each instead of many services.

Whatever bears the business's id is copied, with new ids wherever an id stands. What was worked out
from an id (the hash of an address, say) stays as it was: who needs that makes it by the services.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from businesses.models import Business
from tests.database import administrator

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


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
        self._rows = {table: f"[{','.join(texts)}]" for table, texts in tables.items()}
        self._slug = f'"slug": "{business.slug}"'
        cursor.execute("SET session_replication_role = replica")  # Keys need no order then.

    def make(self, number: int) -> None:
        """The copy of that number, from 1 on; its rows are at `key_of`."""
        statements, texts = [], []
        for table, rows in self._rows.items():
            if table == "businesses_business":
                rows = rows.replace(self._slug, f'{self._slug[:-1]}-{number}"')
            columns = self._columns[table]
            statements.append(
                f"INSERT INTO {table} ({columns}) "
                f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
            )
            texts.append(_ID.sub(lambda found: self._new(found[0], number), rows))
        self._cursor.execute("; ".join(statements), texts)

    def key_of(self, key: UUID, number: int) -> UUID:
        """Which id that row has in the copy of that number."""
        return UUID(self._new(str(key), number))

    def _new(self, key: str, number: int) -> str:
        """Ids keep their order: they differ in the last digits, which are drawn by lot."""
        return str(UUID(int=UUID(key).int ^ number)) if key in self._ids else key


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
