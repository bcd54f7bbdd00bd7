"""What did not follow, though it was tried again and again, is tried once more by a person."""

from datetime import datetime

from activity.models import Reaction
from activity.services import RUN_LATER
from businesses.tenancy import locked
from businesses.wake import wake


def retry_reaction(*, reaction: Reaction, now: datetime) -> Reaction:
    """Let a failed one be tried again, with as many tries as it first had.

    What followed is in the history already, so this leaves no event. Raises `NotPossibleNow`.
    """
    reaction = locked(reaction)
    reaction.try_again(now=now)
    reaction.save(update_fields=["state", "due_at", "attempts"])
    wake(RUN_LATER)
    return reaction
