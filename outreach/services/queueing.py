"""What people may still do with a queued letter, and letters about accounts."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef

from activity.actors import SYSTEM, Actor
from activity.services import Occurrence, record_events
from activity.subjects import Subject
from businesses.models import Business, User
from businesses.moves import NotPossibleNow, guard_move
from businesses.refusals import Refusal
from businesses.tenancy import locked
from businesses.wake import wake
from contacts.models import Contact
from outreach.filling import one_line
from outreach.gate import first_moment, why_held
from outreach.letters import Rendered
from outreach.mime import text_of
from outreach.models import AccountMessage, Letter, Message, MessageRecipient, Suppression
from outreach.outgoing import is_over
from outreach.querysets import MessageQuerySet
from outreach.services.suppression import address_hash
from outreach.states import MOVES, UNREACHED, MessageState, RecipientState

SEND = "outreach.tasks.send_due_letters"


class AddressStopped(Refusal):
    """It would go nowhere: the list of those who get no mail has it."""

    message = (
        "Nothing is sent to this address: letters came back from it, or no more are wanted. "
        "Mend the address first, or see who gets no mail in Settings."
    )
    code = "address_stopped"


class AskIsOver(Refusal):
    """Whoever it would ask has answered, or nobody is asked any more."""

    message = (
        "This ask was answered or closed since, so it is not sent again. Say that the letter "
        "arrived, or leave it unsent."
    )
    code = "ask_is_over"


def queue_account_message(
    *,
    to: str,
    rendered: Rendered,
    user: User | None,
    kind: str = "account",
    from_name: str = "Handshake",
    now: datetime,
) -> AccountMessage:
    """Write a letter about an account to the outbox, due now, in the caller's transaction.

    An address that cannot be written to fails when it is to be sent.
    """
    message = AccountMessage.objects.create(
        user=user,
        kind=kind,
        address=to[:254],
        due_at=now,
        created_at=now,
        **in_words(rendered, from_name, {"Auto-Submitted": "auto-generated"}),
    )
    wake(SEND)
    return message


def cancel_messages(
    *, subject: models.Model, kinds: Iterable[str] | None = None, now: datetime
) -> int:
    """Call back the letters about this row of which nothing has left; how many.

    One whose text is leaving this moment can no longer be called back, and is not counted.
    """
    letters = Message.objects.regarding(subject).cancellable()
    if kinds is not None:
        letters = letters.filter(kind__in=list(kinds))
    return cancel_letters(letters, now)


def bring_forward(*, subject: models.Model, now: datetime) -> int:
    """Letters about this row that wait for a time leave as soon as hours allow; how many."""
    count = 0
    waiting = Message.objects.regarding(subject).filter(state=MessageState.SCHEDULED)
    locked_letters = waiting.select_related("business").select_for_update(of=("self",))
    for message in locked_letters.prefetch_related("recipients__contact").order_by("id"):
        zones = [row.contact.timezone if row.contact else "" for row in message.recipients.all()]
        message.due_at = first_moment(message, message.business, zones, now)
        message.save(update_fields=["due_at"])
        count += 1
    if count:
        wake(SEND)
    return count


def cancel_letters(letters: MessageQuerySet, now: datetime) -> int:
    """Call back these letters, of which nothing has left; how many."""
    count = 0
    # Locked first: the sender's marker either comes before us, or finds them cancelled.
    locked_letters = letters.select_related("business").select_for_update(of=("self",))
    for message in locked_letters.prefetch_related("recipients").order_by("id"):
        message.move_to(MessageState.CANCELLED)
        message.hold_reason = ""
        message.lease_until = None
        message.save(update_fields=["state", "hold_reason", "lease_until"])
        _record("message.cancelled", message, message.recipients.all(), SYSTEM, now)
        count += 1
    return count


def look_again_at_asks(*, business: Business, now: datetime) -> int:
    """Something may stand in the way of asking somebody by now: an ask that a worker has in hand,
    and that has not left, is claimed anew, and so looked at anew; how many.

    For the transaction that closes the gate. Those that wait are locked as well: none is claimed,
    and judged by what was, before that transaction is committed.
    """
    return take_from_workers(Message.objects.filter(business=business, is_ask=True), now=now)


def cancel_messages_to(*, contact: Contact, now: datetime) -> int:
    """Call back what has not left for this contact, as they are left in peace; how many letters.

    One that goes to others as well goes to them alone; one that a worker has in hand is read anew.
    """
    waiting = MessageRecipient.objects.filter(contact=contact, state=RecipientState.WAITING)
    letters = Message.objects.cancellable().filter(pk__in=waiting.values("message_id"))
    # Nobody else waits for it: what is left is a letter to nobody.
    others = MessageRecipient.objects.filter(
        business_id=OuterRef("business_id"), message_id=OuterRef("pk"), state=RecipientState.WAITING
    ).exclude(contact=contact)
    take_from_workers(letters.filter(Exists(others)), now=now)
    return cancel_letters(letters.filter(~Exists(others)), now)


def take_from_workers(letters: MessageQuerySet, *, now: datetime) -> int:
    """Let those of these that a worker has in hand, and that have not left, be claimed anew; how
    many. For the transaction that changes what is asked when a letter is read.
    """
    in_hand = letters.filter(state__in=[MessageState.SCHEDULED, MessageState.SENDING])
    keys = [*in_hand.select_for_update(no_key=True).order_by("id").values_list("pk", flat=True)]
    sending = Message.objects.filter(pk__in=keys, state=MessageState.SENDING)
    return sending.update(state=MessageState.SCHEDULED, lease_until=None, due_at=now)


def retry_message(*, message: Message, by: Actor, now: datetime) -> Message:
    """Send a failed or uncertain letter again, to those whom it did not surely reach.

    It goes to the address that the contact has by now. Raises `NotPossibleNow`, also for a letter
    that reached everybody or whose words were erased, `AskIsOver`, and `AddressStopped` where none
    of these addresses may be mailed.
    """
    message = locked(message)
    unreached = message.recipients.filter(state__in=UNREACHED).select_related("contact")
    if not unreached or not message.text:
        raise NotPossibleNow
    if is_over(message):
        raise AskIsOver
    for recipient in unreached:
        _mend_address(recipient)
    _refuse_stopped(message, unreached)
    message.send_again(now=now)
    message.save()
    for recipient in unreached:
        recipient.state = RecipientState.WAITING
        recipient.reason = ""
        recipient.save()
    _record("message.queued", message, message.recipients.all(), by, now, again=True)
    wake(SEND)
    return message


def release_held(*, business: Business, now: datetime) -> int:
    """Let the held letters go, as far as the business may send now; how many."""
    if why_held(business):
        return 0
    count = 0
    for message in Message.objects.held().select_for_update().order_by("id"):
        guard_move(MOVES, message.state, MessageState.SCHEDULED)
        message.state = MessageState.SCHEDULED
        message.hold_reason = ""
        message.due_at = max(message.due_at, now)
        message.save(update_fields=["state", "hold_reason", "due_at"])
        count += 1
    if count:
        wake(SEND)
    return count


def _refuse_stopped(message: Message, recipients: Iterable[MessageRecipient]) -> None:
    hashes = {recipient.address_hash for recipient in recipients}
    stopped = Suppression.objects.stopping(message.mail_kind).filter(
        business_id=message.business_id, address_hash__in=hashes
    )
    if set(stopped.values_list("address_hash", flat=True)) == hashes:
        raise AddressStopped


def _mend_address(recipient: MessageRecipient) -> None:
    contact = recipient.contact
    if contact is not None and contact.email:
        recipient.address = contact.email
        recipient.address_hash = address_hash(contact.email)


def in_words(rendered: Rendered, from_name: str, headers: dict[str, str]) -> dict[str, object]:
    """The fields of a letter that hold its words."""
    return {
        "from_name": one_line(from_name)[:200],
        "subject": rendered.subject[: Letter._meta.get_field("subject").max_length],
        "text": rendered.text if rendered.text.strip() else text_of(rendered.html),
        "html": rendered.html,
        "headers": headers,
    }


def _record(
    name: str,
    message: Message,
    recipients: Iterable[MessageRecipient],
    by: Actor,
    now: datetime,
    *,
    again: bool = False,
) -> None:
    told = letter_event(name, message, recipients, by, again=again)
    record_events(business=message.business, occurrences=[told], now=now)


def letter_event(
    name: str,
    message: Message,
    recipients: Iterable[MessageRecipient],
    by: Actor,
    *,
    again: bool = False,
) -> Occurrence:
    """What the history says about a letter: its kind, and whom it is for."""
    return Occurrence(
        name,
        by,
        message,
        about=[Subject("contact", r.contact_id) for r in recipients if r.contact_id],
        payload={"kind": message.kind, **({"again": True} if again else {})},
    )
