"""Plans and steps that were there from the start, and the way back to what they were."""

from datetime import datetime
from itertools import pairwise

from activity.actors import Actor
from businesses.tenancy import locked
from outreach.cadences import PLANS, Plan, Step
from outreach.models import Cadence, CadenceStep
from outreach.services.cadences import first_form_of
from outreach.services.plan_order import arrange, record_change
from outreach.services.plan_steps import change_step
from outreach.services.replanning import plan_again


def original_of(step: CadenceStep) -> Step | None:
    """What it was at first; None for one that somebody added."""
    plan, place = _first_form(step.cadence), step.place_at_first
    if plan is None or not 0 <= place < len(plan.steps):
        return None
    first = plan.steps[place]
    # Of another kind it stands in the place of one that was removed.
    return first if first.kind == step.kind else None


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
    plan = _first_form(cadence)
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


def _first_form(cadence: Cadence) -> Plan | None:
    return next((plan for plan in PLANS if plan.key == cadence.key), None)
