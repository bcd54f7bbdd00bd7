"""A person has looked at a letter that did not surely arrive, and it is settled."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from activity.services import record_event
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from outreach.models import Message
from outreach.services.queueing import retry_message
from outreach.states import MessageState, RecipientState

# A page waits for so many.
MOST_AT_ONCE = 200
LOST = frozenset({MessageState.FAILED, MessageState.BOUNCED})


class TheAdvocateIsTold(Refusal):
    """Nobody but the advocate can mend the address of somebody who is still sealed."""

    message = (
        "Whoever introduced them is told that it did not arrive, until they mend the address or it "
        "is sent again."
    )
    code = "advocate_is_told"


def settle_message(*, message: Message, by: Actor, now: datetime) -> Message:
    """What may have arrived counts as sent; what could not be sent, or came back, is left so; and
    so is who refused one that others have.

    Nothing leaves by it, and nobody has to look at the letter any more. Raises `NotPossibleNow` for
    any other, and `TheAdvocateIsTold` for one to a prospect that surely did not arrive.
    """
    message = locked(message)
    if message.state in LOST and message.recipients.exclude(introduction_id=None).exists():
        raise TheAdvocateIsTold
    refused = message.recipients.filter(state=RecipientState.FAILED)
    if message.state == MessageState.SENT and refused.exists():
        # It came back from them, be it at the door; the reason stays.
        refused.update(state=RecipientState.BOUNCED)
        return message
    if message.state == MessageState.BOUNCED:
        # It did leave; its recipient keeps that it came back.
        message.move_to(MessageState.SENT)
    elif message.state == MessageState.UNCERTAIN:
        message.move_to(MessageState.SENT)
        message.sent_at = message.in_data_at
        uncertain = message.recipients.filter(state=RecipientState.UNCERTAIN)
        uncertain.update(state=RecipientState.SENT, reason="")
    else:
        message.give_up()
    message.save(update_fields=["state", "sent_at"])
    record_event(
        business=message.business,
        name="message.sent" if message.state == MessageState.SENT else "message.cancelled",
        actor=by,
        subject=message,
        about=[Contact(pk=row.contact_id) for row in message.recipients.all() if row.contact_id],
        payload={"kind": message.kind},
        now=now,
    )
    return message


@dataclass(frozen=True, slots=True)
class RetriedInDoubt:
    """How many are on their way again, and how many of that time are still in doubt."""

    sent: int
    left: int


def retry_in_doubt(*, since: datetime, by: Actor, now: datetime) -> RetriedInDoubt:
    """Send again what is in doubt since then, the longest first, 200 at most: for whoever knows
    that the mail server took none of it.

    What may not be sent again (nobody of it may be mailed, its words were erased) stays as it is.
    """
    in_doubt = Message.objects.filter(state=MessageState.UNCERTAIN, in_data_at__gte=since)
    sent = 0
    for message in in_doubt.select_related("business").order_by("in_data_at", "id")[:MOST_AT_ONCE]:
        try:
            with transaction.atomic():
                retry_message(message=message, by=by, now=now)
        except Refusal:
            continue
        sent += 1
    return RetriedInDoubt(sent, in_doubt.count())
