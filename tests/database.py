"""A throw-away PostgreSQL for the tests: migrated once as the owner, copied for each process."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.conf import settings
from django.db import connections
from fasteners import InterProcessLock
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from config.local.servers import start_postgres

ROOT = Path(__file__).resolve().parent.parent
# Short, because a Unix socket's path may not be long.
DIRECTORY = Path(os.environ.get("TEST_DIR", ROOT / ".local" / "test"))
POSTGRES_LOG = DIRECTORY / "postgres" / "log"
# What is named for the process that made it: `stack_1234_8000`.
_OF_A_PROCESS = re.compile(r"(?:test|told|stack|external|composed)_(\d+)(?:_\d+)?")


def start() -> str:
    """The administrator's URL of the test server, which need not survive a power cut."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with InterProcessLock(DIRECTORY / "server.lock"):
        url = start_postgres(DIRECTORY / "postgres")
        with administrator(url) as cursor:
            for setting, value in (
                ("fsync", "off"),
                ("full_page_writes", "off"),
                ("synchronous_commit", "off"),
                ("max_wal_size", "'2GB'"),
            ):
                cursor.execute(f"ALTER SYSTEM SET {setting} = {value}")
            cursor.execute("SELECT pg_reload_conf()")
        _drop_what_the_dead_left(url)
        # What is found in it is of this run.
        os.truncate(POSTGRES_LOG, 0)
    return url


def _drop_what_the_dead_left(url: str) -> None:
    """A run that was killed could not drop its databases."""
    with administrator(url) as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        names = [str(name) for (name,) in cursor.fetchall()]
    for name in names:
        made = _OF_A_PROCESS.fullmatch(name)
        if made and not Path("/proc", made[1]).exists():
            drop(url, name)


@contextmanager
def administrator(url: str, database: str = "postgres") -> Iterator["psycopg2.extensions.cursor"]:
    connection = psycopg2.connect(url, dbname=database)
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def addresses(url: str, name: str) -> dict[str, str]:
    """Of one database on the test server, as the web's login and as the schema owner."""
    host = urlsplit(url).query.removeprefix("host=")
    return {
        "DATABASE_URL": f"postgresql://referrals_web@/{name}?host={host}",
        "DATABASE_OWNER_URL": f"postgresql://referrals_owner@/{name}?host={host}",
    }


def migrated(url: str) -> str:
    """The name of a template that the schema owner migrated; made once for these migrations."""
    template = _template_name()
    with InterProcessLock(DIRECTORY / "template.lock"):
        if _exists(url, template):
            return template
        making = f"{template}_making"
        drop(url, making)
        for command in (["roles"], ["migrate", "--skip-checks"]):
            subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), *command, "-v", "0"],
                check=True,
                env={**os.environ, **addresses(url, making)},
                stdout=subprocess.DEVNULL,
            )
        with administrator(url) as cursor:
            cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
    return template


def _template_name() -> str:
    """Named by what the migrations say, so that a change of them makes a new template."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    for path in sorted(ROOT.glob("businesses/management/commands/*.py")):
        digest.update(path.read_bytes())
    digest.update((ROOT / "businesses" / "operations.py").read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


def _exists(url: str, name: str) -> bool:
    with administrator(url) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def drop(url: str, name: str) -> None:
    with administrator(url) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy(url: str, template: str, name: str) -> None:
    """A copy takes a fraction of a second; migrating anew would take many."""
    with InterProcessLock(DIRECTORY / "template.lock"), administrator(url) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER referrals_owner')


def use(url: str, name: str) -> None:
    """From now on this process, and what it starts, works on that database."""
    connections.close_all()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
    settings.DATABASE_OWNER["NAME"] = name
    os.environ.update(addresses(url, name))


@contextmanager
def used(url: str, name: str) -> Iterator[None]:
    """Work on that database for a while, and then on the one from before."""
    before = str(connections["default"].settings_dict["NAME"])
    use(url, name)
    try:
        yield
    finally:
        use(url, before)


@contextmanager
def copied(url: str, template: str, name: str) -> Iterator[str]:
    """A copy that goes away."""
    copy(url, template, name)
    try:
        yield name
    finally:
        drop(url, name)


def tables_with_rows(cursor: "psycopg2.extensions.cursor") -> list[str]:
    """And those that had some before; they can be had from the sizes of the files, in no time."""
    cursor.execute(
        "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0 ORDER BY 1"
    )
    return [str(name) for (name,) in cursor.fetchall()]


def empty(url: str, name: str, *, but: Collection[str]) -> None:
    """Delete what a test committed. Many times quicker than to truncate each of the tables."""
    with administrator(url, name) as cursor:
        cursor.execute("SET session_replication_role = replica")  # Keys need no order then.
        used = [table for table in tables_with_rows(cursor) if table not in but]
        cursor.execute("; ".join(f"DELETE FROM {table}" for table in used) or "SELECT 1")
