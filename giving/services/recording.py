"""How the services of this app keep what happened, and who hears of it."""

from collections.abc import Mapping
from datetime import datetime

from activity.actors import Actor
from activity.models import Event
from activity.services import Fact, record_event
from giving.messages import given_nothing_to_either
from giving.models import GivenIntroduction
from outreach.catalogue_of_giving import GIVEN
from outreach.services import cancel_messages


def record_given(
    name: str,
    given: GivenIntroduction,
    by: Actor,
    now: datetime,
    payload: Mapping[str, Fact] | None = None,
) -> Event:
    """The event, on the timelines of both."""
    return record_event(
        business=given.business,
        name=name,
        actor=by,
        subject=given,
        about=[given.first, given.second],
        payload=payload,
        now=now,
    )


def tell_who_said_yes(
    given: GivenIntroduction, cause: Event, *, due_at: datetime, now: datetime
) -> None:
    """Nothing comes of it: no question leaves any more, and whoever had said yes hears it."""
    cancel_messages(subject=given, kinds=[GIVEN], now=now)
    for side in given.sides:
        if side.said_yes and side.contact.email and not side.contact.rests:
            given_nothing_to_either(given=given, side=side, cause=cause, due_at=due_at, now=now)
