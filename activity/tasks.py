"""What beat and `wake()` start for the history."""

from collections.abc import Callable
from typing import cast

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from activity import services
from businesses import clock
from businesses.sweeping import Unless


@shared_task
def number_events() -> None:
    _recorded("activity.tasks.number_events", services.number_events)


@shared_task
def run_later_reactions() -> None:
    _recorded(
        "activity.tasks.run_later_reactions",
        lambda: services.run_later_reactions(
            now=clock.now(), unless=cast("Unless", import_string(settings.DECISIONS_WAIT_WHILE))
        ),
    )


def _recorded(name: str, sweep: Callable[[], int]) -> None:
    """Run it, and let it be kept when it ran: what keeps that stands above."""
    run = cast("Callable[..., None]", import_string(settings.JOBS_RECORDED_BY))
    run(name, sweep)
