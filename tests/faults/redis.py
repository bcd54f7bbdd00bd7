"""Valkey is flushed and killed while letters are being sent."""

import random
import time

from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.sending import Break, run_sending
from tests.faults.wishes import Wishes

CRASHES = 20
WORKERS = 2
AWAY_SECONDS = 3.0


def run(ground: Ground, wishes: Wishes) -> Findings:
    times = wishes.times or CRASHES
    return run_sending(
        ground, wishes, workers=WORKERS, times=times, breaker=flush_and_kill, queue_meanwhile=True
    )


def flush_and_kill(ground: Ground, crew: Crew, chance: random.Random) -> Break | None:
    if not crew.connections():
        return None
    ground.flush_valkey()
    time.sleep(chance.random())
    ground.crash_valkey(away_seconds=AWAY_SECONDS * chance.random())
    # It only wakes workers, so none of their connections to the mail server may notice.
    return Break("Valkey, flushed and then killed", connections=0)
