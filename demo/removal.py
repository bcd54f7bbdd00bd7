"""Removing a business with everything that is its own."""

from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models, transaction

from businesses.models import Business
from businesses.tenancy import as_schema_owner


def remove_business(business_id: UUID) -> None:
    """Delete all rows of this business. Users stay: they may belong to others.

    As the schema owner, since the application may not delete history, and in one statement:
    PostgreSQL looks at the keys between the rows when the statement is over, so that no order of
    tables is needed. Must not run inside a transaction; raises `ImproperlyConfigured` without
    DATABASE_OWNER_URL.
    """
    tables = [model._meta.db_table for model in apps.get_models() if _belongs_to_business(model)]
    # Names of our own tables: nothing that anybody typed.
    steps = [
        f"gone_{place} AS (DELETE FROM {table} WHERE business_id = %s)"  # noqa: S608
        for place, table in enumerate(sorted(map(connection.ops.quote_name, tables)))
    ]
    own = connection.ops.quote_name(Business._meta.db_table)
    statement = f"WITH {', '.join(steps)} DELETE FROM {own} WHERE id = %s"  # noqa: S608
    with as_schema_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [business_id] * (len(tables) + 1))


def _belongs_to_business(model: type[models.Model]) -> bool:
    try:
        field = model._meta.get_field("business")
    except FieldDoesNotExist:
        return False
    return isinstance(field, models.ForeignKey) and field.related_model is Business
