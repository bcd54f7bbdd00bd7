"""A person has looked at a letter that did not surely arrive, and it is settled."""

from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from outreach.models import Message
from outreach.states import MessageState, RecipientState

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
