"""What must stand before Django's settings can be read: PostgreSQL, Valkey, their addresses.

Loaded by `-p tests.ground`, since pytest-django reads the settings before any conftest.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from config.local.servers import start_valkey
from tests import database

_own: "list[subprocess.Popen[bytes]]" = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    if "TEST_PARTS" not in os.environ:  # A worker of pytest-xdist has its parent's parts.
        _start_parts()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:  # A Redis database of its own: counters and hints of another would be in the way.
        server = os.environ["REDIS_URL"].rpartition("/")[0]
        os.environ["REDIS_URL"] = f"{server}/{int(worker.removeprefix('gw')) + 1}"
    return (yield)


def _start_parts() -> None:
    url = database.start()
    valkey_url, process = start_valkey(database.DIRECTORY / "valkey", keep=False)
    _own.append(process)
    host = urlsplit(url).query.removeprefix("host=")
    os.environ.update(
        {
            "TEST_PARTS": "1",
            "LOCAL": "1",
            "LOCAL_DIR": str(database.DIRECTORY),
            "SECRET_KEY": secrets.token_hex(32),
            "LINK_KEY": secrets.token_hex(32),
            "SUPPRESSION_KEY": secrets.token_hex(32),
            "PUBLIC_URL": "http://testserver",
            "DATABASE_ADMIN_URL": url,
            "DATABASE_URL": f"postgresql://referrals_web@/unset?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://referrals_owner@/unset?host={host}",
            "REDIS_URL": valkey_url,
            "EMAIL_URL": "smtp://127.0.0.1:1",
        }
    )


def pytest_unconfigure() -> None:
    for process in _own:
        process.terminate()
        process.wait(10)
