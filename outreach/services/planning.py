"""What the owner does with plans: makes them, puts people on them, switches them off and on."""

from datetime import datetime

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import LeftInPeace
from outreach.beginnings import OF_ONES_OWN
from outreach.cadences import PLANS
from outreach.models import (
    Answers,
    Cadence,
    Enrolment,
    EnrolmentState,
    Trigger,
)
from outreach.services.cadences import enrol, let_begin_anew
from outreach.services.plan_order import record_change

MOST_PLANS = 50
# Plans about a person. All others are about something that happens.
BY_HAND = frozenset({Trigger.BY_HAND, Trigger.TOUCH_DUE, Trigger.PARTNER_QUIET})


class NotForOwnPlans(Refusal):
    message = "A plan of your own cannot begin with that; the one that is there can be changed."
    code = "trigger_not_for_own_plans"
    status = 422


class AnswersWithoutFeedback(Refusal):
    message = "Only a plan that begins with an answer can choose which answers."
    code = "answers_without_feedback"
    status = 422


class NameMissing(Refusal):
    message = "Please give the plan a name."
    code = "plan_name_missing"
    status = 422


class TooManyPlans(Refusal):
    message = "There are fifty plans, and more nobody can keep in mind."
    code = "too_many_plans"
    status = 422


class NotYourPlan(Refusal):
    message = "This plan is there from the start. It can be changed and switched off, no more."
    code = "not_your_plan"


class NotByHand(Refusal):
    message = "This plan begins by itself, when the thing happens that it is about."
    code = "not_by_hand"


class NothingToDo(Refusal):
    message = "This plan has no step yet, so there is nothing to begin."
    code = "plan_without_steps"


def add_cadence(
    *,
    business: Business,
    name: str,
    trigger: str = Trigger.BY_HAND,
    answers: str = Answers.ANY,
    by: Actor,
    now: datetime,
) -> Cadence:
    """A plan of the owner's own, begun by hand or by what happens; the same again is the one there.

    Raises `NameMissing`, `NotForOwnPlans`, `AnswersWithoutFeedback`, `TooManyPlans`.
    """
    name = _checked_name(name)
    if trigger not in OF_ONES_OWN:
        raise NotForOwnPlans
    if answers != Answers.ANY and trigger != Trigger.FEEDBACK:
        raise AnswersWithoutFeedback
    if Cadence.objects.count() >= MOST_PLANS:
        raise TooManyPlans
    told = {"name": name, "trigger": trigger, "answers": answers}
    same = Cadence.objects.filter(**told, key="").first()
    if same is not None:
        return same
    cadence = Cadence.objects.create(**told, business=business, position=len(PLANS), created_at=now)
    record_change(cadence, by, now, ["name"])
    return cadence


def begin_by_hand(*, cadence: Cadence, contact: Contact, by: Actor, now: datetime) -> Enrolment:
    """Put somebody on a plan that is about a person; once a day, however often it is pressed.

    One that was stopped meanwhile begins anew, after the last letter that left. Raises `NotByHand`
    for one that only an introduction, an ask or thanks can begin, and `NothingToDo` for one without
    a step; `LeftInPeace`.
    """
    if cadence.trigger not in BY_HAND:
        raise NotByHand
    if contact.rests:
        raise LeftInPeace
    day = clock.today(cadence.business, now).isoformat()
    dedupe = f"by_hand:{contact.pk}:{day}"

    def begin() -> Enrolment | None:
        return enrol(
            cadence=cadence, contact=contact, subject=contact, dedupe=dedupe, by=by, now=now
        )

    begun = begin()
    if begun is not None:
        return begun
    rows = Enrolment.objects.filter(cadence=cadence, dedupe=dedupe)
    stopped = rows.filter(state=EnrolmentState.STOPPED)
    for enrolment in stopped.select_for_update(no_key=True):
        let_begin_anew(enrolment)
        begun = begin()
    known = begun or rows.first()
    if known is None:
        raise NothingToDo
    return known


def rename_cadence(*, cadence: Cadence, name: str, by: Actor, now: datetime) -> Cadence:
    """Call a plan of the owner's own otherwise. Raises `NotYourPlan`, `NameMissing`."""
    cadence = locked(cadence)
    if cadence.key:
        raise NotYourPlan
    name = _checked_name(name)
    if cadence.name != name:
        cadence.name = name
        cadence.save(update_fields=["name"])
        record_change(cadence, by, now, ["name"])
    return cadence


def remove_cadence(*, cadence: Cadence, by: Actor, now: datetime) -> bool:
    """Whether a plan of the owner's own is gone. Raises `NotYourPlan`.

    One on which somebody is, or was, is switched off instead: what was done for them stays.
    """
    # As whole as this, nobody is put on it meanwhile.
    rows = Cadence.objects.select_for_update(of=("self",)).select_related("business")
    known = rows.filter(pk=cadence.pk).first()
    if known is None:
        return True
    if known.key:
        raise NotYourPlan
    if known.enrolments.exists():
        switch_cadence(cadence=known, is_on=False, by=by, now=now)
        return False
    record_change(known, by, now, ["removed"])
    known.delete()
    return True


def _checked_name(name: str) -> str:
    clean = " ".join(name.replace("\0", "").split())[:100]
    if not clean:
        raise NameMissing
    return clean


def switch_cadence(*, cadence: Cadence, is_on: bool, by: Actor, now: datetime) -> Cadence:
    """On: it begins when its time comes. Off: for nobody new; who is on it stays on it."""
    cadence = locked(cadence)
    if cadence.is_on != is_on:
        cadence.is_on = is_on
        cadence.save(update_fields=["is_on"])
        record_change(cadence, by, now, ["is_on"])
    return cadence
