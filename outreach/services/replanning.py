"""What is next for people on a plan moves along when its days do, or when they have heard of us."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Max

from businesses.models import Business
from outreach.models import CadenceStep, Enrolment, EnrolmentState, StepTaken, Timing, Trigger
from outreach.services.cadences import drop_drafts, let_begin_anew
from outreach.timing import next_morning, step_due


def plan_again(*, step: CadenceStep, now: datetime) -> int:
    """Those who wait for this step get it on the day that it now says; how many.

    A day that is over by then is the next morning: so nobody's letter leaves in the moment in which
    somebody changes a number.
    """
    earlier = step.cadence.steps.filter(position__lt=step.position).aggregate(last=Max("position"))
    waiting = Enrolment.objects.active().filter(
        cadence=step.cadence, next_position__lte=step.position, attempts=0
    )
    if earlier["last"] is not None:
        waiting = waiting.filter(next_position__gt=earlier["last"])
    rows = list(waiting.select_for_update(no_key=True).order_by("id"))
    latest: dict[UUID, datetime] = dict(
        StepTaken.objects.filter(enrolment__cadence=step.cadence, enrolment__state="active")
        .order_by()
        .values("enrolment_id")
        .annotate(latest=Max("created_at"))
        .values_list("enrolment_id", "latest")
    )
    by_due: dict[datetime, list[UUID]] = defaultdict(list)
    for row in rows:
        by_due[_due(step, row, latest.get(row.pk), step.cadence.business, now)].append(row.pk)
    for due_at, keys in by_due.items():
        Enrolment.objects.filter(pk__in=keys).update(due_at=due_at)
    return sum(map(len, by_due.values()))


def plan_working_days_again(*, business: Business, now: datetime) -> None:
    """Other days are working days: whoever waits for a step on one gets it on the day it now is."""
    steps = CadenceStep.objects.filter(timing=Timing.WORKING_DAY).select_related("cadence")
    for step in steps.order_by("id"):
        step.cadence.business = business
        plan_again(step=step, now=now)


def _due(
    step: CadenceStep,
    enrolment: Enrolment,
    taken_at: datetime | None,
    business: Business,
    now: datetime,
) -> datetime:
    since = [enrolment.created_at, taken_at, enrolment.counted_from]
    due_at = step_due(
        step,
        business=business,
        after=max(moment for moment in since if moment is not None),
        anchor_on=enrolment.anchor_on,
        is_first=taken_at is None,
    )
    return due_at if due_at > now else next_morning(step, business, now)


def count_from_now(*, subject: models.Model, trigger: Trigger, now: datetime) -> None:
    """The silence that a plan with this trigger breaks begins anew, for what it is about.

    One that has come to its end may begin anew, and what is left of it is not wanted any more.
    """
    rows = Enrolment.objects.regarding(subject).filter(cadence__trigger=trigger)
    rows = rows.exclude(state=EnrolmentState.STOPPED)
    locked = rows.select_for_update(of=("self",), no_key=True).select_related("business")
    for enrolment in locked.order_by("id"):
        if enrolment.state == EnrolmentState.FINISHED:
            drop_drafts(enrolment, "They have heard of it.", now)
            let_begin_anew(enrolment)
            continue
        steps = CadenceStep.objects.filter(
            cadence=enrolment.cadence_id, position__gte=enrolment.next_position or 0
        )
        step = steps.order_by("position").first()
        if step is None:
            continue
        enrolment.counted_from = now
        enrolment.due_at = step_due(
            step, business=enrolment.business, after=now, anchor_on=enrolment.anchor_on
        )
        enrolment.save(update_fields=["counted_from", "due_at"])
