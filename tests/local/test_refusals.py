"""What cannot work is said in one sentence, without a traceback (issue 2, item 1)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.local.product import ROOT, Product

pytestmark = pytest.mark.stack


def _shell(directory: Path, *names: str) -> Path:
    """A PATH with these tools and no Python."""
    tools = directory / "bin"
    tools.mkdir()
    for name in names:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    return tools


def _clone(directory: Path) -> Path:
    """What a fresh clone has, as far as `make run` looks before it installs."""
    clone = directory / "clone"
    shutil.copytree(ROOT / "config" / "local", clone / "config" / "local")
    shutil.copytree(ROOT / "requirements", clone / "requirements")
    shutil.copy(ROOT / "Makefile", clone)
    return clone


def _make(clone: Path, tools: Path, *wishes: str) -> str:
    done = subprocess.run(
        ["make", "run", *wishes],
        cwd=clone,
        env={"PATH": str(tools)},
        executable=shutil.which("make"),
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert done.stdout == ""
    return "\n".join(line for line in done.stderr.splitlines() if not line.startswith("make:"))


def test_an_unfit_python(tmp_path: Path) -> None:
    tools = _shell(tmp_path, "sh", "make", "env")
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1  # As an older one answers to what it is asked.\n")
    old.chmod(0o755)

    complaint = _make(_clone(tmp_path), tools)

    assert complaint.startswith("Python 3.11 or newer is needed")
    assert "\n" not in complaint


def test_a_chosen_python_that_is_unfit(tmp_path: Path) -> None:
    tools = _shell(tmp_path, "sh", "make", "env")

    complaint = _make(_clone(tmp_path), tools, "PYTHON=/nowhere/python")

    assert complaint == "PYTHON=/nowhere/python is not a working Python 3.11 or newer."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_clone_that_cannot_be_written(tmp_path: Path) -> None:
    clone = _clone(tmp_path)
    clone.chmod(0o555)

    assert "cannot be written" in _make(clone, _shell(tmp_path, "sh", "make", "env"))


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    complaint = Product(tmp_path / "file" / "local").refused()

    assert complaint == f"The directory {tmp_path}/file/local cannot be written: Not a directory.\n"


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    complaint = Product(tmp_path, PORT=port).refused()

    assert complaint == f"PORT must be a number from 1 to 65535, not {port!r}.\n"


def test_a_database_without_its_owners_address(tmp_path: Path) -> None:
    complaint = Product(tmp_path, DATABASE_URL="postgresql://a@/b").refused()

    assert complaint.startswith("DATABASE_URL needs DATABASE_OWNER_URL beside it")


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    complaint = Product(
        tmp_path,
        DATABASE_URL="postgresql://referrals_web@127.0.0.1:9/referrals",
        DATABASE_OWNER_URL="postgresql://referrals_owner@127.0.0.1:9/referrals",
    ).refused()

    assert complaint.startswith("The database cannot be used: ")
    assert complaint.count("\n") == 1


def test_a_redis_that_does_not_answer(tmp_path: Path) -> None:
    complaint = Product(
        tmp_path,
        DATABASE_URL=os.environ["DATABASE_URL"],
        DATABASE_OWNER_URL=os.environ["DATABASE_OWNER_URL"],
        REDIS_URL="redis://127.0.0.1:9/0",
    ).refused()

    assert complaint.startswith("REDIS_URL cannot be used: ")
    assert complaint.count("\n") == 1
