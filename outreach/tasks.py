"""What beat and `wake()` start."""

from datetime import datetime

import structlog
from celery import shared_task

from businesses import clock
from businesses.models import Business
from businesses.tenancy import transaction_for
from outreach import sending
from outreach.jobs import recorded
from outreach.purposes import begun_by_day
from outreach.services import is_all_mail_held
from outreach.services import take_due_steps as take_steps

log = structlog.get_logger(__name__)


@shared_task
@recorded("outreach.tasks.send_due_letters")
def send_due_letters() -> int:
    return sending.send_due_letters()


@shared_task
@recorded("outreach.tasks.take_due_steps")
def take_due_steps() -> int:
    return take_steps(now=clock.now(), unless=is_all_mail_held)


@shared_task
@recorded("outreach.tasks.begin_plans_by_day")
def begin_plans_by_day() -> int:
    return 0 if is_all_mail_held() else begin_plans_of_the_day(now=clock.now())


def begin_plans_of_the_day(*, now: datetime) -> int:
    """Each business in a transaction of its own; one in trouble keeps no other.

    What went wrong is raised at the end, so that Health tells of it.
    """
    count = 0
    problem: Exception | None = None
    for business in Business.objects.order_by("id"):
        try:
            with transaction_for(business):
                today = clock.today(business, now)
                count += sum(
                    begin(business=business, today=today, now=now) for begin in begun_by_day()
                )
        except Exception as error:
            log.exception("plans.not_begun", business=str(business.pk))
            problem = problem or error
    if problem is not None:
        raise problem
    return count
