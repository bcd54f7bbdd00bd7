"""Two beats and three workers at once; nothing breaks, and nothing may be done twice."""

from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.sending import run_sending
from tests.faults.wishes import Wishes

WORKERS = 3
BEATS = 2
# Letters fall due all along, so that sweeps of both beats find some.
WITHIN_SECONDS = 60.0


def run(ground: Ground, wishes: Wishes) -> Findings:
    return run_sending(ground, wishes, workers=WORKERS, beats=BEATS, within_seconds=WITHIN_SECONDS)
