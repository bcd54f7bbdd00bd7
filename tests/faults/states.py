"""The states of what becomes of an introduction: at random, and by opposite buttons at once."""

import os
import subprocess
import sys

from tests.database import ROOT
from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.wishes import Wishes

PROMISE = "nothing leaves a state but by its moves, sums balance, and of two at once one is first"
RUNS, RACES = 2_000, 200
AT_RANDOM = (
    "tests/referrals/test_states.py",
    "tests/referrals/test_thanks_states.py",
    "tests/rewards/test_states.py",
    "tests/introductions/test_states.py",
    "tests/giving/test_states.py",
    "tests/contacts/test_sums_stay.py",
    "tests/insights",
    "tests/api/test_fuzz.py",
)
AT_ONCE = (
    "tests/referrals/test_races.py",
    "tests/referrals/test_races_of_pairs.py",
    "tests/referrals/test_thanks_races.py",
    "tests/rewards/test_races.py",
    "tests/rewards/test_races_of_pairs.py",
    "tests/rewards/test_races_of_people.py",
    "tests/rewards/test_races_of_sales.py",
    "tests/introductions/test_races.py",
    "tests/introductions/test_races_of_pairs.py",
    "tests/introductions/test_races_of_asks.py",
    "tests/giving/test_races.py",
    "tests/giving/test_races_of_pairs.py",
    "tests/contacts/test_races.py",
    "tests/feedback/test_at_once.py",
)


def run(ground: Ground, wishes: Wishes) -> Findings:
    """`--times` says how many runs there are, and a tenth of it how many races."""
    findings = Findings(PROMISE)
    runs = wishes.times or RUNS
    races = max(1, runs * RACES // RUNS)
    environment = {key: os.environ[key] for key in os.environ.keys() - ground.environment.keys()}
    environment |= {"THOROUGH_RUNS": str(runs), "RACES": str(races)}
    for what, files in (("at random", AT_RANDOM), ("at once", AT_ONCE)):
        options = ("-q", "-p", "no:cacheprovider", "-n", "2", f"--hypothesis-seed={wishes.seed}")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *files],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        last = done.stdout.strip().splitlines()[-1:] or ["nothing ran"]
        findings.say(what, last[0].strip("= "))
        findings.expect(done.returncode == 0, f"{what}: {done.stdout[-2_000:]}")
    findings.say("each", f"{runs} runs of 50 steps, {races} races")
    return findings
