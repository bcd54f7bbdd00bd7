"""What can be done with introductions that the business gives."""

from giving.services.answers import (
    GivenAnswered,
    GivenFinal,
    GivenOver,
    accept_given,
    decline_given,
    undo_given_answer,
)
from giving.services.checks import (
    GivenWordsNeeded,
    GivesOwnFirm,
    PairAsked,
    PairSettled,
    SamePerson,
    refuse_known_pair,
    refuse_wrong_people,
)
from giving.services.erasing import forget_given
from giving.services.handshake import complete_given, expire_given
from giving.services.merging import absorb_given
from giving.services.offering import (
    GivenAlreadySent,
    GivenChanges,
    LetterLeft,
    change_given,
    draft_given,
    give_introduction,
    send_given,
    take_up_given,
    undo_sending,
    withdraw_given,
    withdraw_given_naming,
)
from giving.services.outcomes import TooLateToTell, tell_outcome

__all__ = [
    "GivenAlreadySent",
    "GivenAnswered",
    "GivenChanges",
    "GivenFinal",
    "GivenOver",
    "GivenWordsNeeded",
    "GivesOwnFirm",
    "LetterLeft",
    "PairAsked",
    "PairSettled",
    "SamePerson",
    "TooLateToTell",
    "absorb_given",
    "accept_given",
    "change_given",
    "complete_given",
    "decline_given",
    "draft_given",
    "expire_given",
    "forget_given",
    "give_introduction",
    "refuse_known_pair",
    "refuse_wrong_people",
    "send_given",
    "take_up_given",
    "tell_outcome",
    "undo_given_answer",
    "undo_sending",
    "withdraw_given",
    "withdraw_given_naming",
]
