"""What beat starts for the API: answers that were kept as long as promised are forgotten."""

from celery import shared_task

from api.idempotency import forget_all_old
from businesses import clock
from outreach.jobs import recorded


@shared_task
@recorded("api.tasks.forget_old_answers")
def forget_old_answers() -> int:
    return forget_all_old(now=clock.now())
