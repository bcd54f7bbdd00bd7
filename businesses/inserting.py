"""Writing a row that may be there already, in one statement."""

from functools import cache
from typing import Any

from django.db import connection, models


def insert_once(row: models.Model) -> bool:
    """Insert the row unless one with the same unique key is there; whether it was inserted.

    Where another transaction is just inserting such a row, its end is waited for. (The ORM's
    `get_or_create` asks first and inserts within a savepoint: four statements.)
    """
    statement, fields = _insert(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        is_new = bool(cursor.rowcount)
    if is_new:
        row._state.adding = False
        row._state.db = connection.alias
    return is_new


@cache
def _insert(model: type[models.Model]) -> tuple[str, list["models.Field[Any, Any]"]]:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    # Names of our own tables and columns only.
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", fields  # noqa: S608
