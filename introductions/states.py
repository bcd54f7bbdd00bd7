"""The states of asks and introductions, and the only moves between them."""

from datetime import timedelta

from django.db.models import TextChoices


class AskState(TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ANSWERED = "answered", "Answered"
    DECLINED = "declined", "Nobody comes to mind"
    EXPIRED = "expired", "No answer"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Somebody may come to mind after all: an introduction answers a declined or expired ask, too.
ASK_MOVES: dict[str, frozenset[str]] = {
    AskState.DRAFT: frozenset({AskState.SENT, AskState.WITHDRAWN}),
    AskState.SENT: frozenset(
        {AskState.ANSWERED, AskState.DECLINED, AskState.EXPIRED, AskState.WITHDRAWN}
    ),
    AskState.ANSWERED: frozenset(),
    AskState.DECLINED: frozenset({AskState.ANSWERED}),
    AskState.EXPIRED: frozenset({AskState.ANSWERED}),
    # For a while; one whose letter had not left is a draft again. The verb sees to the time.
    AskState.WITHDRAWN: frozenset({AskState.DRAFT, AskState.SENT}),
}
ASK_OPEN = frozenset({AskState.DRAFT, AskState.SENT})
ASK_EXPIRES_AFTER = timedelta(days=60)


class IntroductionState(TextChoices):
    VOUCHING = "vouching", "Waiting to be confirmed"
    UNVOUCHED = "unvouched", "Not confirmed"
    UNKNOWN = "unknown", "Not known to the advocate"
    SHARED = "shared", "Shared"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Said yes"
    HANDSHAKE = "handshake", "Introduced"
    NOT_NOW = "not_now", "Not now"
    DECLINED = "declined", "Said no"
    EXPIRED = "expired", "No answer"
    WITHDRAWN = "withdrawn", "Withdrawn"


_S = IntroductionState
_ANSWERS = frozenset({_S.ACCEPTED, _S.NOT_NOW, _S.DECLINED})

# An answer goes back only within the undo window; the verbs see to the time.
MOVES: dict[str, frozenset[str]] = {
    _S.VOUCHING: frozenset({_S.ACCEPTED, _S.UNKNOWN, _S.UNVOUCHED, _S.WITHDRAWN}),
    _S.UNVOUCHED: frozenset({_S.ACCEPTED, _S.EXPIRED, _S.UNKNOWN, _S.WITHDRAWN}),
    _S.UNKNOWN: frozenset({_S.UNVOUCHED, _S.VOUCHING}),
    _S.SHARED: _ANSWERS | {_S.EXPIRED, _S.WITHDRAWN},
    _S.OFFERED: _ANSWERS | {_S.EXPIRED, _S.WITHDRAWN},
    _S.ACCEPTED: frozenset(
        {
            _S.HANDSHAKE,
            _S.SHARED,
            _S.OFFERED,
            _S.NOT_NOW,
            _S.VOUCHING,
            _S.UNVOUCHED,
            _S.WITHDRAWN,
        }
    ),
    _S.NOT_NOW: frozenset({_S.ACCEPTED, _S.DECLINED, _S.SHARED, _S.OFFERED, _S.WITHDRAWN}),
    _S.DECLINED: frozenset({_S.SHARED, _S.OFFERED, _S.NOT_NOW}),
    _S.HANDSHAKE: frozenset(),
    _S.EXPIRED: frozenset(),
    # What the business took back, for a while: to where it was.
    _S.WITHDRAWN: frozenset(
        {_S.VOUCHING, _S.UNVOUCHED, _S.SHARED, _S.OFFERED, _S.NOT_NOW},
    ),
}
# The prospect's answer is awaited.
WAITING = frozenset({_S.SHARED, _S.OFFERED})
# The prospect came by an advocate's own link, and the advocate may say whether they know them.
TO_CONFIRM = frozenset({_S.VOUCHING, _S.UNVOUCHED})
# What a prospect who came by a link sees of it on a page of its own.
BY_LINK = TO_CONFIRM | {_S.UNKNOWN}
# Nobody has introduced anybody: taken back, or by a link and without the advocate's word.
NOT_MADE = BY_LINK | {_S.WITHDRAWN}
# The prospect may press a button that answers.
ANSWERABLE = WAITING | {_S.NOT_NOW}
# What the prospect answered, and may take back for a while.
ANSWERED = _ANSWERS
# Something may still come of it: there is one such for each advocate and address.
OPEN = WAITING | TO_CONFIRM | {_S.ACCEPTED, _S.NOT_NOW}
# Nobody may ask this person again; only the keyed hash is kept.
CLOSED_TO_OFFERS = frozenset({_S.DECLINED, _S.EXPIRED})
# The business reads what the prospect wrote of themself.
TOLD = frozenset({_S.HANDSHAKE, _S.UNVOUCHED})

EXPIRES_AFTER = timedelta(days=30)
# What makes an answer final at once works from so long after it on: a mail scanner that presses
# every button is done by then.
SECOND_THOUGHT = timedelta(minutes=1)
# So long an advocate is waited for; then the owner may go on without them.
VOUCH_WITHIN = timedelta(days=7)
# So many may wait for one advocate's word: a robot with their link fills no more than this.
MOST_TO_CONFIRM = 10
# By one advocate within a day: so many in all, and so many that we write to in their name.
MOST_IN_A_DAY = 50
MOST_SENT_IN_A_DAY = 20
# The prospect's link outlives the longest "not now" and what follows it.
LINK_LIVES = timedelta(days=400)
LONGEST_POSTPONEMENT = timedelta(days=365)


class Via(TextChoices):
    SELF = "self", "The advocate sends it"
    FOR_ME = "for_me", "We send it for the advocate"
    LINK = "link", "They came by the advocate's own link"


class Met(TextChoices):
    """How it went when the advocate brought them together, as the advocate says."""

    TOOK_PLACE = "took_place", "It took place"
    NOT = "not", "It did not come about"


class Depth(TextChoices):
    """How well an advocate and a prospect know each other, as the advocate says."""

    NAME = "name", "I know their name"
    MET = "met", "We have met"
    KNOWS = "knows", "We know each other"
    TOLD = "told", "We know each other well, and I told them about you"
    TOGETHER = "together", "I will bring you together"


class Wants(TextChoices):
    """What the advocate would like to hear back. The prospect's choice stands above it."""

    STEPS = "steps", "That you met and how it ended"
    END = "end", "Only how it ended"
    NOTHING = "nothing", "Nothing, I am sure it goes well"


class Hears(TextChoices):
    """What the advocate may hear of what becomes of it. Never an amount."""

    OUTCOME = "outcome", "That we met and how it ended"
    MET = "met", "Only that we met"
    NOTHING = "nothing", "Nothing more"


class ConsentKind(TextChoices):
    INTRODUCED = "introduced", "To be introduced to each other"
    HEARS = "hears", "What the advocate may hear"
    SENT_FOR_ME = "sent_for_me", "That we write to the prospect in the advocate's name"
    VOUCHED = "vouched", "That they know the prospect"


class Giver(TextChoices):
    ADVOCATE = "advocate", "The advocate"
    PROSPECT = "prospect", "The prospect"
