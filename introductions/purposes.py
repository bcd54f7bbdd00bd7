"""What follow-up plans about asks are for, and what begins them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import User
from introductions.gate import not_to_leave
from introductions.models import Ask
from introductions.services import nudge_ask
from introductions.states import AskState
from outreach.models import Enrolment, ReminderKind, Trigger
from outreach.purposes import Purpose, Stand
from outreach.services import begin_plans, close_reminders_of, stop_what_is_over


def begin_with_ask(*, event: Event, now: datetime) -> None:
    """Later than ask.sent, and ask.taken_up: what was to remind of asking is over, and a plan
    begins."""
    ask = Ask.objects.select_related("business", "advocate__contact").get(pk=event.subject_id)
    if ask.state != AskState.SENT:
        return
    close_reminders_of(contact=ask.advocate.contact, kind=ReminderKind.ASK, now=now)
    begin_plans(
        business=ask.business,
        trigger=Trigger.ASK_SENT,
        contact=ask.advocate.contact,
        subject=ask,
        dedupe=f"ask:{ask.pk}",
        since=event.recorded_at,
        now=now,
    )


def end_with_ask(*, event: Event, now: datetime) -> None:
    """Later than whatever answers or closes an ask."""
    stop_what_is_over(subject=Ask.objects.get(pk=event.subject_id), now=now)


def _look(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    asks = Ask.objects.in_bulk([one.subject_id for one in enrolments])
    waiting = [ask for ask in asks.values() if ask.state == AskState.SENT]
    kept = not_to_leave(dict.fromkeys((ask.pk for ask in waiting), True), clock.now())
    return {
        one.pk: _stand(asks[one.subject_id], is_kept=one.subject_id in kept) for one in enrolments
    }


def _stand(ask: Ask, *, is_kept: bool) -> Stand:
    over = {
        AskState.SENT: "",
        AskState.ANSWERED: "They answered.",
        AskState.DECLINED: "They answered.",
    }.get(AskState(ask.state), "The ask is closed.")
    if not over and ask.nudged_at is not None:
        over = "They were reminded once. It rests now."
    if not over and is_kept:
        over = "They are left alone: something stands in the way of asking."
    return Stand(over, {"wanted": ask.named_person or ask.wanted})


def _nudge(
    *, enrolment: Enrolment, subject: str, words: str, by: Actor, sender: User, now: datetime
) -> Ask:
    ask = Ask.objects.select_related("business", "advocate__contact").get(pk=enrolment.subject_id)
    return nudge_ask(ask=ask, subject=subject, words=words, by=by, sender=sender, now=now)


UNANSWERED_ASK = Purpose(look=_look, deliver=_nudge)
