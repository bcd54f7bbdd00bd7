"""Measures the rows in rounds, floor and subject in turn, and prints the table."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

import django

django.setup()

from benchmarks import ground, serving  # noqa: E402  (Django must be set up first)
from benchmarks.filling import LARGE, SMALL  # noqa: E402
from benchmarks.letters import LettersRow  # noqa: E402
from benchmarks.report import Figures, heading, table  # noqa: E402
from benchmarks.rows import LETTERS, NAMES, STEPS, Row, Sample, web_rows  # noqa: E402
from benchmarks.seeding import make_ready  # noqa: E402
from benchmarks.steps import StepsRow  # noqa: E402


def main(arguments: Sequence[str]) -> int:
    """0 also where a target is missed: it is a figure, not a test."""
    options = _options(arguments)
    wanted = options.rows or NAMES
    large, small = options.large, options.small
    _say(f"Making {large:,} people in one business and {small:,} in nine, or finding them …")
    seeded = make_ready(seed=options.seed, large=large, small=small)
    print(heading(options.seed, options.rounds, options.seconds))
    with ExitStack() as stack:
        rows: list[Row] = []
        if set(wanted) - {"letters", "steps"}:
            product = stack.enter_context(serving.product(ground.DIRECTORY))
            floor = stack.enter_context(serving.floor(ground.DIRECTORY))
            rows += [row for row in web_rows(seeded, product, floor) if row.name in wanted]
        if set(wanted) & {"letters", "steps"}:
            stack.enter_context(serving.worker(ground.DIRECTORY))
        if "letters" in wanted:
            against = "a bare loop of smtplib with the same bytes"
            rows.append(LettersRow("letters", against, LETTERS, seeded, options.letters))
        if "steps" in wanted:
            against = "a bare INSERT of the same letters"
            rows.append(StepsRow("steps", against, STEPS, seeded, options.steps))
        started = time.monotonic()
        figures = [Figures(row, _rounds(row, options)) for row in rows]
    print(table(figures))
    print(f"\nMeasured in {time.monotonic() - started:.0f} s.")
    return 0


def _rounds(row: Row, options: argparse.Namespace) -> list[Sample]:
    """One more at first that is not counted: caches fill, connections open, plans are made."""
    samples = []
    for number in range(options.rounds + 1):
        _say(f"{row.name}: round {number} of {options.rounds} …")
        samples.append(row.measure(options.seconds))
    return samples[1:]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    names = ", ".join(NAMES)
    parser.add_argument("rows", nargs="*", metavar="row", help=f"{names}; all if none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure of a round")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--large", type=int, default=LARGE, help="people in the large business")
    parser.add_argument("--small", type=int, default=SMALL, help="people in each of the small ones")
    parser.add_argument("--letters", type=int, default=2400, help="that are sent in a round")
    parser.add_argument("--steps", type=int, default=10_000, help="that are taken in a round")
    options = parser.parse_args(arguments)
    if unknown := set(options.rows) - set(NAMES):
        parser.error(f"there is no row {unknown.pop()!r}; there are {names}")
    return options


def _say(sentence: str) -> None:
    if os.isatty(sys.stderr.fileno()):
        print(f"\r\033[K{sentence}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
