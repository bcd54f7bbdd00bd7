"""It stops whole, whatever happened before, and finds its data again (issue 2, item 1)."""

import os
import signal
from pathlib import Path

import psutil
import psycopg2
import pytest

from tests.local.product import Product, still_running, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def _run(product: Product, statement: str) -> list[tuple[object, ...]]:
    with psycopg2.connect(product.environment()["DATABASE_OWNER_URL"]) as connection:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def test_it_stops_whole_and_finds_its_data_again(short_path: Path) -> None:
    """One story, since each start takes seconds: a clean stop, deaths of children, a kill."""
    first = Product(short_path).started()
    _run(first, "CREATE TABLE kept (word text)")
    _run(first, "INSERT INTO kept VALUES ('yes')")
    before = first.descendants()

    assert first.stop(signal.SIGTERM) == ""

    assert first.process.returncode == 0
    assert len(before) > 8
    assert still_running(before) == []

    second = Product(short_path).started()
    assert _run(second, "SELECT word FROM kept") == [("yes",)]
    assert second.says["Sign in"] == first.says["Sign in"].replace(first.url, second.url)
    worker = second.child("celery", "worker")
    worker.kill()
    wait_for(lambda: _another(second, worker))
    second.child("gunicorn").kill()
    before = second.descendants()

    complaint = second.stop(signal.SIGINT)

    assert "The worker stopped by itself and is started again" in complaint
    assert "Traceback" not in complaint
    assert still_running(before) == []

    third = Product(short_path).started()
    left = third.descendants()
    os.kill(third.process.pid, signal.SIGKILL)
    third.process.communicate()
    assert still_running(left) != []

    fourth = Product(short_path, port=third.port).started()
    assert _run(fourth, "SELECT word FROM kept") == [("yes",)]
    assert not [process for process in still_running(left) if "postgres" not in process.name()]
    fourth.stop()
    assert still_running(left) == []


def _another(product: Product, dead: psutil.Process) -> bool:
    try:
        return product.child("celery", "worker").pid != dead.pid
    except AssertionError:
        return False


def test_it_stops_while_it_starts(short_path: Path) -> None:
    product = Product(short_path)
    wait_for(lambda: (short_path / "postgres.new").exists())

    product.stop(signal.SIGINT)

    assert product.process.returncode == 0
    assert not [one for one in psutil.process_iter(["cmdline"]) if _is_from(one, short_path)]


def _is_from(process: psutil.Process, directory: Path) -> bool:
    return any(str(directory) in word for word in process.info["cmdline"] or [])
