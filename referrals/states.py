"""The states of referrals and thank-yous, and the only moves between them."""

from datetime import timedelta

from django.db.models import TextChoices


class ReferralState(TextChoices):
    INTRODUCED = "introduced", "Introduced"
    TALKING = "talking", "Talking"
    MET = "met", "Met"
    PROPOSED = "proposed", "Proposal made"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    NOT_NOW = "not_now", "Not now"


_S = ReferralState

# In the order of the board.
STEPS = (_S.INTRODUCED, _S.TALKING, _S.MET, _S.PROPOSED)
OPEN = frozenset(STEPS)
# Between the open steps a referral moves freely, forward and back.
MOVES: dict[str, frozenset[str]] = {
    **{step: (OPEN - {step}) | {_S.WON, _S.LOST, _S.NOT_NOW} for step in STEPS},
    _S.WON: frozenset(),
    _S.LOST: frozenset({_S.TALKING}),
    _S.NOT_NOW: frozenset({_S.TALKING}),
}
# Where `move_referral` leads; won, lost and reopened have services of their own.
MOVABLE_TO = frozenset({_S.TALKING, _S.MET, _S.PROPOSED, _S.NOT_NOW})
REOPENABLE = frozenset({_S.LOST, _S.NOT_NOW})


class LostReason(TextChoices):
    """The usual reasons; a business words them anew, drops some, and adds its own."""

    PRICE = "price", "The price"
    TIMING = "timing", "The time was wrong"
    SOMEONE_ELSE = "someone_else", "Chose someone else"
    NOT_A_FIT = "not_a_fit", "Not a fit for what we do"
    NO_ANSWER = "no_answer", "No answer any more"
    OTHER = "other", "Something else"


class Came(TextChoices):
    """What an amount is. A refund and a correction stand beside what they refer to."""

    SALE = "sale", "Came in"
    AGAIN = "again", "Came in again"
    REFUND = "refund", "Given back"
    CORRECTION = "correction", "Put right"


# What can be given back or put right.
INCOME = frozenset({Came.SALE, Came.AGAIN})
# What stands beside it, and changes how much of it is left.
MENDING = frozenset({Came.REFUND, Came.CORRECTION})


class Every(TextChoices):
    """How often an amount comes in; empty: once."""

    MONTH = "month", "Every month"
    QUARTER = "quarter", "Every quarter"
    YEAR = "year", "Every year"


MONTHS_BETWEEN = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


class ThanksState(TextChoices):
    DUE = "due", "Owed"
    GIVEN = "given", "Given"
    WAIVED = "waived", "Waived"


THANKS_MOVES: dict[str, frozenset[str]] = {
    ThanksState.DUE: frozenset({ThanksState.GIVEN, ThanksState.WAIVED}),
    ThanksState.GIVEN: frozenset(),
    ThanksState.WAIVED: frozenset(),
}


class ThanksReason(TextChoices):
    INTRODUCTION = "introduction", "For an introduction"
    BUSINESS = "business", "For business that came of it"
    SPEAKING_UP = "speaking_up", "For speaking up for us"


class ThanksHow(TextChoices):
    MAIL = "mail", "A letter by e-mail"
    CARD = "card", "A hand-written card"
    CALL = "call", "A call"
    GIFT = "gift", "A small gift"
    PUBLIC = "public", "In public"


# After the handshake, and after each step.
FIRST_FOLLOW_UP = timedelta(days=2)
NEXT_FOLLOW_UP = timedelta(days=7)
