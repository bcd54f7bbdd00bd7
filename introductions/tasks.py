"""What beat and `wake()` start for introductions: whatever is due by now, row by row.

Each row has a transaction of its own, and its service looks again at the locked row; so one row in
trouble holds up no other, and running twice changes nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task
from django.db import models, transaction

from businesses import clock
from businesses.refusals import Refusal
from businesses.tenancy import across_businesses, acting_for
from introductions import services
from introductions.models import Ask, Introduction
from introductions.states import WAITING, IntroductionState
from outreach.jobs import recorded
from outreach.services import keep_stuck, no_longer_stuck

log = structlog.get_logger(__name__)

BATCH = 200


@shared_task
@recorded("introductions.tasks.complete_due_handshakes", decides=True)
def complete_due_handshakes() -> int:
    return shake_hands(now=clock.now())


def shake_hands(*, now: datetime) -> int:
    due = Introduction.objects.due(now).filter(state=IntroductionState.ACCEPTED)
    return each_due(due, lambda row: services.complete_handshake(introduction=row, now=now))


@shared_task
@recorded("introductions.tasks.erase_answered")
def erase_answered() -> int:
    now = clock.now()
    due = Introduction.objects.due(now).filter(state=IntroductionState.DECLINED)
    unknown = Introduction.objects.due(now).filter(state=IntroductionState.UNKNOWN)
    taken_back = Introduction.objects.due(now).filter(state=IntroductionState.WITHDRAWN)
    return (
        each_due(due, lambda row: services.erase_declined(introduction=row, now=now))
        + each_due(unknown, lambda row: services.end_unvouched(introduction=row, now=now))
        + each_due(taken_back, lambda row: services.erase_taken_back(introduction=row, now=now))
    )


@shared_task
@recorded("introductions.tasks.expire_unanswered", decides=True)
def expire_unanswered() -> int:
    return expire_or_come_back(now=clock.now())


def expire_or_come_back(*, now: datetime) -> int:
    """What nobody answered or confirmed in time; and what comes back after *not now*."""
    waiting = Introduction.objects.due(now).filter(state__in=WAITING)
    back = Introduction.objects.due(now).filter(state=IntroductionState.NOT_NOW)
    vouching = Introduction.objects.due(now).filter(state=IntroductionState.VOUCHING)
    unvouched = Introduction.objects.due(now).filter(state=IntroductionState.UNVOUCHED)
    return (
        each_due(waiting, lambda row: services.expire_introduction(introduction=row, now=now))
        + each_due(back, lambda row: services.bring_back(introduction=row, now=now))
        + each_due(unvouched, lambda row: services.end_unvouched(introduction=row, now=now))
        + each_due(vouching, lambda row: services.leave_unvouched(introduction=row, now=now))
        + each_due(Ask.objects.due(now), lambda row: services.expire_ask(ask=row, now=now))
    )


def each_due(due: "models.QuerySet[Any]", move: Callable[[Any], object]) -> int:
    """Move each due row; how many were moved. One that cannot be is kept for Health to show."""
    label, count = str(due.model._meta.model_name), 0
    for business_id, key in _keys(due):
        try:
            with transaction.atomic(), acting_for(business_id):
                move(due.model._default_manager.get(pk=key))
                no_longer_stuck(label=label, row_id=key)
            count += 1
        except (Refusal, due.model.DoesNotExist):
            # Somebody was quicker: the work is done, or no longer wanted.
            continue
        except Exception as error:
            log.exception("sweep.row_failed", row=str(key), model=label)
            _keep_stuck(business_id, label, key, error)
    return count


def _keep_stuck(business_id: UUID, label: str, key: UUID, error: Exception) -> None:
    """Where even that fails, the database is away, and the next sweep tries all of it."""
    problem, now = type(error).__name__, clock.now()
    with transaction.atomic(), acting_for(business_id):
        keep_stuck(business_id=business_id, label=label, row_id=key, problem=problem, now=now)


def _keys(due: "models.QuerySet[Any]") -> Iterator[tuple[UUID, UUID]]:
    """Business and id of all that is due, oldest first, a batch at a time."""
    after: datetime | None = None
    seen: set[UUID] = set()
    while True:
        later = due if after is None else due.filter(due_at__gte=after)
        with transaction.atomic(), across_businesses():
            rows = later.exclude(pk__in=seen).order_by("due_at", "pk")[:BATCH]
            batch = list(rows.values_list("business_id", "pk", "due_at"))
        if not batch:
            return
        yield from ((business_id, key) for business_id, key, _ in batch)
        last = batch[-1][2]
        seen = {key for _, key, due_at in batch if due_at == last} | (
            seen if last == after else set()
        )
        after = last
