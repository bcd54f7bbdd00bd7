"""What beat and `wake()` start for introductions: whatever is due by now, row by row.

Each row has a transaction of its own, and its service looks again at the locked row; so one row in
trouble holds up no other, and running twice changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task
from django.db import models, transaction

from businesses import clock
from businesses.refusals import Refusal
from businesses.sweeping import Unless, never
from businesses.tenancy import GoneMeanwhile, acting_for, rows_across
from introductions import services
from introductions.models import Ask, Introduction
from introductions.states import WAITING, IntroductionState
from outreach.jobs import recorded
from outreach.services import is_all_mail_held, keep_stuck, no_longer_stuck

log = structlog.get_logger(__name__)

BATCH = 200


@shared_task
@recorded("introductions.tasks.complete_due_handshakes")
def complete_due_handshakes() -> int:
    return shake_hands(now=clock.now(), unless=is_all_mail_held)


def shake_hands(*, now: datetime, unless: Unless = never) -> int:
    due = Introduction.objects.due(now).filter(state=IntroductionState.ACCEPTED)
    return each_due(due, lambda row: services.complete_handshake(introduction=row, now=now), unless)


@shared_task
@recorded("introductions.tasks.erase_answered")
def erase_answered() -> int:
    return _each_by_its_state(_ERASING, clock.now(), never)


@shared_task
@recorded("introductions.tasks.expire_unanswered")
def expire_unanswered() -> int:
    return expire_or_come_back(now=clock.now(), unless=is_all_mail_held)


def expire_or_come_back(*, now: datetime, unless: Unless = never) -> int:
    """What nobody answered or confirmed in time; and what comes back after *not now*."""
    asks = Ask.objects.due(now)
    return _each_by_its_state(_EXPIRING, now, unless) + each_due(
        asks, lambda row: services.expire_ask(ask=row, now=now), unless
    )


# What a sweep does with an introduction that is due, by the state in which it finds it.
Moves = Mapping[str, Callable[..., object]]
_ERASING: Moves = {
    IntroductionState.DECLINED: services.erase_declined,
    IntroductionState.UNKNOWN: services.end_unvouched,
    IntroductionState.WITHDRAWN: services.erase_taken_back,
}
_EXPIRING: Moves = {
    **dict.fromkeys(WAITING, services.expire_introduction),
    IntroductionState.NOT_NOW: services.bring_back,
    IntroductionState.UNVOUCHED: services.end_unvouched,
    IntroductionState.VOUCHING: services.leave_unvouched,
}


def _each_by_its_state(moves: Moves, now: datetime, unless: Unless) -> int:
    def move(row: Introduction) -> None:
        if row.state not in moves:
            raise GoneMeanwhile
        moves[row.state](introduction=row, now=now)

    return each_due(Introduction.objects.due(now).filter(state__in=moves), move, unless)


def each_due(
    due: "models.QuerySet[Any]", move: Callable[[Any], object], unless: Unless = never
) -> int:
    """Move each due row; how many were moved. One that cannot be is kept for Health to show."""
    label, count = str(due.model._meta.model_name), 0
    for business_id, key in _keys(due, unless):
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


def _keys(due: "models.QuerySet[Any]", unless: Unless) -> Iterator[tuple[UUID, UUID]]:
    """Business and id of all that is due, oldest first, a batch at a time."""
    after: datetime | None = None
    seen: set[UUID] = set()
    while True:
        later = due if after is None else due.filter(due_at__gte=after)
        rows = later.exclude(pk__in=seen).order_by("due_at", "pk")[:BATCH]
        found = rows.values_list("business_id", "pk", "due_at")
        batch = rows_across(*found.query.sql_with_params())
        if not batch or unless():
            return
        yield from ((business_id, key) for business_id, key, _ in batch)
        last = batch[-1][2]
        seen = {key for _, key, due_at in batch if due_at == last} | (
            seen if last == after else set()
        )
        after = last
