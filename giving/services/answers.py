"""What the two answer, on a page of their own each."""

from datetime import datetime

from django.conf import settings

from activity.actors import Actor
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from giving.models import GivenIntroduction
from giving.services.recording import record_given, tell_who_said_yes
from giving.states import WAITING, Place
from outreach.catalogue_of_giving import GIVEN_NOTHING
from outreach.services import cancel_messages


class GivenAnswered(Refusal):
    message = "You have already answered this."
    code = "given_answered"


class GivenOver(Refusal):
    """One sentence for a no of the other, a silence and what was taken back."""

    message = "It does not fit just now after all. There is nothing you have to do."
    code = "given_over"


class GivenFinal(Refusal):
    message = "This can no longer be taken back here. Answer the letter instead: a person reads it."
    code = "given_final"


def accept_given(*, given: GivenIntroduction, place: Place, now: datetime) -> GivenIntroduction:
    """Yes. With the other's yes the letter to all three follows when the undo window is over.

    Raises `GivenAnswered`, and `GivenOver` where nothing can come of it any more.
    """
    given = _to_answer(given, place, now)
    given.say_yes(place, now=now, window=settings.UNDO_WINDOW)
    given.save()
    record_given("given.accepted", given, _actor(given, place), now, {"place": place})
    return given


def decline_given(*, given: GivenIntroduction, place: Place, now: datetime) -> GivenIntroduction:
    """No. The other hears, if they had said yes, that it does not fit just now, and not why.

    That letter waits for the undo window. Raises as `accept_given` does.
    """
    given = _to_answer(given, place, now)
    given.say_no(place, now=now)
    given.save()
    event = record_given("given.declined", given, _actor(given, place), now, {"place": place})
    tell_who_said_yes(given, event, due_at=now + settings.UNDO_WINDOW, now=now)
    return given


def undo_given_answer(
    *, given: GivenIntroduction, place: Place, now: datetime
) -> GivenIntroduction:
    """As if this one had not answered: a yes until the letter has left, a no within the window.

    Raises `GivenFinal` afterwards, `NotPossibleNow` where nothing was answered.
    """
    given = locked(given)
    undone = given.side(place).answer
    if not undone:
        raise NotPossibleNow
    if not given.can_be_undone(place, now, settings.UNDO_WINDOW):
        raise GivenFinal
    given.undo_answer(place)
    given.save()
    cancel_messages(subject=given, kinds=[GIVEN_NOTHING], now=now)
    payload = {"answer": undone, "place": str(place)}
    record_given("given.answer_undone", given, _actor(given, place), now, payload)
    return given


def _to_answer(given: GivenIntroduction, place: Place, now: datetime) -> GivenIntroduction:
    given = locked(given)
    if given.side(place).answer:
        raise GivenAnswered
    if given.state not in WAITING or given.has_expired(now):
        raise GivenOver
    return given


def _actor(given: GivenIntroduction, place: Place) -> Actor:
    return Actor.contact(given.side(place).contact.pk)
