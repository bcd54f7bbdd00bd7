"""The ground under every test: real PostgreSQL and Valkey, and the cast.

Alice owns a business, Bob works in it, Charlie owns another one and should never see the first.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fasteners import InterProcessLock

from config.local.servers import start_valkey
from tests import database


def pytest_configure(config: pytest.Config) -> None:
    """Settings read the environment, so it must be complete before Django loads."""
    del config
    if "TEST_PARTS" in os.environ:  # A worker of pytest-xdist: its parent has done this.
        return
    url = database.start()
    host = urlsplit(url).query.removeprefix("host=")
    valkey_url, _valkey.process = start_valkey(database.DIRECTORY / "valkey", keep=False)
    os.environ.update(
        {
            "TEST_PARTS": "1",
            "LOCAL": "1",
            "LOCAL_DIR": str(database.DIRECTORY),
            "SECRET_KEY": "tests-secret-" + secrets.token_hex(16),
            "LINK_KEY": "tests-link-" + secrets.token_hex(16),
            "SUPPRESSION_KEY": "tests-suppression-" + secrets.token_hex(16),
            "PUBLIC_URL": "http://testserver",
            "DATABASE_ADMIN_URL": url,
            "DATABASE_URL": f"postgresql://referrals_web@/unset?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://referrals_owner@/unset?host={host}",
            "REDIS_URL": valkey_url,
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "CLOCK_FILE": "",
        }
    )


class _valkey:
    process: "subprocess.Popen[bytes] | None" = None


def pytest_unconfigure(config: pytest.Config) -> None:
    if _valkey.process is not None:
        _valkey.process.terminate()
        _valkey.process.wait(10)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database for this process, copied from one that the schema owner migrated."""
    from django.conf import settings
    from django.db import connections

    url = settings.DATABASE_ADMIN_URL
    template = _migrated_template(url)
    name = f"test_{os.getpid()}"
    database.copy(url, template, name)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        settings.DATABASES["default"]["NAME"] = name
        settings.DATABASE_OWNER["NAME"] = name
        host = urlsplit(url).query.removeprefix("host=")
        os.environ["DATABASE_URL"] = f"postgresql://referrals_web@/{name}?host={host}"
        os.environ["DATABASE_OWNER_URL"] = f"postgresql://referrals_owner@/{name}?host={host}"
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    database.drop(url, name)


def _migrated_template(url: str) -> str:
    template = database.template_name()
    with InterProcessLock(database.DIRECTORY / "template.lock"):
        if database.exists(url, template):
            return template
        making = f"{template}_making"
        database.drop(url, making)
        host = urlsplit(url).query.removeprefix("host=")
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://referrals_web@/{making}?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://referrals_owner@/{making}?host={host}",
        }
        for command in ("roles", "migrate"):
            subprocess.run(
                [sys.executable, str(Path(database.ROOT, "manage.py")), command, "-v", "0"],
                check=True,
                env=environment,
                stdout=subprocess.DEVNULL,
            )
        with database.administrator(url) as cursor:
            cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
    return template


@pytest.fixture(autouse=True)
def _flush_as_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application may not truncate; after a transactional test the schema owner does."""
    from django.test import TransactionTestCase

    from businesses.tenancy import as_schema_owner

    flush = TransactionTestCase._fixture_teardown

    def flush_as_owner(case: TransactionTestCase) -> None:
        with as_schema_owner():
            flush(case)

    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", flush_as_owner)
