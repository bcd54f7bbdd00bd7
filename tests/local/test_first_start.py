"""A first start makes the data; one that is cut short is no obstacle to the next."""

import signal
from pathlib import Path

import psutil
import pytest

from tests.local.product import Product, wait_for

pytestmark = pytest.mark.stack


def test_it_stops_while_it_makes_its_first_data(directory: Path) -> None:
    assert not directory.exists()
    product = Product(directory)
    wait_for(lambda: (directory / "postgres.new").exists())

    product.stop(signal.SIGINT)

    assert product.process.returncode == 0
    assert not [one for one in psutil.process_iter(["cmdline"]) if _is_from(one, directory)]


def _is_from(process: psutil.Process, directory: Path) -> bool:
    return any(str(directory) in word for word in process.info["cmdline"] or [])
