"""Telling a worker that there is something to do. Only a hint: the row is what counts."""

from dataclasses import dataclass
from functools import cache

import structlog
from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# A hint older than this is worth nothing: the next sweep has long seen the row.
EXPIRES_SECONDS = 30


def wake(task: str, **ids: str) -> None:
    """After the commit, ask for `task` to run soon; asked for again in one transaction, once.

    An unreachable broker costs a log line: beat runs the same sweep within seconds anyway.
    """
    hint = Hint(task, tuple(sorted(ids.items())))
    if any(waiting[1] == hint for waiting in connection.run_on_commit):
        return
    transaction.on_commit(hint, robust=True)


@dataclass(frozen=True, slots=True)
class Hint:
    """Called after the commit. Equal hints of one transaction are one."""

    task: str
    ids: tuple[tuple[str, str], ...]

    # Django names it so when it fails.
    __qualname__ = "Hint"

    def __call__(self) -> None:
        _send(self.task, dict(self.ids))


@cache
def _app() -> Celery:
    """Loaded when first needed: most processes that start never wake anybody."""
    app: Celery = import_string(settings.CELERY_APP)
    return app


def _send(task: str, ids: dict[str, str]) -> None:
    try:
        _app().send_task(task, kwargs=ids, expires=EXPIRES_SECONDS, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("wake.unreachable", task=task, error=type(error).__name__)
