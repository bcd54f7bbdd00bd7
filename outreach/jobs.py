"""Keeping, for each sweeper, when it last ran and what came of it."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from django.db import transaction

from businesses import clock
from outreach.models import JobRun

P = ParamSpec("P")

# A sweep that found nothing is only written down so often: looking costs one query, not two.
QUIET_SECONDS = 15.0
_written_at: dict[str, float] = {}


def recorded(name: str) -> Callable[[Callable[P, int | None]], Callable[P, None]]:
    """Decorate a sweeper (below `@shared_task`) that returns how much it did.

    An error is written down by its kind and goes on its way to the worker's log.
    """

    def decorate(sweep: Callable[P, int | None]) -> Callable[P, None]:
        @wraps(sweep)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            run_recorded(name, lambda: sweep(*args, **kwargs))

        return run

    return decorate


def run_recorded(name: str, sweep: Callable[[], int | None]) -> None:
    """`recorded` for what stands below outreach, and finds it by its name in settings."""
    started = clock.now()
    try:
        count = sweep() or 0
    except Exception as error:
        _write(name, started, problem=type(error).__name__)
        raise
    if count or time.monotonic() - _written_at.get(name, -QUIET_SECONDS) >= QUIET_SECONDS:
        _write(name, started, count=count)


def _write(name: str, started: datetime, *, count: int = 0, problem: str = "") -> None:
    now = clock.now()
    values: dict[str, object] = {
        "last_started_at": started,
        "last_finished_at": now,
        "last_count": count,
        "last_problem": problem,
    }
    if problem:
        values["last_failed_at"] = now
    with transaction.atomic():
        JobRun.objects.update_or_create(name=name, defaults=values)
    _written_at[name] = time.monotonic()
