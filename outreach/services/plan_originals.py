"""Plans and steps that were there from the start, and the way back to what they were."""

from datetime import datetime
from itertools import pairwise

from activity.actors import Actor
from businesses.tenancy import locked
from outreach.models import Cadence, CadenceStep
from outreach.services.cadences import first_form_of
from outreach.services.plan_order import arrange, record_change
from outreach.services.plan_steps import change_step, first_form, original_of
from outreach.services.replanning import plan_again


def restore_step(*, step: CadenceStep, by: Actor, now: datetime) -> CadenceStep:
    """As it was at first, in the place that it has. One that somebody added stays as it is."""
    first = original_of(step)
    if first is None:
        return step
    return change_step(
        step=step,
        days=first.days,
        subject=first.subject,
        words=first.words,
        automatic=first.automatic,
        timing=first.timing,
        condition=first.condition,
        reminder_kind=first.list,
        by=by,
        now=now,
    )


def restore_cadence(*, cadence: Cadence, by: Actor, now: datetime) -> Cadence:
    """All its steps as they were at first: removed ones are there again, added ones are gone.

    A plan of the owner's own has no first form and stays as it is.
    """
    cadence = locked(cadence)
    plan = first_form(cadence)
    if plan is None:
        return cadence
    kept: dict[int, CadenceStep] = {}
    for step in cadence.steps.select_related("cadence__business").order_by("position"):
        if original_of(step) is not None:
            kept.setdefault(step.place_at_first, step)
    own, _ = cadence.steps.exclude(pk__in=[step.pk for step in kept.values()]).delete()
    gone = [place for place in range(len(plan.steps)) if place not in kept]
    CadenceStep.objects.bulk_create(
        first_form_of(plan.steps[place], cadence=cadence, place=place, now=now) for place in gone
    )
    is_moved = _put_in_order(cadence, now)
    if own or gone or is_moved:
        record_change(cadence, by, now, ["steps"])
        for step in cadence.steps.select_related("cadence__business").order_by("position"):
            plan_again(step=step, now=now)
    for step in cadence.steps.filter(pk__in=[step.pk for step in kept.values()]):
        restore_step(step=step, by=by, now=now)
    return cadence


def _put_in_order(cadence: Cadence, now: datetime) -> bool:
    """Whether they had to be moved: what stands in another order, or in places of its own."""
    steps = sorted(cadence.steps.all(), key=lambda one: one.place_at_first)
    if all(one.position < other.position for one, other in pairwise(steps)):
        return False
    arrange(cadence=cadence, steps=steps, now=now)
    return True
