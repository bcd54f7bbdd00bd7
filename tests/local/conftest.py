"""A running product, shared by the tests that only look at it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.product import Product


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A directory with a short name: a Unix socket's path may have 107 characters."""
    directory = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The product, up and running."""
    directory = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
    running = Product(directory / "local", DEMO="1")
    try:
        yield running.started()
    finally:
        running.stop()
        shutil.rmtree(directory, ignore_errors=True)
