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
# Where something can come next: also a day to ask again.
PLANNABLE = OPEN | {_S.NOT_NOW}
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


# No reason of anybody's list: two entries were one person, whose other referral goes on.
JOINED = "joined"


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


# Back to due for a while, where nothing has left the house; the verb sees to that.
THANKS_MOVES: dict[str, frozenset[str]] = {
    ThanksState.DUE: frozenset({ThanksState.GIVEN, ThanksState.WAIVED}),
    ThanksState.GIVEN: frozenset({ThanksState.DUE}),
    ThanksState.WAIVED: frozenset({ThanksState.DUE}),
}


class ThanksReason(TextChoices):
    INTRODUCTION = "introduction", "For an introduction"
    BUSINESS = "business", "For business that came of it"
    SPEAKING_UP = "speaking_up", "For speaking up for us"
    HELPING = "helping", "For helping another customer"
    REVIEW = "review", "For a review"
    STORY = "story", "For a success story"


# What no event tells, or not all of it: a person keeps that it happened.
BY_HAND = frozenset(
    {ThanksReason.SPEAKING_UP, ThanksReason.HELPING, ThanksReason.REVIEW, ThanksReason.STORY}
)
# What somebody did, as a sentence goes on after their name.
DID: dict[str, str] = {
    ThanksReason.SPEAKING_UP: "spoke up for you",
    ThanksReason.HELPING: "helped another customer of yours",
    ThanksReason.REVIEW: "wrote a review of you",
    ThanksReason.STORY: "let you tell their story",
}


class ThanksHow(TextChoices):
    MAIL = "mail", "A letter by e-mail"
    CARD = "card", "A hand-written card"
    CALL = "call", "A call"
    GIFT = "gift", "A small gift"
    PUBLIC = "public", "In public"


class PublicState(TextChoices):
    """Whether words of thanks stand on the wall: as the advocate says, by their link."""

    NONE = "", "Not asked"
    ASKED = "asked", "Asked"
    ALLOWED = "allowed", "Allowed"
    DECLINED = "declined", "Rather not"


# Allowing and taking it back stay open to the advocate; the business takes it down, and never asks
# somebody twice who would rather not.
PUBLIC_MOVES: dict[str, frozenset[str]] = {
    PublicState.NONE: frozenset({PublicState.ASKED}),
    PublicState.ASKED: frozenset({PublicState.ALLOWED, PublicState.DECLINED, PublicState.NONE}),
    PublicState.ALLOWED: frozenset({PublicState.DECLINED, PublicState.NONE}),
    PublicState.DECLINED: frozenset({PublicState.ALLOWED}),
}

# After the handshake, and after each step.
FIRST_FOLLOW_UP = timedelta(days=2)
NEXT_FOLLOW_UP = timedelta(days=7)
