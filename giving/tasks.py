"""What beat starts for introductions that a business gives: whatever is due by now."""

from datetime import datetime

from celery import shared_task

from businesses import clock
from businesses.sweeping import Unless, never
from giving import services
from giving.models import GivenIntroduction
from giving.states import WAITING, GivenState
from introductions.tasks import each_due
from outreach.jobs import recorded
from outreach.services import is_all_mail_held


@shared_task
@recorded("giving.tasks.complete_agreed")
def complete_agreed() -> int:
    return introduce_who_agreed(now=clock.now(), unless=is_all_mail_held)


def introduce_who_agreed(*, now: datetime, unless: Unless = never) -> int:
    due = GivenIntroduction.objects.due(now).filter(state=GivenState.AGREED)
    return each_due(due, lambda row: services.complete_given(given=row, now=now), unless)


@shared_task
@recorded("giving.tasks.expire_given")
def expire_given() -> int:
    return end_unanswered(now=clock.now(), unless=is_all_mail_held)


def end_unanswered(*, now: datetime, unless: Unless = never) -> int:
    due = GivenIntroduction.objects.due(now).filter(state__in=WAITING)
    return each_due(due, lambda row: services.expire_given(given=row, now=now), unless)
