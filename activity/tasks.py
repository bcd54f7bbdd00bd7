"""What beat and `wake()` start for the history."""

from celery import shared_task

from activity import services
from businesses import clock


@shared_task
def number_events() -> None:
    services.number_events()


@shared_task
def run_later_reactions() -> None:
    services.run_later_reactions(now=clock.now())
