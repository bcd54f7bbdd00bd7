"""Valkey dies while letters are on their way. It only wakes workers, so no letter notices."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from kombu import Connection

from businesses.models import Business
from config.celery import app
from config.local.servers import start_valkey
from tests.outreach.factories import some_letters, states
from tests.outreach.smtp import SmtpServer
from tests.outreach.workers import SWEEP, Worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("outreach-workers"),
]


def wait_until(reached: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, "It never came to that."
        time.sleep(0.05)


def test_a_letter_is_not_cut_off_when_valkey_dies(
    business: Business, smtp: SmtpServer, tmp_path: Path
) -> None:
    some_letters(business, 3)
    url, valkey = start_valkey(tmp_path, keep=False)
    worker = Worker(smtp.port, tmp_path, REDIS_URL=url)
    pausing = smtp.fault("body", "pause")
    with Connection(url) as broker:
        app.send_task(SWEEP, queue=worker.queue, connection=broker)
    try:
        wait_until(pausing.met.is_set)

        valkey.kill()
        valkey.wait()
        wait_until(lambda: "Connection to broker lost" in worker.told())
        time.sleep(0.5)  # Whatever the worker does about it, it has done by then.
        smtp.behave()

        wait_until(lambda: "sending" not in states(business) and "in_data" not in states(business))
        assert states(business) == {"sent": 3}
        assert len(smtp.accepted) == 3
    finally:
        valkey.kill()
        worker.kill()
