"""The states of a letter and of each of its recipients, and which moves are allowed."""

from collections.abc import Mapping

from django.db import models


class MessageState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Waiting for its time"
    HELD = "held", "Held back"
    SENDING = "sending", "Being sent"
    IN_DATA = "in_data", "Being handed over"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    UNCERTAIN = "uncertain", "Perhaps sent"
    SUPPRESSED = "suppressed", "Not sent: no mail wanted"
    CANCELLED = "cancelled", "Cancelled"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Came back"
    COMPLAINED = "complained", "Marked as unwanted"


class RecipientState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Refused"
    UNCERTAIN = "uncertain", "Perhaps sent"
    SUPPRESSED = "suppressed", "Not sent: no mail wanted"
    DELIVERED = "delivered", "Delivered"
    BOUNCED = "bounced", "Came back"
    COMPLAINED = "complained", "Marked it as unwanted"


class MailKind(models.TextChoices):
    """What a letter is, as far as its reader can choose to hear no more of it.

    A letter of the kind `all` (an introduction, a handshake) stops only with all mail.
    """

    ALL = "all", "all letters"
    ASKS = "asks", "letters that ask for an introduction"
    NEWS = "news", "news of what became of introductions"
    FRIENDLY = "friendly", "thanks and friendly letters"


_M = MessageState

MOVES: Mapping[str, frozenset[str]] = {
    _M.DRAFT: frozenset({_M.SCHEDULED, _M.HELD, _M.CANCELLED}),
    # What waits may have left before, in doubt: the provider tells what became of that copy.
    _M.SCHEDULED: frozenset(
        {_M.SENDING, _M.HELD, _M.CANCELLED, _M.SUPPRESSED, _M.BOUNCED, _M.COMPLAINED}
    ),
    _M.HELD: frozenset({_M.SCHEDULED, _M.CANCELLED, _M.SUPPRESSED, _M.BOUNCED, _M.COMPLAINED}),
    _M.SENDING: frozenset(
        {
            *(_M.IN_DATA, _M.SCHEDULED, _M.HELD, _M.FAILED, _M.SUPPRESSED, _M.CANCELLED),
            *(_M.BOUNCED, _M.COMPLAINED),
        }
    ),
    _M.IN_DATA: frozenset({_M.SENT, _M.SCHEDULED, _M.FAILED, _M.UNCERTAIN}),
    # A person's "send again" returns to scheduled, under the same dedupe key.
    _M.FAILED: frozenset({_M.SCHEDULED, _M.CANCELLED}),
    # Or they say that it arrived; or the provider tells what became of it.
    _M.UNCERTAIN: frozenset({_M.SCHEDULED, _M.SENT, _M.DELIVERED, _M.BOUNCED, _M.COMPLAINED}),
    # Sent to some: it can be sent again to those who refused it, once their address is mended.
    _M.SENT: frozenset({_M.SCHEDULED, _M.DELIVERED, _M.BOUNCED, _M.COMPLAINED}),
    # Taken by the other side, and sent back by it later.
    _M.DELIVERED: frozenset({_M.BOUNCED, _M.COMPLAINED}),
    # To the mended address; or a person has looked, and that is all.
    _M.BOUNCED: frozenset({_M.SCHEDULED, _M.SENT, _M.COMPLAINED}),
    _M.COMPLAINED: frozenset(),
    _M.SUPPRESSED: frozenset(),
    _M.CANCELLED: frozenset(),
}

# A sweeper holds it; its lease says for how long.
LEASED = frozenset({_M.SENDING, _M.IN_DATA})
# It waits for its time, for a release, or for its turn with the worker that has it in hand.
WAITING = frozenset({_M.SCHEDULED, _M.HELD, _M.SENDING})
# Nothing has left yet, so whoever makes it unwanted can still call it back.
CANCELLABLE = frozenset({_M.DRAFT, _M.SCHEDULED, _M.HELD, _M.SENDING, _M.FAILED})
# It was let go, and is not with its reader.
NEVER_LEFT = frozenset({_M.FAILED, _M.SUPPRESSED, _M.CANCELLED})
# It is with its reader, or may be.
LEFT = frozenset({_M.IN_DATA, _M.SENT, _M.UNCERTAIN, _M.DELIVERED, _M.BOUNCED, _M.COMPLAINED})
# A person has to look, and may press "send again".
NEEDING_ATTENTION = frozenset({_M.FAILED, _M.UNCERTAIN, _M.BOUNCED})
# Whom such a letter did not reach, as far as is known.
UNREACHED = frozenset({RecipientState.FAILED, RecipientState.UNCERTAIN, RecipientState.BOUNCED})
