"""`make faults` in short: the same servers and processes, broken once each."""

import subprocess
import sys

from tests.database import ROOT


def test_servers_that_crash_and_beats_at_once_lose_and_double_no_letter() -> None:
    told = _faults("postgres", "redis", "beats", "--letters", "60", "--times", "1")

    assert told.count("none lost, none twice, nothing stuck, what is in doubt is listed") == 3


def _faults(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *arguments, "--seed", "7"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
