"""`make bench`: the same business for the same seed, and a table with every row."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import models

from benchmarks import firm
from businesses.models import Business, Membership, User
from tests.database import ROOT

ROWS = (
    *("people", "person", "today", "search", "bringers"),
    *("api-list", "api-create", "letters", "steps"),
)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

Written = list[tuple[str, Mapping[str, Any]]]


def written(seed: str, monkeypatch: pytest.MonkeyPatch) -> Written:
    """What a firm of 300 people would write."""
    rows: Written = []

    def keep(model: type[models.Model], given: Iterable[Mapping[str, Any]]) -> None:
        rows.extend((model.__name__, row) for row in given)

    monkeypatch.setattr(firm, "copy_rows", keep)
    business = Business(pk=UUID(int=1), slug="large", currency="EUR")
    member = Membership(pk=UUID(int=2), business=business, user=User(pk=UUID(int=3)))
    numbers = itertools.count(1)
    firm.Firm(member, people=300, seed=seed, now=NOW, position=lambda: next(numbers)).fill()
    return rows


def test_the_same_seed_makes_the_same_business(monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = written("1 large", monkeypatch), written("1 large", monkeypatch)

    assert first == again
    assert first != written("2 large", monkeypatch)


def test_everything_that_a_business_leaves_behind_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = {name for name, _ in written("1", monkeypatch)}

    assert kinds >= {"Company", "Contact", "Interaction", "Feedback", "Advocate", "Ask", "Event"}
    assert kinds >= {"Introduction", "Referral", "Credit", "ClosedBusiness", "ThankYou", "Mention"}


def bench(directory: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        env={**os.environ, "BENCH_DIR": str(directory)},
        capture_output=True,
        text=True,
        timeout=500,
    )


@pytest.mark.stack
def test_it_prints_a_line_for_every_row(tmp_path_factory: pytest.TempPathFactory) -> None:
    small = ["--large", "300", "--small", "120", "--rounds", "1", "--seconds", "0.1"]
    small += ["--letters", "8", "--steps", "40"]

    told = bench(tmp_path_factory.mktemp("b"), *small)

    assert told.returncode == 0, told.stderr
    lines = [line.split(" | ")[0].removeprefix("| ") for line in told.stdout.splitlines()]
    assert [line for line in lines if line in ROWS] == list(ROWS)
    assert "seed 1" in told.stdout
