"""`make faults`: break things on purpose, and see whether the promises hold (docs/faults.md)."""

import argparse
import secrets
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings

from tests.faults.findings import Findings
from tests.faults.ground import Ground, Stalled
from tests.faults.wishes import Wishes

SUITES = (
    *("kills", "leases", "postgres", "redis", "beats"),
    *("smtp", "misbehaving", "events", "rewards", "states", "time", "year", "mutants"),
)


def main() -> int:
    wishes = _read(sys.argv[1:])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit("Stopped."))
    print("Starting servers of our own …", flush=True)
    ground = Ground()
    django.setup()
    # Letters are made with the words of the tests'.
    settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parents[1] / "outreach" / "templates")
    broken = [each.suite for each in wishes if not _run(ground, each)]
    ground.keeps_directory = bool(broken) or wishes[0].keeps_logs
    if ground.keeps_directory:
        print(f"\nThe logs are in {ground.directory}.")
    return 1 if broken else 0


def _read(arguments: list[str]) -> list[Wishes]:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("suites", nargs="*", metavar="suite", help="; ".join(SUITES))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    parser.add_argument("--letters", type=int, help="how many are due")
    parser.add_argument("--times", type=int, help="how often something breaks")
    parser.add_argument("--keep-logs", action="store_true", help="also when nothing is broken")
    wanted = parser.parse_args(arguments)
    if unknown := set(wanted.suites) - set(SUITES):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return [
        Wishes(suite, wanted.seed, wanted.letters, wanted.times, wanted.keep_logs)
        for suite in wanted.suites or SUITES
    ]


def _run(ground: Ground, wishes: Wishes) -> bool:
    """Run one suite and tell what came of it; whether all promises were kept."""
    print(f"\nmake faults SUITE={wishes.suite} SEED={wishes.seed}", flush=True)
    began = time.monotonic()
    # By its name, since models can be imported only now that the settings stand.
    suite = import_module(f"tests.faults.{wishes.suite}")
    try:
        findings: Findings = suite.run(ground, wishes)
    except Stalled as stalled:
        findings = Findings(broken=[str(stalled)])
    findings.say("took", f"{time.monotonic() - began:.0f} s")
    for label, text in findings.rows:
        print(f"  {label:<12}{text}")
    for trouble in findings.broken:
        print(f"  {'BROKEN':<12}{trouble}")
    if not findings.broken:
        print(f"  {'kept':<12}{findings.promise}", flush=True)
    return not findings.broken


if __name__ == "__main__":
    sys.exit(main())
