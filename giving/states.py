"""The states of an introduction that the business gives, and the only moves between them."""

from datetime import timedelta

from django.db.models import TextChoices


class GivenState(TextChoices):
    DRAFT = "draft", "Draft"
    ASKED = "asked", "Both are asked"
    ONE_YES = "one_yes", "One said yes"
    AGREED = "agreed", "Both said yes"
    HANDSHAKE = "handshake", "Introduced"
    DECLINED = "declined", "One said no"
    EXPIRED = "expired", "No answer"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Answer(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No, thank you"


class Outcome(TextChoices):
    """What became of it, in the words of the one who tells."""

    TALKING = "talking", "We are talking"
    MET = "met", "We have met"
    TOGETHER = "together", "We work together"
    NO_FIT = "no_fit", "It did not fit"


class Place(TextChoices):
    """Which of the two. Where one is with a partner firm, it is the second."""

    FIRST = "first", "The first of the two"
    SECOND = "second", "The second of the two"


_G = GivenState

# An answer goes back to what was before: a yes until the letter has left, a no within the undo
# window; letters that have not left, to the draft. The verbs see to the time.
GIVEN_MOVES: dict[str, frozenset[str]] = {
    _G.DRAFT: frozenset({_G.ASKED, _G.WITHDRAWN}),
    _G.ASKED: frozenset({_G.ONE_YES, _G.DECLINED, _G.EXPIRED, _G.WITHDRAWN, _G.DRAFT}),
    _G.ONE_YES: frozenset({_G.AGREED, _G.ASKED, _G.DECLINED, _G.EXPIRED, _G.WITHDRAWN}),
    _G.AGREED: frozenset({_G.HANDSHAKE, _G.ONE_YES, _G.WITHDRAWN}),
    _G.HANDSHAKE: frozenset(),
    _G.DECLINED: frozenset({_G.ASKED, _G.ONE_YES}),
    _G.EXPIRED: frozenset(),
    # What was taken back, for a while: to where its answers had brought it.
    _G.WITHDRAWN: frozenset({_G.DRAFT, _G.ASKED, _G.ONE_YES, _G.AGREED}),
}
# An answer is awaited.
WAITING = frozenset({_G.ASKED, _G.ONE_YES})
# Something may still come of it: there is one such for two people.
OPEN = WAITING | {_G.AGREED}
# The business may take it back.
MAY_WITHDRAW = OPEN | {_G.DRAFT}
# These two are not brought together again: they have met, or one of them said no.
SETTLED = frozenset({_G.HANDSHAKE, _G.DECLINED})

EXPIRES_AFTER = timedelta(days=60)
# The page serves for telling what became of it, long after the answer.
LINK_LIVES = timedelta(days=460)
# So long after the letter that introduces them what became of it can be told and changed.
TELL_WITHIN = timedelta(days=365)
# The partner firm is asked once, when there may be something to tell.
ASKS_HOW_AFTER = timedelta(days=14)
