"""`manage.py migrate` runs as the schema owner: the application's role may not change tables."""

from typing import Any

from django.core.management.commands import migrate

from businesses.tenancy import as_schema_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_schema_owner():
            super().handle(*args, **options)
