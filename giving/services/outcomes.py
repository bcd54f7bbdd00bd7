"""What became of two people who were introduced."""

from datetime import datetime

from activity.actors import Actor
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from giving.models import LONGEST_TOLD, GivenIntroduction
from giving.services.recording import record_given
from giving.states import GivenState, Outcome, Place
from outreach.catalogue_of_giving import GIVEN_OUTCOME
from outreach.services import cancel_messages


class TooLateToTell(Refusal):
    message = "That was more than a year ago. Answer the letter instead: a person reads it."
    code = "too_late_to_tell"


def tell_outcome(
    *,
    given: GivenIntroduction,
    outcome: str,
    words: str = "",
    place: Place | None = None,
    by: Actor,
    now: datetime,
) -> GivenIntroduction:
    """What came of it: told by one of the two (`place`), or kept by the business as it heard.

    Told anew it takes the former's place, and both stay in the history. The same again changes
    nothing. Raises `NotPossibleNow` before they were introduced, and for one who is not asked;
    `TooLateToTell` for one of the two after a year.
    """
    given = locked(given)
    if given.state != GivenState.HANDSHAKE:
        raise NotPossibleNow
    if place is not None and not given.may_tell(place, now):
        is_theirs = place == Place.SECOND or not given.is_to_partner
        raise TooLateToTell if is_theirs else NotPossibleNow
    told = Outcome(outcome)
    words = " ".join(words.replace("\0", "").split())[:LONGEST_TOLD]
    if (given.outcome, given.outcome_words, given.outcome_by) == (told, words, place or ""):
        return given
    given.tell(told, words, place, now=now)
    given.save()
    # Who has told it is not asked for it.
    cancel_messages(subject=given, kinds=[GIVEN_OUTCOME], now=now)
    payload = {"outcome": str(told), "place": str(place or "")}
    record_given("given.outcome_told", given, by, now, payload)
    return given
