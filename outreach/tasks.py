"""What beat and `wake()` start."""

from celery import shared_task

from outreach import sending
from outreach.jobs import recorded


@shared_task
@recorded("outreach.tasks.send_due_letters")
def send_due_letters() -> int:
    return sending.send_due_letters()
