"""PostgreSQL crashes and recovers while letters are being sent."""

import random

from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.sending import Break, run_sending
from tests.faults.wishes import Wishes

CRASHES = 8
WORKERS = 2
AWAY_SECONDS = 2.0


def run(ground: Ground, wishes: Wishes) -> Findings:
    times = wishes.times or CRASHES
    return run_sending(
        ground, wishes, workers=WORKERS, times=times, breaker=crash, queue_meanwhile=True
    )


def crash(ground: Ground, crew: Crew, chance: random.Random) -> Break | None:
    connections = crew.connections()
    if not connections:
        return None
    ground.crash_postgres(away_seconds=AWAY_SECONDS * chance.random())
    return Break("PostgreSQL", connections)
