"""What the workers would have done between two scenes, each thing at its own time.

So the story tells only what people do; that a handshake follows a yes, that a letter leaves, that
an introduction runs out, follows from the same services as ever.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value

from activity.models import Reaction, ReactionState
from activity.reactions import later_handler
from businesses import clock
from businesses.models import Business
from introductions import services
from introductions.models import Ask, Introduction
from introductions.states import IntroductionState
from outreach.models import Message
from outreach.past import record_as_sent
from outreach.states import MessageState

Due = tuple[datetime, str, UUID]


def let_time_pass(business: Business, *, until: datetime) -> None:
    """Do everything that is due by `until`, with the clock held where it was due."""
    while (due := _next_due(until)) is not None:
        due_at, what, key = due
        with clock.at(due_at):
            if what == "letter":
                record_as_sent(business=business, now=due_at)
            else:
                _DOINGS[what](key, due_at)


def _next_due(until: datetime) -> Due | None:
    """The first thing that waits for its time, of whatever kind: one question to the database."""
    reactions = Reaction.objects.due(until).filter(state=ReactionState.WAITING)
    letters = Message.objects.filter(state=MessageState.SCHEDULED, due_at__lte=until)
    found = _dated(reactions, "reaction").union(
        _dated(letters, "letter"),
        _dated(Introduction.objects.due(until), "introduction"),
        _dated(Ask.objects.due(until), "ask"),
        all=True,
    )
    return found.order_by("due_at", "what", "id").first()


def _dated(rows: "QuerySet[Any]", what: str) -> "QuerySet[Any, Due]":
    return rows.order_by().annotate(what=Value(what)).values_list("due_at", "what", "id")


def _react(key: UUID, now: datetime) -> None:
    reaction = Reaction.objects.select_related("event").get(pk=key)
    handler = later_handler(reaction.event.name, reaction.handler)
    if handler is not None:
        handler(event=reaction.event, now=now)
    reaction.finish(now=now)
    reaction.save(update_fields=["state", "done_at"])


def _move_introduction(key: UUID, now: datetime) -> None:
    introduction = Introduction.objects.get(pk=key)
    if introduction.state == IntroductionState.ACCEPTED:
        services.complete_handshake(introduction=introduction, now=now)
    elif introduction.state == IntroductionState.DECLINED:
        services.erase_declined(introduction=introduction, now=now)
    elif introduction.state == IntroductionState.NOT_NOW:
        services.bring_back(introduction=introduction, now=now)
    else:
        services.expire_introduction(introduction=introduction, now=now)


def _expire_ask(key: UUID, now: datetime) -> None:
    services.expire_ask(ask=Ask.objects.get(pk=key), now=now)


_DOINGS: dict[str, Callable[[UUID, datetime], None]] = {
    "reaction": _react,
    "introduction": _move_introduction,
    "ask": _expire_ask,
}
