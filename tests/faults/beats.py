"""Four beats and three workers at once, while letters are queued; none may be sent twice."""

from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.sending import run_sending
from tests.faults.wishes import Wishes

WORKERS = 3
BEATS = 4


def run(ground: Ground, wishes: Wishes) -> Findings:
    return run_sending(ground, wishes, workers=WORKERS, beats=BEATS, queue_meanwhile=True)
