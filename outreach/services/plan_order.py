"""In which order the steps of a plan stand; a place is never used for a second step."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from activity.actors import Actor
from activity.services import record_event
from businesses.refusals import Refusal
from businesses.tenancy import locked
from outreach.models import Cadence, CadenceStep, Enrolment, EnrolmentState, StepTaken
from outreach.services.replanning import plan_again

# The place at first of a step that the plan did not have at first.
ADDED = -1


class StepOfAnotherPlan(Refusal):
    message = "That step is not one of this plan."
    code = "step_of_another_plan"
    status = 422


def move_step(
    *, step: CadenceStep, before: CadenceStep | None, by: Actor, now: datetime
) -> CadenceStep:
    """Put it before that one, or with None at the end; a second press finds it there.

    Raises `StepOfAnotherPlan`, and `GoneMeanwhile`.
    """
    cadence = locked(step.cadence)
    step = locked(step)
    known = list(cadence.steps.order_by("position"))
    order = [one for one in known if one != step]
    if before is None:
        order.append(step)
    elif before in order:
        order.insert(order.index(before), step)
    elif before != step:
        raise StepOfAnotherPlan
    else:
        order = known
    if order != known:
        arrange(cadence=cadence, steps=order, now=now)
        record_change(cadence, by, now, ["steps"])
        step = cadence.steps.get(pk=step.pk)
    return step


def arrange(*, cadence: Cadence, steps: Sequence[CadenceStep], now: datetime) -> None:
    """Let the steps stand so. The plan is locked; `steps` are all that it has, and saved.

    Everybody goes on with what was still to come for them, in the new order. Nothing is done again:
    what was taken of a step goes along with it.
    """
    everybody = Enrolment.objects.filter(cadence=cadence).select_for_update(no_key=True)
    stand = list(everybody.order_by("id").values_list("state", "next_position"))
    waited_for = {place for state, place in stand if state == EnrolmentState.ACTIVE}
    first = place_beyond(cadence)
    places = {step.position: first + number for number, step in enumerate(steps)}
    for step in steps:
        _move(cadence, step, places[step.position])
    for place in sorted(one for one in waited_for if one is not None):
        old = min((one for one in places if one >= place), default=None)
        to_come = (new for one, new in places.items() if one >= place)
        new = min(to_come, default=first + len(steps))
        waiting = Enrolment.objects.active().filter(cadence=cadence, next_position=place)
        waiting.update(next_position=new)
        if old is not None and places[old] != new:
            plan_again(step=cadence.steps.get(position=new), now=now)


def _move(cadence: Cadence, step: CadenceStep, place: int) -> None:
    """The step itself, and what was taken of it. Nobody has had this place, so nothing collides."""
    cadence.steps.filter(pk=step.pk).update(position=place, first_place=step.place_at_first)
    taken = StepTaken.objects.filter(enrolment__cadence=cadence, position=step.position)
    taken.update(position=place)


def place_beyond(cadence: Cadence) -> int:
    """A place at the end that no step has had, so that nobody has had anything of it."""
    last: Sequence[Mapping[str, int | None]] = (
        cadence.steps.aggregate(last=Max("position")),
        StepTaken.objects.filter(enrolment__cadence=cadence).aggregate(last=Max("position")),
        Enrolment.objects.filter(cadence=cadence).aggregate(last=Max("next_position")),
    )
    return max((one["last"] for one in last if one["last"] is not None), default=-1) + 1


def record_change(cadence: Cadence, by: Actor, now: datetime, fields: list[str]) -> None:
    record_event(
        business=cadence.business,
        name="plan.changed",
        actor=by,
        subject=cadence,
        payload={"plan": cadence.key or "own", "fields": fields},
        now=now,
    )
