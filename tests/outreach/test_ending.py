"""A worker ends what it does with a letter of its own accord, and none is in doubt for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from businesses.models import Business
from tests.outreach.factories import some_letters, states
from tests.outreach.smtp import SmtpServer
from tests.outreach.workers import Worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("outreach-workers"),
]

Hire = Callable[..., Worker]


@pytest.fixture
def hire(smtp: SmtpServer, tmp_path: Path) -> Iterator[Hire]:
    """Workers that send by this server, gone after the test."""
    hired: list[Worker] = []

    def one(**more: str) -> Worker:
        hired.append(Worker(smtp.port, tmp_path, **more))
        return hired[-1]

    yield one
    for worker in hired:
        worker.kill()


def test_a_slow_mail_server_makes_no_worker_kill_its_own_letters(
    business: Business, smtp: SmtpServer, hire: Hire
) -> None:
    """All of it would last longer than a task may: each sweep gives back what it does not reach."""
    smtp.delay = 0.15
    some_letters(business, 45)
    worker = hire(app="tests.outreach.hurried")

    worker.sweep_until(lambda: not set(states(business)) & {"scheduled", "sending", "in_data"})

    assert states(business) == {"sent": 45}
    assert len(smtp.accepted) == 45
    assert "TimeLimitExceeded" not in worker.told()
