"""Telling a worker that there is something to do. Only a hint: the row is what counts."""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# A hint older than this is worth nothing: the next sweep has long seen the row.
EXPIRES_SECONDS = 30


def wake(task: str, **ids: str) -> None:
    """After the commit, ask for `task` to run soon.

    An unreachable broker costs a log line: beat runs the same sweep within seconds anyway.
    """

    def send() -> None:
        _send(task, ids)

    transaction.on_commit(send, robust=True)


def _send(task: str, ids: dict[str, str]) -> None:
    try:
        current_app.send_task(task, kwargs=ids, expires=EXPIRES_SECONDS, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("wake.unreachable", task=task, error=type(error).__name__)
