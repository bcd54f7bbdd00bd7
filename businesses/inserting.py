"""Writing rows that may be there already, in one statement."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def insert_once(row: models.Model) -> bool:
    """Insert the row unless one with the same unique key is there; whether it was inserted.

    Where another transaction is just inserting such a row, its end is waited for. (The ORM's
    `get_or_create` asks first and inserts within a savepoint: four statements.)
    """
    return bool(insert_new([row]))


def insert_new(rows: Sequence[Row]) -> list[Row]:
    """Those of the rows that were not there already, by any unique key, inserted in one statement.

    Of rows in `rows` with the same key the first is inserted.
    """
    if not rows:
        return []
    statement, values_of, places = _insert(type(rows[0]))
    values = [value for row in rows for value in values_of(row)]
    with connection.cursor() as cursor:
        cursor.execute(statement % ", ".join([places] * len(rows)), values)
        inserted = {key for (key,) in cursor.fetchall()}
    new = [row for row in rows if row.pk in inserted]
    for row in new:
        row._state.adding = False
        row._state.db = connection.alias
    return new


@cache
def _insert(model: type[models.Model]) -> tuple[str, Callable[[Any], Sequence[Any]], str]:
    """The statement without its rows, what takes the values from a row, and the places of one."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    key = connection.ops.quote_name(str(model._meta.pk.column))
    # Names of our own tables and columns only.
    statement = f"INSERT INTO {table} ({columns}) VALUES %s ON CONFLICT DO NOTHING RETURNING {key}"  # noqa: S608
    return statement, _reader(fields), f"({', '.join(['%s'] * len(fields))})"


def _reader(fields: Sequence["models.Field[Any, Any]"]) -> Callable[[Any], Sequence[Any]]:
    """Takes the values as they are, but for JSON: psycopg2 knows all other kinds that we have."""
    read = attrgetter(*(field.attname for field in fields))
    special = [
        (place, field) for place, field in enumerate(fields) if isinstance(field, models.JSONField)
    ]

    def values(row: models.Model) -> Sequence[Any]:
        found = list(read(row))
        for place, field in special:
            found[place] = field.get_db_prep_save(found[place], connection)
        return found

    return values
