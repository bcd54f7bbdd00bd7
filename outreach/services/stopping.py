"""What waits for an address that gets no more mail."""

from datetime import datetime

from businesses.models import Business
from outreach.models import Message, MessageRecipient
from outreach.states import WAITING, MessageState, RecipientState


def drop_what_waits(*, business: Business, digest: str, now: datetime) -> int:
    """Letters to this address are suppressed at once, and not only in their turn; how many.

    One that goes to others as well goes to them alone.
    """
    to_them = MessageRecipient.objects.filter(
        business=business, address_hash=digest, state=RecipientState.WAITING
    )
    letters = Message.objects.filter(state__in=WAITING, pk__in=to_them.values("message_id"))
    count = 0
    for message in letters.select_for_update(no_key=True).order_by("id"):
        to_them.filter(message=message).update(state=RecipientState.SUPPRESSED)
        if not message.recipients.filter(state=RecipientState.WAITING).exists():
            message.move_to(MessageState.SUPPRESSED)
            message.hold_reason = ""
            count += 1
        take_from_worker(message, now)
        message.save(update_fields=["state", "due_at", "lease_until", "hold_reason"])
    return count


def take_from_worker(message: Message, now: datetime) -> None:
    """Whoever has it in hand must read anew to whom it goes; does not save.

    What has not left is claimed again at once, and the former worker's marker finds no lease.
    """
    message.lease_until = None
    if message.state == MessageState.SENDING:
        message.move_to(MessageState.SCHEDULED)
        message.due_at = now
