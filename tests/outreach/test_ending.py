"""A worker ends what it does with a letter of its own accord, and none is in doubt for it."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from businesses import clock
from businesses.models import Business
from outreach.sending import BATCH
from tests.outreach.factories import acting, many_letters, some_letters, states
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


@pytest.mark.parametrize(
    ("number", "with_children"),
    [(signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGQUIT, False)],
    ids=["as docker does", "as systemd does", "in a hurry"],
)
def test_a_worker_that_is_told_to_end_hands_over_what_it_is_at_and_gives_back_the_rest(
    business: Business,
    smtp: SmtpServer,
    hire: Hire,
    number: signal.Signals,
    with_children: bool,
) -> None:
    """Its main process is told alone, or each of its processes is."""
    smtp.delay = 0.3
    with acting(business):
        many_letters(business, [1] * BATCH * 3, [clock.now()] * BATCH * 3)
    worker = hire(OUTREACH_CONNECTIONS="3", OUTREACH_LEASE_SECONDS="120")
    worker.sweep_until(lambda: len(smtp.accepted) > 8)
    assert smtp.connections == 3

    worker.end(number, with_children=with_children)

    assert len(smtp.accepted) < 50
    assert states(business) == {
        "sent": len(smtp.accepted),
        "scheduled": BATCH * 3 - len(smtp.accepted),
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_a_worker_that_has_nothing_to_do_ends_at_once(
    business: Business, smtp: SmtpServer, hire: Hire, number: signal.Signals
) -> None:
    some_letters(business, 1)
    worker = hire()
    worker.sweep_until(lambda: states(business) == {"sent": 1})

    worker.end(number)
