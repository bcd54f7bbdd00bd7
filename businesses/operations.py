"""Migration operations that put a tenant table behind the fence."""

from collections.abc import Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POLICY = "business_id = (SELECT NULLIF(current_setting('app.business', true), '')::uuid)"


class FenceTable(Operation):
    """Row-level security for one tenant table, and composite keys to the tenant rows it names.

    - The application role sees and writes only rows of the business that is set.
    - `UNIQUE (business_id, id)` lets others refer to both columns.
    - Each `TenantForeignKey` gets `(business_id, x_id) → (business_id, id)`: a plain key would
      accept the id of another tenant's row. An index with the same columns serves look-ups.

    Use it after the model and all its foreign keys exist.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str) -> None:
        self.name = name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing of it shows in Django's state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_own ON {table} TO referrals_app "
            f"USING ({POLICY}) WITH CHECK ({POLICY})",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_key UNIQUE (business_id, id)",
        ]
        for statement in statements:
            schema_editor.execute(statement)
        for field in tenant_keys(model):
            TenantKey(self.name, field.name).database_forwards(
                app_label, schema_editor, from_state, to_state
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        for field in tenant_keys(model):
            TenantKey(self.name, field.name).database_backwards(
                app_label, schema_editor, from_state, to_state
            )
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_key CASCADE")
        schema_editor.execute(f"DROP POLICY {table}_own ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Put {self.name} behind the fence"

    @property
    def migration_name_fragment(self) -> str:
        return f"fence_{self.name.lower()}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.name], {}


class TenantKey(FenceTable):
    """The composite key of one `TenantForeignKey` that is added after its table was fenced.

    With `emptied` the column is emptied when the row it names is deleted, by the database itself:
    whoever deletes a member need not act for the business, and would not see its rows.
    """

    def __init__(self, name: str, field: str, *, emptied: bool = False) -> None:
        super().__init__(name)
        self.field = field
        self.emptied = emptied

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table, column, target = self._parts(to_state.apps, app_label)
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {key_name(table, column)} "
            f"FOREIGN KEY (business_id, {column}) REFERENCES {target} (business_id, id)"
            + (f" ON DELETE SET NULL ({column})" if self.emptied else "")
        )
        schema_editor.execute(
            f"CREATE INDEX {key_name(table, column)}_idx ON {table} (business_id, {column})"
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table, column, _ = self._parts(from_state.apps, app_label)
        schema_editor.execute(f"DROP INDEX {key_name(table, column)}_idx")
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key_name(table, column)}")

    def describe(self) -> str:
        return f"Tie {self.name}.{self.field} to rows of the same business"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.name, self.field], {}

    def _parts(self, apps: Apps, app_label: str) -> tuple[str, str, str]:
        model = apps.get_model(app_label, self.name)
        field = model._meta.get_field(self.field)
        assert isinstance(field, models.ForeignKey)
        target = field.remote_field.model
        return model._meta.db_table, field.column, target._meta.db_table


class GrantAcross(Operation):
    """What sweepers may read and stamp in all businesses: these columns and no others."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str, *, select: Sequence[str], update: Sequence[str] = ()) -> None:
        self.name = name
        self.select = list(select)
        self.update = list(update)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing of it shows in Django's state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        grants = f"SELECT ({', '.join(self.select)})"
        if self.update:
            grants += f", UPDATE ({', '.join(self.update)})"
        for statement in (
            f"CREATE POLICY {table}_across ON {table} FOR SELECT TO referrals_across USING (true)",
            f"CREATE POLICY {table}_across_stamp ON {table} FOR UPDATE TO referrals_across "
            "USING (true) WITH CHECK (true)",
            f"GRANT {grants} ON {table} TO referrals_across",
        ):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f"REVOKE ALL ON {table} FROM referrals_across")
        schema_editor.execute(f"DROP POLICY {table}_across_stamp ON {table}")
        schema_editor.execute(f"DROP POLICY {table}_across ON {table}")

    def describe(self) -> str:
        return f"Let sweepers claim {self.name}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.name], {"select": self.select, "update": self.update}


def tenant_keys(model: type[models.Model]) -> list["models.ForeignKey[Any, Any]"]:
    """The model's keys to other tenant rows: those that Django was told not to constrain."""
    return [
        field
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and not getattr(field, "db_constraint", True)
    ]


def key_name(table: str, column: str) -> str:
    """The name of a composite key's constraint; PostgreSQL allows 63 letters."""
    return f"{table}_{column}_tenant"[:58]
