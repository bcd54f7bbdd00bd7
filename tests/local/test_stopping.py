"""It stops whole, whatever happened before, and finds its data again (issue 2, item 1).

The tests share a directory, as one user's starts do; each stands by itself.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.local.product import MAKE, Product, at_work, still_running, wait_for

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_it_stops_while_it_makes_its_first_data(directory: Path) -> None:
    product = Product(directory)
    wait_for(lambda: (directory / "postgres.new").exists())

    product.stop(signal.SIGINT)

    assert product.process.returncode == 0
    assert not [one for one in psutil.process_iter(["cmdline"]) if _is_from(one, directory)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_make_leaves_nothing_and_the_data_is_found_again(
    directory: Path, number: signal.Signals
) -> None:
    first = Product(directory, by=MAKE).started()
    first.query("CREATE TABLE IF NOT EXISTS kept (word text)")
    first.query(f"INSERT INTO kept VALUES ('{number.name}')")
    running = first.descendants()

    first.stop(number)

    assert len(running) > 8
    assert still_running(running) == []
    second = Product(directory).started()
    assert (number.name,) in second.query("SELECT word FROM kept")
    assert second.says["Sign in"] == first.says["Sign in"].replace(first.url, second.url)
    second.stop()


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


def _is_from(process: psutil.Process, directory: Path) -> bool:
    return any(str(directory) in word for word in process.info["cmdline"] or [])
