"""The directory of one user, in which the product is started again and again."""

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
def directory() -> Iterator[Path]:
    """Where it keeps its data, with all that earlier tests left there, as a user's starts do."""
    directory = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
    yield directory / "local"
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def product(directory: Path) -> Iterator[Product]:
    """The product, up and running."""
    running = Product(directory, DEMO="1")
    try:
        yield running.started()
    finally:
        running.stop()
