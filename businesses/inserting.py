"""Writing rows that may be there already, in one statement."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
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
    inserted = set(_inserted(rows, "ON CONFLICT DO NOTHING"))
    new = [row for row in rows if row.pk in inserted]
    mark_as_kept(new)
    return new


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert the rows in one statement; `IntegrityError` where one is there already."""
    _inserted(rows, "")
    mark_as_kept(rows)


def mark_as_kept(rows: Iterable[models.Model]) -> None:
    """They are in the database by now: saved again, they are updated."""
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def array_of(values: Iterable[object]) -> str:
    """PostgreSQL's own notation of an array: one column of many rows as one parameter.

    A parameter for each value is read, planned and run one by one, which took longer than writing
    the rows.
    """
    elements: list[str] = []
    former: object = None
    text = "NULL"
    for value in values:
        # Much is the same in many rows: whose they are, and when.
        if value is not former:
            former, text = value, _element(value)
        elements.append(text)
    return f"{{{','.join(elements)}}}"


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes | memoryview):
        value = f"\\x{bytes(value).hex()}"
    elif isinstance(value, list):
        value = array_of(value)
    if isinstance(value, str):
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


def _inserted(rows: Sequence[models.Model], otherwise: str) -> list[Any]:
    """Insert them, and return their keys."""
    if not rows:
        return []
    insert, key, values_of = _statement(type(rows[0]))
    columns = zip(*map(values_of, rows), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(f"{insert} {otherwise} RETURNING {key}", [*map(array_of, columns)])
        return [found for (found,) in cursor.fetchall()]


@cache
def _statement(model: type[models.Model]) -> tuple[str, str, Callable[[Any], Sequence[Any]]]:
    """The statement, with an array for each column, its key, and what reads the values of a row."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    quoted = connection.ops.quote_name
    names = [quoted(str(field.column)) for field in fields]
    kinds = [str(field.db_type(connection)) for field in fields]
    # An array of arrays would be taken apart to the bottom.
    is_array = [isinstance(field, ArrayField) for field in fields]
    columns = ", ".join(names)
    shown = ", ".join(
        f"{name}::{kind}" if deep else name
        for name, kind, deep in zip(names, kinds, is_array, strict=True)
    )
    arrays = ", ".join(
        f"%s::{'text' if deep else kind}[]" for kind, deep in zip(kinds, is_array, strict=True)
    )
    # Names of our own tables and columns only.
    statement = (
        f"INSERT INTO {quoted(model._meta.db_table)} ({columns})"  # noqa: S608
        f" SELECT {shown} FROM unnest({arrays}) AS fresh ({columns})"
    )
    return statement, quoted(str(model._meta.pk.column)), _reader(fields)


def _reader(fields: Sequence["models.Field[Any, Any]"]) -> Callable[[Any], Sequence[Any]]:
    """Takes the values as they are, but for JSON."""
    read = attrgetter(*(field.attname for field in fields))
    special = [
        (place, field.encoder)
        for place, field in enumerate(fields)
        if isinstance(field, models.JSONField)
    ]
    if not special:
        return read

    def values(row: models.Model) -> Sequence[Any]:
        found = list(read(row))
        for place, encoder in special:
            if found[place] is not None:
                found[place] = json.dumps(found[place], cls=encoder)
        return found

    return values
