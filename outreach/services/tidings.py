"""What the mail provider tells of a letter later: it arrived, came back, or was unwanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from activity.actors import SYSTEM, Actor
from activity.services import record_event
from businesses.tenancy import across_businesses, acting_for, locked
from outreach.models import Message, MessageRecipient, SuppressionReason
from outreach.services.pausing import meter_complaints
from outreach.services.suppression import address_hash, suppress_hash
from outreach.states import LEASED, MessageState, RecipientState

BACK_FOR_GOOD = "The letter came back: this address does not work."
BACK_FOR_NOW = "The letter came back. The address may still be right."

_R, _M = RecipientState, MessageState

# From which states of a recipient each of the provider's words leads on. Told again, or late, it
# finds no such state and changes nothing.
LEADS_ON: Mapping[str, frozenset[str]] = {
    _R.DELIVERED: frozenset({_R.SENT, _R.UNCERTAIN}),
    _R.BOUNCED: frozenset({_R.SENT, _R.UNCERTAIN, _R.DELIVERED}),
    _R.COMPLAINED: frozenset({_R.SENT, _R.UNCERTAIN, _R.DELIVERED, _R.BOUNCED}),
}
# Letters of which something has left, and which nobody is about to send again.
_LEFT = frozenset({_M.SENT, _M.UNCERTAIN, _M.DELIVERED, _M.BOUNCED, _M.COMPLAINED})


class StillInHand(Exception):
    """The sender has not written down yet that it sent the letter: tell again in a while."""


@dataclass(frozen=True, slots=True)
class Tidings:
    """What is told of one letter, and of one recipient of it.

    `became` is empty where only `stop` is told: the reason for which the address gets no more.
    """

    letter_id: UUID
    address: str
    became: str = ""
    stop: str = ""


def take_tidings(*, tidings: Tidings, now: datetime) -> bool:
    """Keep what is told; whether anything changed. Within a transaction that acts for nobody.

    A letter that is not known, or no longer, changes nothing; nor does what was told before. Raises
    `StillInHand`.
    """
    with across_businesses():
        found = Message.objects.filter(pk=tidings.letter_id).values_list("business_id", flat=True)
        business_id = found.first()
    if business_id is None:
        return False
    with acting_for(business_id):
        return _take(tidings, now)


def _take(tidings: Tidings, now: datetime) -> bool:
    message = locked(Message(pk=tidings.letter_id))
    if message.state in LEASED:
        raise StillInHand
    recipients = list(message.recipients.select_related("contact").select_for_update(of=("self",)))
    recipient = _whose(recipients, tidings.address)
    if recipient is None:
        return False
    changed = _became(message, recipients, recipient, tidings, now)
    if changed or not tidings.became:
        changed = _stop(message, recipient, tidings, now) or changed
    return changed


def _whose(recipients: Sequence[MessageRecipient], address: str) -> MessageRecipient | None:
    """The recipient with this address; the only one, where no address is told."""
    if not address:
        return recipients[0] if len(recipients) == 1 else None
    digest = address_hash(address)
    return next((row for row in recipients if row.address_hash == digest), None)


def _became(
    message: Message,
    recipients: Sequence[MessageRecipient],
    recipient: MessageRecipient,
    tidings: Tidings,
    now: datetime,
) -> bool:
    became = tidings.became
    if recipient.state not in LEADS_ON.get(became, ()) or message.state not in _LEFT:
        return False
    recipient.state = became
    recipient.reason = _reason(tidings)
    recipient.save(update_fields=["state", "reason"])
    state = _state_of(message, recipients, became)
    if state != message.state:
        message.move_to(state)
        message.sent_at = message.sent_at or message.in_data_at or now
        message.save(update_fields=["state", "sent_at"])
    record_event(
        business=message.business,
        name=f"message.{became}",
        actor=SYSTEM,
        subject=message,
        about=[recipient.contact] if recipient.contact else [],
        payload={"kind": message.kind},
        now=now,
    )
    return True


def _reason(tidings: Tidings) -> str:
    """In our own words: what a provider writes may quote the address."""
    if tidings.became != RecipientState.BOUNCED:
        return ""
    return BACK_FOR_GOOD if tidings.stop else BACK_FOR_NOW


def _state_of(
    message: Message, recipients: Sequence[MessageRecipient], became: str
) -> MessageState:
    """The letter's state after this: the worst that was told; delivered, when all have it."""
    states = {row.state for row in recipients} - {RecipientState.SUPPRESSED}
    if RecipientState.COMPLAINED in states:
        return MessageState.COMPLAINED
    if became == RecipientState.BOUNCED:
        return MessageState.BOUNCED
    if states == {RecipientState.DELIVERED}:
        return MessageState.DELIVERED
    return MessageState(message.state)


def _stop(message: Message, recipient: MessageRecipient, tidings: Tidings, now: datetime) -> bool:
    if not tidings.stop:
        return False
    contact = recipient.contact
    theirs = tidings.stop != SuppressionReason.BOUNCED
    row = suppress_hash(
        business=message.business,
        digest=recipient.address_hash,
        contact=contact,
        why=tidings.stop,
        by=Actor.contact(contact.pk) if contact and theirs else SYSTEM,
        now=now,
    )
    if tidings.stop == SuppressionReason.COMPLAINED:
        meter_complaints(business=message.business, now=now)
    return row.created_at == now
