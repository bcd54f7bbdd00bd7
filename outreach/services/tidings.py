"""What the mail provider tells of a letter later: it arrived, came back, or was unwanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from activity.actors import SYSTEM, Actor
from activity.services import record_event
from businesses.models import Business
from businesses.tenancy import across_businesses, acting_for, locked
from outreach.models import Message, MessageRecipient, SuppressionReason
from outreach.services.pausing import meter_complaints
from outreach.services.stopping import drop_what_waits, take_from_worker
from outreach.services.suppression import address_hash, suppress_hash
from outreach.states import LEASED, WAITING, MessageState, RecipientState

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
    """What is told of one letter, and of one recipient of it; where a provider does not say which
    of several it means, of all of them.

    `became` is empty where only `stop` is told: the reason for which the address gets no more.
    """

    letter_id: UUID
    addresses: Sequence[str] = ()
    became: str = ""
    stop: str = ""


def take_tidings(*, tidings: Tidings, now: datetime) -> bool:
    """Keep what is told; whether anything changed. Within a transaction that acts for nobody.

    A letter that is not known, or no longer, changes nothing; nor does what was told before. An
    address that is to get no more is stopped in whatever state the letter is by now. Raises
    `StillInHand`.
    """
    with across_businesses():
        found = Message.objects.filter(pk=tidings.letter_id).values_list("business_id", flat=True)
        business_id = found.first()
    if business_id is None:
        return False
    with acting_for(business_id):
        if tidings.stop == SuppressionReason.COMPLAINED:
            locked(Business(pk=business_id))  # Before the letter, as whoever releases it does.
        return _take(tidings, now)


def _take(tidings: Tidings, now: datetime) -> bool:
    message = locked(Message(pk=tidings.letter_id))
    if message.state == _M.IN_DATA or (message.state in LEASED and not tidings.stop):
        raise StillInHand
    recipients = list(message.recipients.select_related("contact").select_for_update(of=("self",)))
    changed = stopped = False
    for recipient in _whose(recipients, tidings):
        is_to_stop = _may_stop(recipient, tidings) and not _is_told_before(recipient, tidings)
        changed = _became(message, recipients, recipient, tidings, now) or changed
        if is_to_stop:
            stopped = _stop(message, recipient, tidings, now) or stopped
    if stopped and tidings.stop == SuppressionReason.COMPLAINED:
        meter_complaints(business=message.business, now=now)
    return changed or stopped


def _may_stop(recipient: MessageRecipient, tidings: Tidings) -> bool:
    """Whose own word it would be, and nobody could take back: not of somebody who works here, who
    would hear no more of what they answer for.
    """
    if tidings.stop == SuppressionReason.BOUNCED:
        return True
    return bool(tidings.stop) and recipient.is_guest


def _is_told_before(recipient: MessageRecipient, tidings: Tidings) -> bool:
    """Whether this was heard: that it came back for good is news where it was for now."""
    if _is_back_for_now(recipient) and tidings.stop:
        return False
    return recipient.state in (tidings.became, _R.COMPLAINED)


def _is_back_for_now(recipient: MessageRecipient) -> bool:
    return recipient.state == _R.BOUNCED and recipient.reason == BACK_FOR_NOW


def _whose(recipients: Sequence[MessageRecipient], tidings: Tidings) -> Sequence[MessageRecipient]:
    """The recipient with this address; the only one, where no address is told.

    Of several nothing is guessed, except that one of them complained: then none of the guests
    among them gets more.
    """
    if not tidings.addresses:
        return recipients if len(recipients) == 1 else []
    digests = {address_hash(address) for address in tidings.addresses}
    found = [row for row in recipients if row.address_hash in digests]
    if len(tidings.addresses) == 1:
        return found
    is_complaint = tidings.became == _R.COMPLAINED
    return [row for row in found if is_complaint and row.is_guest]


def _became(
    message: Message,
    recipients: Sequence[MessageRecipient],
    recipient: MessageRecipient,
    tidings: Tidings,
    now: datetime,
) -> bool:
    became = tidings.became
    if not _leads_on(message, recipient, tidings):
        return False
    recipient.state = became
    recipient.reason = _reason(tidings)
    if message.state in WAITING:
        _wait_no_more(message, recipients, recipient, now)
    recipient.save(update_fields=["state", "reason"])
    state = _state_of(message, recipients, became)
    if state != message.state:
        message.move_to(state)
        message.sent_at = message.sent_at or message.in_data_at or now
        message.hold_reason = ""
    message.save(update_fields=["state", "sent_at", "due_at", "lease_until", "hold_reason"])
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


def _leads_on(message: Message, recipient: MessageRecipient, tidings: Tidings) -> bool:
    """Whether it changes how the letter stands; also of a copy that left before it was put off."""
    became = tidings.became
    from_states = set(LEADS_ON.get(became, ()))
    if became == _R.BOUNCED and tidings.stop and _is_back_for_now(recipient):
        from_states.add(_R.BOUNCED)
    if became == _R.DELIVERED or _is_own_complaint(recipient, became):
        # Of a letter that waits or came back it says nothing that changes what is to be done.
        return message.state in _LEFT and recipient.state in from_states - {_R.BOUNCED}
    if message.state in WAITING:
        from_states |= {_R.WAITING} if tidings.stop else set()
        return bool(became) and recipient.state in from_states
    return message.state in _LEFT and recipient.state in from_states


def _is_own_complaint(recipient: MessageRecipient, state: str) -> bool:
    """Somebody who works here called it unwanted: they have it, and nothing is stopped by it."""
    return state == _R.COMPLAINED and not recipient.is_guest


def _wait_no_more(
    message: Message,
    recipients: Sequence[MessageRecipient],
    recipient: MessageRecipient,
    now: datetime,
) -> None:
    """It is not sent again to whom this is told of; a worker that has it in hand loses it."""
    take_from_worker(message, now)
    if recipient.state == _R.BOUNCED and _waits(recipients):
        # Others get it first; then this one is listed as who did not.
        recipient.state = _R.FAILED


def _waits(recipients: Sequence[MessageRecipient]) -> bool:
    return any(row.state == _R.WAITING for row in recipients)


def _reason(tidings: Tidings) -> str:
    """In our own words: what a provider writes may quote the address."""
    if tidings.became != RecipientState.BOUNCED:
        return ""
    return BACK_FOR_GOOD if tidings.stop else BACK_FOR_NOW


def _state_of(
    message: Message, recipients: Sequence[MessageRecipient], became: str
) -> MessageState:
    """The letter's state after this: the worst that was told; delivered, when all have it."""
    if message.state in WAITING and _waits(recipients):
        return MessageState(message.state)
    states = {
        _R.DELIVERED if _is_own_complaint(row, row.state) else row.state for row in recipients
    } - {_R.SUPPRESSED}
    if RecipientState.COMPLAINED in states:
        return MessageState.COMPLAINED
    if became == RecipientState.BOUNCED:
        return MessageState.BOUNCED
    if states == {RecipientState.DELIVERED}:
        return MessageState.DELIVERED
    return MessageState(message.state)


def _stop(message: Message, recipient: MessageRecipient, tidings: Tidings, now: datetime) -> bool:
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
    if theirs:
        drop_what_waits(business=message.business, digest=recipient.address_hash, now=now)
    return row.created_at == now
