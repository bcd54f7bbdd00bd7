"""Whether a claimed letter may leave now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from businesses.models import Business
from outreach.outgoing import Outgoing

NOT_CONFIRMED = "address_not_confirmed"
SENDER_MISSING = "sender_details_missing"


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait for a release, not for a time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Wait for a better time."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Nobody is left who may be mailed."""


def why_held(business: Business) -> str:
    """Why this business's letters may not leave; empty when they may."""
    if not business.knows_its_sender:
        return SENDER_MISSING
    if business.confirmed_at is None:
        return NOT_CONFIRMED
    return ""


def surely_held(business_id: UUID) -> str:
    """`why_held`, with the business locked: whoever releases comes before us, or sees our letter.

    For the moment of writing `held`. Without the lock a letter could be held just after the
    release, and stay so.
    """
    return why_held(Business.objects.select_for_update(no_key=True).get(pk=business_id))


def obstacle(outgoing: Outgoing, *, now: datetime) -> Hold | Later | Unwanted | None:
    """What keeps the letter from leaving now; None lets it go.

    Account letters always go. That nobody cancelled the letter, and that no recipient was
    suppressed meanwhile, is asked once more in the very write that sets the marker.
    """
    if outgoing.business is None:
        return None
    if not outgoing.waiting:
        return Unwanted()
    reason = why_held(outgoing.business)
    if reason:
        return Hold(reason)
    return may_leave(outgoing, now=now)


def may_leave(outgoing: Outgoing, *, now: datetime) -> Later | None:
    """Quiet hours and limits. None are set yet, so every letter may leave when it is due."""
    return None
