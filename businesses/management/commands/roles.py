"""`manage.py roles`: the database roles, made by an administrator once (again is harmless)."""

from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

from businesses.tenancy import ACROSS_ROLE, APP_ROLE, OWNER_ROLE


class Command(BaseCommand):
    help = (
        "Make the database, the schema owner's role and the two fenced roles of the application, "
        "and grant these to the login of DATABASE_URL. Needs DATABASE_ADMIN_URL."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_ADMIN_URL or settings.DATABASE_OWNER is None:
            raise CommandError("DATABASE_ADMIN_URL and DATABASE_OWNER_URL must be set.")
        owner = settings.DATABASE_OWNER
        login = settings.DATABASES["default"]
        if owner["USER"] != OWNER_ROLE:
            raise CommandError(f"DATABASE_OWNER_URL must sign in as {OWNER_ROLE}.")
        name = str(login["NAME"])
        admin = _connect(settings.DATABASE_ADMIN_URL)
        _ensure_role(admin, OWNER_ROLE, login=True, password=owner.get("PASSWORD"))
        _ensure_role(admin, APP_ROLE, login=False)
        _ensure_role(admin, ACROSS_ROLE, login=False)
        _ensure_role(admin, login["USER"], login=True, password=login.get("PASSWORD"))
        for role in (APP_ROLE, ACROSS_ROLE):
            # Without INHERIT FALSE both policies would apply to the login, and the fence be open.
            _run(
                admin,
                "GRANT {} TO {} WITH INHERIT FALSE, SET TRUE",
                sql.Identifier(role),
                sql.Identifier(login["USER"]),
            )
        _ensure_database(admin, name)
        admin.close()
        inside = _connect(settings.DATABASE_ADMIN_URL, name)
        _grant_inside(inside, login["USER"])
        inside.close()
        self.stdout.write(f"The roles of {name} are in order.")


def _connect(url: str, database: str | None = None) -> connection:
    parts = urlsplit(url)
    try:
        made = psycopg2.connect(url, dbname=database or unquote(parts.path[1:]) or "postgres")
    except psycopg2.OperationalError as error:
        raise CommandError(f"The administrator cannot sign in: {error}") from error
    made.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return made


def _run(admin: connection, statement: str, *names: sql.Composable) -> None:
    with admin.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*names))


def _ensure_role(admin: connection, name: str, *, login: bool, password: str | None = None) -> None:
    with admin.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        if cursor.fetchone() is None:
            _run(admin, "CREATE ROLE {} NOINHERIT", sql.Identifier(name))
    may = "LOGIN" if login else "NOLOGIN"
    _run(
        admin,
        f"ALTER ROLE {{}} {may} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
        sql.Identifier(name),
    )
    if password:
        _run(admin, "ALTER ROLE {} PASSWORD {}", sql.Identifier(name), sql.Literal(password))


def _ensure_database(admin: connection, name: str) -> None:
    with admin.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            _run(
                admin,
                "CREATE DATABASE {} OWNER {}",
                sql.Identifier(name),
                sql.Identifier(OWNER_ROLE),
            )


def _grant_inside(inside: connection, login: str) -> None:
    owner, app, across = map(sql.Identifier, (OWNER_ROLE, APP_ROLE, ACROSS_ROLE))
    _run(inside, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    _run(inside, "GRANT USAGE, CREATE ON SCHEMA public TO {}", owner)
    _run(inside, "GRANT USAGE ON SCHEMA public TO {}, {}, {}", app, across, sql.Identifier(login))
    for grant in (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES",
        "GRANT USAGE, SELECT ON SEQUENCES",
    ):
        _run(
            inside,
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {{}} IN SCHEMA public {grant} TO {{}}",
            owner,
            app,
        )
