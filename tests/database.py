"""A throw-away PostgreSQL for the tests: migrated once as the owner, copied for each process."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from fasteners import InterProcessLock
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from config.local.servers import start_postgres

ROOT = Path(__file__).resolve().parent.parent
# Short, because a Unix socket's path may not be long.
DIRECTORY = Path(os.environ.get("TEST_DIR", ROOT / ".local" / "test"))


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
    return url


@contextmanager
def administrator(url: str, database: str = "postgres") -> Iterator["psycopg2.extensions.cursor"]:
    connection = psycopg2.connect(url, dbname=database)
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def template_name() -> str:
    """Named by what the migrations say, so that a change of them makes a new template."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    for path in sorted(ROOT.glob("businesses/management/commands/*.py")):
        digest.update(path.read_bytes())
    digest.update((ROOT / "businesses" / "operations.py").read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


def drop(url: str, name: str) -> None:
    with administrator(url) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy(url: str, template: str, name: str) -> None:
    """A copy takes a fraction of a second; migrating anew would take many."""
    with InterProcessLock(DIRECTORY / "template.lock"), administrator(url) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER referrals_owner')


def exists(url: str, name: str) -> bool:
    with administrator(url) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None
