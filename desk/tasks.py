"""What beat starts of the desk's: letters to those who work here."""

from celery import shared_task

from businesses import clock
from desk import mornings
from outreach.jobs import recorded
from outreach.services import is_all_mail_held


@shared_task
@recorded("desk.tasks.write_member_letters")
def write_member_letters() -> int:
    return mornings.write_member_letters(now=clock.now(), unless=is_all_mail_held)
