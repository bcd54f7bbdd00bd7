"""The limits that advocates set to being asked. They bind everybody of the business."""

from datetime import date, datetime, timedelta

from activity.actors import Actor
from activity.services import record_event
from businesses import clock
from businesses.models import MOST_WEEKS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from introductions.models import LONGEST_KIND, Advocate, Ask
from introductions.services.asks import decline_ask, withdraw_ask
from introductions.states import AskState
from outreach.catalogue import ASK
from outreach.services import cancel_messages, look_again_at_asks

FURTHEST = timedelta(days=730)


class LimitNotPossible(Refusal):
    """`message` says which, and what is."""

    message = f"Choose from 1 to {MOST_WEEKS} weeks, and a day within two years."
    code = "limit_not_possible"
    status = 422


def set_limits(
    *,
    advocate: Advocate,
    weeks_between_asks: int | None,
    only_about: str,
    not_before: date | None,
    now: datetime,
) -> Advocate:
    """At most one ask in so many weeks, only about such people, not before that day.

    What is empty is no limit. It holds also for what was asked already and has not left. A day
    that has come is none. Raises `LimitNotPossible`.
    """
    advocate = locked(advocate)
    today = clock.today(advocate.business, now)
    if weeks_between_asks is not None and not 1 <= weeks_between_asks <= MOST_WEEKS:
        raise LimitNotPossible(f"Choose from 1 to {MOST_WEEKS} weeks.")
    if not_before is not None and not_before > today + FURTHEST:
        raise LimitNotPossible("Choose a day within two years.")
    if not_before is not None and not_before <= today:
        not_before = None
    kind = " ".join(only_about.replace("\0", "").split())[:LONGEST_KIND]
    wanted = (weeks_between_asks, kind, not_before)
    if wanted == (advocate.weeks_between_asks, advocate.only_about, advocate.not_before):
        return advocate
    advocate.weeks_between_asks, advocate.only_about, advocate.not_before = wanted
    advocate.save()
    _record(advocate, Actor.advocate(advocate.pk), now)
    look_again_at_asks(business=advocate.business, now=now)
    return advocate


def stop_asking(*, advocate: Advocate, now: datetime) -> Advocate:
    """The advocate wants no more asks: open ones are declined, new ones refused to everybody."""
    advocate = locked(advocate)
    if advocate.has_stopped:
        return advocate
    advocate.stop(now=now)
    advocate.save()
    actor = Actor.advocate(advocate.pk)
    _record(advocate, actor, now)
    for ask in Ask.objects.open().filter(advocate=advocate).order_by("created_at"):
        if ask.state == AskState.SENT:
            was_called_back = cancel_messages(subject=ask, kinds=[ASK], now=now) > 0
            cancel_messages(subject=ask, now=now)
            decline_ask(ask=ask, now=now)
            if was_called_back:  # Nobody was asked.
                Ask.objects.filter(pk=ask.pk).update(sent_at=None)
        else:
            withdraw_ask(ask=ask, by=actor, now=now)
    return advocate


def resume_asking(*, advocate: Advocate, now: datetime) -> Advocate:
    """The advocate takes their stop back (or never meant it: some mail scanners press buttons)."""
    advocate = locked(advocate)
    if advocate.has_stopped:
        advocate.resume()
        advocate.save()
        _record(advocate, Actor.advocate(advocate.pk), now)
    return advocate


def _record(advocate: Advocate, by: Actor, now: datetime) -> None:
    record_event(
        business=advocate.business,
        name="contact.changed",
        actor=by,
        subject=advocate.contact,
        payload={"fields": ["may_be_asked"]},
        now=now,
    )
