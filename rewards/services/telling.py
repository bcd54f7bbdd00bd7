"""Who of both was told what is given, where one was recorded by hand: nobody earns what they have
not read or heard of. Who came by an introduction has read it."""

from collections.abc import Sequence
from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.moves import NotPossibleNow
from businesses.tenancy import locked
from referrals.models import Referral
from rewards.services.causes import Cause, cause_of_referral
from rewards.states import Person, Trigger


class NothingToTell(NotPossibleNow):
    message = "By the terms that are kept with this one nothing waits for them to be told."
    code = "nothing_to_tell"


def untold(referral: Referral) -> Sequence[Person]:
    """Who gets something under the terms that are kept with it, and was not told so."""
    cause = cause_of_referral(referral)
    return _untold(cause) if cause is not None else []


def note_told(*, referral: Referral, person: str, by: Actor, now: datetime) -> Referral:
    """They were told what is given by now: from here on it is theirs, too. Raises `NothingToTell`.

    What they had earned by then they earn with it (`earn_by_telling`).
    """
    referral = locked(referral)
    cause = cause_of_referral(referral)
    if cause is None or person not in _untold(cause):
        raise NothingToTell
    referral.terms = {**referral.terms, "told": sorted({*cause.told, Person(person)})}
    referral.save(update_fields=["terms"])
    record_event(
        business=referral.business,
        name="referral.told",
        actor=by,
        subject=referral,
        about=[cause.people[Person(person)]],
        payload={"person": str(person)},
        now=now,
    )
    return referral


def _untold(cause: Cause) -> Sequence[Person]:
    gets = {person for rule in cause.rules(Trigger) for person in rule.people}
    return [person for person in Person if person in gets - cause.told]
