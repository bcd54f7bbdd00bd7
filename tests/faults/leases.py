"""Workers are stopped while they send, past their lease, and woken when others have gone on."""

import random
import signal
import time

from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.sending import Break, run_sending
from tests.faults.wishes import Wishes

LETTERS = 2500
STOPS = 100
WORKERS = 3
LEASE_SECONDS = 3
# So much longer it sleeps, so that another has claimed what it had in hand.
OVERRUN_SECONDS = 1.5
# Long enough for each stop to meet letters on their way.
SLOWNESS_SECONDS = 0.4


def run(ground: Ground, wishes: Wishes) -> Findings:
    findings = run_sending(
        ground,
        wishes,
        workers=WORKERS,
        times=wishes.times or STOPS,
        breaker=stop_a_sender,
        letters=LETTERS,
        slowness_seconds=SLOWNESS_SECONDS,
        OUTREACH_LEASE_SECONDS=str(LEASE_SECONDS),
        OUTREACH_CONNECTIONS="1",
    )
    fenced = sum(log.read_text().count("letter.fenced") for log in ground.logs("worker"))
    findings.say("fenced", f"{fenced} results of a worker that had slept were not written")
    findings.expect(fenced > 0, "no worker met its fence")
    return findings


def stop_a_sender(ground: Ground, crew: Crew, chance: random.Random) -> Break | None:
    stopped = crew.stop_one_at_work(chance)
    if stopped is None:
        return None
    worker, connections = stopped
    time.sleep(LEASE_SECONDS + OVERRUN_SECONDS)
    worker.signal(signal.SIGCONT)
    return Break("a worker, stopped past its lease and woken", connections)
