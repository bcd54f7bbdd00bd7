"""Workers are killed with -9 while letters are due."""

import random

from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.sending import Break, run_sending
from tests.faults.wishes import Wishes

LETTERS = 10_000
KILLS = 200
WORKERS = 3


def run(ground: Ground, wishes: Wishes) -> Findings:
    times = wishes.times or KILLS
    return run_sending(
        ground,
        wishes,
        workers=WORKERS,
        times=times,
        breaker=kill_a_sender,
        letters=LETTERS,
        may_fail=True,
    )


def kill_a_sender(ground: Ground, crew: Crew, chance: random.Random) -> Break | None:
    kill = crew.kill_one_at_work(chance)
    if kill is None:
        return None
    return Break("a whole worker" if kill.whole else "one of its processes", kill.connections)
