"""The database that is measured on: filled once for a seed, and copied for each run."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from benchmarks.filling import LARGE, SMALL, fill
from businesses.models import Membership
from config.local import parts

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass(frozen=True, slots=True)
class Ground:
    """The two businesses that are measured: the large one, and one of the small."""

    large: Membership
    small: Membership


def make_ready(*, seed: int, large: int = LARGE, small: int = SMALL) -> Ground:
    """A fresh copy of the seeded database; what a former run wrote is gone."""
    name = f"bench_{_fingerprint(seed, large, small)}"
    run = str(settings.DATABASES["default"]["NAME"])
    call_command("roles", stdout=io.StringIO())
    with _administrator() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_made = cursor.fetchone() is not None
    if not is_made:
        _drop_others()
        _recreate(run)
        call_command("roles", stdout=io.StringIO())
        call_command("migrate", interactive=False, verbosity=0)
        fill(seed, large, small)
        connection.close()
        with _administrator() as cursor:
            cursor.execute(f'ALTER DATABASE "{run}" RENAME TO "{name}"')
    _recreate(run, template=name)
    return _ground()


def _ground() -> Ground:
    with transaction.atomic():
        memberships = Membership.objects.select_related("business", "user")
        large, small = (memberships.get(business__slug=slug) for slug in ("large", "small-1"))
    return Ground(large, small)


def _fingerprint(seed: int, *sizes: int) -> str:
    """Named by all that decides what is in it."""
    digest = hashlib.sha256(f"{seed} {sizes}".encode())
    here = Path(__file__).parent
    for path in [
        *sorted(parts.ROOT.glob("*/migrations/*.py")),
        parts.ROOT / "businesses" / "operations.py",
        *(here / name for name in ("copying.py", "filling.py", "firm.py")),
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _administrator() -> Iterator["cursor"]:
    made = psycopg2.connect(settings.DATABASE_ADMIN_URL, dbname="postgres")
    made.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        with made.cursor() as cursor:
            yield cursor
    finally:
        made.close()


def _drop_others() -> None:
    """What was made for another seed, or before a migration, is not needed any more."""
    with _administrator() as cursor:
        cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'bench\_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _recreate(name: str, *, template: str = "template0") -> None:
    connection.close()
    with _administrator() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER referrals_owner '
            "STRATEGY file_copy"
        )
