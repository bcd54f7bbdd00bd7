"""What follow-up plans about asks are for, and what begins them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, User
from contacts.states import Circle
from introductions.gate import not_to_leave
from introductions.models import Ask, Introduction
from introductions.services import nudge_ask
from introductions.states import AskState
from outreach.models import CadenceStep, Enrolment, ReminderKind, Timing, Trigger
from outreach.purposes import Purpose, Stand
from outreach.services import begin_plans, close_reminders_of, stop_what_is_over

# A plan begins so long before the anniversary, or longer where a step counts back further.
AHEAD = timedelta(days=30)


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


def begin_anniversaries(*, business: Business, today: date, now: datetime) -> int:
    """For advocates of the inner circle, a month before the day of their first handshake.

    Earlier where a step is due earlier.
    """
    ahead = _ahead()
    first = (
        Introduction.objects.filter(
            advocate__contact__circle=Circle.INNER, shook_hands_at__isnull=False
        )
        .order_by("advocate_id", "shook_hands_at")
        .distinct("advocate_id")
        .select_related("advocate__contact")
    )
    zone = ZoneInfo(business.timezone)
    count = 0
    for introduction in first:
        assert introduction.shook_hands_at is not None
        day = introduction.shook_hands_at.astimezone(zone).date()
        coming = _in_year(day, today.year)
        if coming < today:
            coming = _in_year(day, today.year + 1)
        if coming > day and coming - today <= ahead:
            contact = introduction.advocate.contact
            begun = begin_plans(
                business=business,
                trigger=Trigger.ANNIVERSARY,
                contact=contact,
                subject=contact,
                dedupe=f"{contact.pk}:{coming.year}",
                anchor_on=coming,
                now=now,
            )
            count += len(begun)
    return count


def _ahead() -> timedelta:
    """How long before the day the earliest step has to be known."""
    steps = CadenceStep.objects.filter(
        cadence__trigger=Trigger.ANNIVERSARY, cadence__is_on=True, timing=Timing.BEFORE
    )
    longest = steps.aggregate(days=Max("days"))["days"] or 0
    return max(AHEAD, timedelta(days=longest))


def _in_year(day: date, year: int) -> date:
    """The same day of another year; the last of February where that has no 29th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
