"""Both have said yes: one letter introduces them. Or nobody answered in time."""

from datetime import datetime

from activity.actors import SYSTEM
from businesses.moves import NotPossibleNow
from businesses.tenancy import locked
from giving.messages import given_handshake_to_all, given_outcome_to_partner
from giving.models import GivenIntroduction
from giving.services.recording import record_given, tell_who_said_yes
from giving.states import ASKS_HOW_AFTER, WAITING, GivenState


def complete_given(*, given: GivenIntroduction, now: datetime) -> GivenIntroduction:
    """The undo window is over. Raises `NotPossibleNow` before that, and unless both agreed."""
    given = locked(given)
    if given.state != GivenState.AGREED or given.due_at is None or given.due_at > now:
        raise NotPossibleNow
    given.shake_hands(now=now)
    given.save()
    event = record_given("given.shook_hands", given, SYSTEM, now)
    given_handshake_to_all(given=given, cause=event, now=now)
    if given.is_to_partner and given.second.email:
        due_at = now + ASKS_HOW_AFTER
        given_outcome_to_partner(given=given, cause=event, due_at=due_at, now=now)
    return given


def expire_given(*, given: GivenIntroduction, now: datetime) -> GivenIntroduction:
    """No answer in time. Whoever had said yes hears that it does not fit. Safe to repeat."""
    given = locked(given)
    if given.state in WAITING and given.due_at is not None and given.due_at <= now:
        given.expire(now=now)
        given.save()
        event = record_given("given.expired", given, SYSTEM, now)
        tell_who_said_yes(given, event, due_at=now, now=now)
    return given
