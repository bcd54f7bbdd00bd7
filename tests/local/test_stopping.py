"""It stops whole, whatever happened before, and finds its data again (issue 2, item 1)."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.local.product import MAKE, Product, at_work, still_running, wait_for

pytestmark = pytest.mark.stack


def test_a_signal_to_make_leaves_nothing_and_the_data_is_found_again(directory: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        product = Product(directory, by=MAKE).started()
        product.query("CREATE TABLE IF NOT EXISTS kept (word text)")
        product.query(f"INSERT INTO kept VALUES ('{number.name}')")
        running = product.descendants()

        product.stop(number)

        assert len(running) > 8
        assert still_running(running) == []
    following = Product(directory).started()
    assert following.query("SELECT word FROM kept") == [("SIGTERM",), ("SIGINT",)]
    assert following.says["Sign in"] == product.says["Sign in"].replace(product.url, following.url)
    following.stop()


def test_it_starts_a_dead_child_again_and_stops_whole_after_a_death(directory: Path) -> None:
    product = Product(directory).started()
    worker = product.child("celery", "worker")
    worker.kill()
    wait_for(lambda: _has_another_worker(product, worker))
    product.child("gunicorn").kill()
    running = product.descendants()

    said = product.stop(signal.SIGINT)

    assert product.process.returncode == 0
    assert said.startswith("The worker stopped by itself and is started again")
    assert "Traceback" not in said
    assert still_running(running) == []


def test_it_stops_whole_when_postgresql_dies(directory: Path) -> None:
    product = Product(directory).started()
    running = product.descendants()
    pid = int((directory / "postgres" / "postmaster.pid").read_text().split()[0])

    os.kill(pid, signal.SIGKILL)

    assert product.process.wait(30) == 1
    assert product.stop().startswith("PostgreSQL stopped by itself, so all is stopped")
    assert still_running(running) == []


def test_after_a_kill_the_next_start_ends_what_was_left(directory: Path) -> None:
    killed = Product(directory).started()
    left = killed.descendants()
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.communicate()
    assert at_work(left) != []

    following = Product(directory, port=killed.port).started()

    assert {one.name() for one in at_work(left)} <= {"postgres"}
    following.stop()
    assert at_work(left) == []


def _has_another_worker(product: Product, dead: psutil.Process) -> bool:
    try:
        return product.child("celery", "worker").pid != dead.pid
    except AssertionError:
        return False
