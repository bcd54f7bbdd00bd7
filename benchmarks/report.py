"""The table, and on what it was measured."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import django
from django.db import connection

from benchmarks.rows import GROWTH, Row, Sample


@dataclass(frozen=True, slots=True)
class Figures:
    """One row's rounds, and the medians that are told."""

    row: Row
    samples: Sequence[Sample]

    @property
    def ratio(self) -> float:
        """To the floor of the same round."""
        return median(sample.large / sample.floor for sample in self.samples)

    @property
    def growth(self) -> float:
        """How much longer it takes in the large business than in the small one."""
        return median(sample.small / sample.large for sample in self.samples)

    @property
    def spread(self) -> str:
        """The lowest and the highest ratio of a round: how much to trust the median."""
        ratios = [sample.large / sample.floor for sample in self.samples]
        return f"{min(ratios):.2f}–{max(ratios):.2f}"

    @property
    def floor(self) -> float:
        return median(sample.floor for sample in self.samples)

    @property
    def subject(self) -> float:
        return median(sample.large for sample in self.samples)


def heading(seed: int, rounds: int, seconds: float) -> str:
    """When, where, with what."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split()[0]
    connection.close()
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {os.cpu_count()} CPUs, load {load:.1f} before · "
        f"Python {platform.python_version()}, Django {django.__version__}, PostgreSQL {postgres}\n"
        f"seed {seed}, median of {rounds} rounds of {seconds:g} s, floor and subject in turn\n"
    )


def table(figures: Sequence[Figures]) -> str:
    """Markdown, to be kept in docs/performance.md."""
    lines = [
        "| row | against | ratio | rounds | target | met "
        "| growth | at most | met | floor /s | ours /s |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(_line, figures)])


def _line(figures: Figures) -> str:
    row, target = figures.row, figures.row.target
    cells = [
        row.name,
        row.against,
        f"{figures.ratio:.2f}",
        figures.spread,
        "–" if target is None else f"{target:g}",
        "–" if target is None else _met(figures.ratio >= target),
        f"{figures.growth:.2f}",
        f"{GROWTH:g}",
        _met(figures.growth <= GROWTH),
        f"{figures.floor:.0f}",
        f"{figures.subject:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _met(is_met: bool) -> str:
    return "yes" if is_met else "**no**"
