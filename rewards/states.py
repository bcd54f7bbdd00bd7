"""What is rewarded, with what, for whom; and the states of a reward."""

from django.db.models import TextChoices


class Trigger(TextChoices):
    INTRODUCTION = "introduction", "The introduction is made"
    HANDSHAKE = "handshake", "Both sides have said yes"
    MET = "met", "You have met"
    WON = "won", "They become a customer"
    WON_ABOVE = "won_above", "They become a customer for more than"
    NTH = "nth", "Each time so many have said yes"
    TAKING_PART = "taking_part", "Their first introduction"


# A reward for the sale: in some trades it is not allowed.
ON_SALE = frozenset({Trigger.WON, Trigger.WON_ABOVE})
# For introducing somebody, whatever comes of it.
FOR_THE_ACT = frozenset({Trigger.INTRODUCTION, Trigger.TAKING_PART})
# Who was introduced is not known yet, or has no part in it.
FOR_ADVOCATE_ALONE = FOR_THE_ACT | {Trigger.NTH}


class Person(TextChoices):
    """One of the two who may get something."""

    ADVOCATE = "advocate", "Whoever introduces"
    PROSPECT = "prospect", "Whoever is introduced"


class ForWhom(TextChoices):
    ADVOCATE = "advocate", "Whoever introduces"
    PROSPECT = "prospect", "Whoever is introduced"
    BOTH = "both", "Both"


class What(TextChoices):
    CODE = "code", "A discount code"
    CREDIT = "credit", "Credit with you"
    GIFT_CARD = "gift_card", "A gift card"
    ACCESS = "access", "Something others cannot have"
    DONATION = "donation", "A donation"
    GIFT = "gift", "A small gift"
    THANKS = "thanks", "Thanks in public"


# What is money, so that any part of it can be given, and a share of a sale.
MONEY = frozenset({What.CREDIT, What.DONATION})
# What can be shared by several; a cake, a code or a word of thanks cannot.
DIVISIBLE = MONEY | {What.GIFT_CARD}


class RewardState(TextChoices):
    EARNED = "earned", "Earned"
    APPROVED = "approved", "Approved"
    GIVEN = "given", "Given"
    VOID = "void", "Void"


_R = RewardState
REWARD_MOVES: dict[str, frozenset[str]] = {
    _R.EARNED: frozenset({_R.APPROVED, _R.VOID}),
    _R.APPROVED: frozenset({_R.GIVEN, _R.VOID}),
    _R.GIVEN: frozenset(),
    # Only what fell with its sale, its introduction or its meeting, when that stands again, or for
    # the ceiling, when there is room: `Reward.restore`.
    _R.VOID: frozenset({_R.EARNED}),
}
OPEN = frozenset({_R.EARNED, _R.APPROVED})


class FlagKind(TextChoices):
    SAME_MAILBOX = "same_mailbox", "Both have the same mailbox"
    SAME_PHONE = "same_phone", "Both have the same phone number"
    SAME_HOUSEHOLD = "same_household", "Both live at the same address"
    RING = "ring", "They send each other"
    KNOWN = "known", "They were a customer before"
    DISPOSABLE = "disposable", "The address is one of those thrown away"
    UNANSWERED = "unanswered", "Many introductions, and no answer"
    REFUNDED = "refunded", "More was given than is due for the sale"


# What whoever introduced them has a part in.
OF_BOTH = frozenset(
    {FlagKind.SAME_MAILBOX, FlagKind.SAME_PHONE, FlagKind.SAME_HOUSEHOLD, FlagKind.RING}
)

# What is said of many at once, or of what was given, is said of those alone.
OF_THOSE_ALONE = frozenset({FlagKind.REFUNDED, FlagKind.UNANSWERED})

# Why something is void that is earned once there is room: a reason that the code goes by, too.
OVER_CEILING = "The ceiling for the year is reached."

WHOLE = 100
MOST_RULES = 8
LONGEST_WORDS = 80
MOST_HOLD_DAYS = 365
