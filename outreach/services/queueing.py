"""Queueing letters, and what people may still do with a queued one."""

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, OuterRef, Q

from activity.actors import SYSTEM, Actor
from activity.models import Event
from activity.services import record_event
from businesses.inserting import insert_once
from businesses.models import Business, User
from businesses.moves import NotPossibleNow, guard_move
from businesses.refusals import Refusal
from businesses.tenancy import locked
from businesses.wake import wake
from contacts.models import Contact
from outreach.filling import one_line, prospect_address
from outreach.gate import (
    days_of,
    first_moment,
    is_bound,
    next_day_for,
    surely_held,
    why_held,
)
from outreach.letters import FIRM, POSTAL_ADDRESS, NoAddress, Party, Rendered, render_letter
from outreach.links import ensure_link, placeholder
from outreach.mime import UnfitAddress, envelope_address, text_of
from outreach.models import (
    AccountMessage,
    Letter,
    LetterDay,
    LinkPurpose,
    Message,
    MessageRecipient,
    Suppression,
)
from outreach.querysets import MessageQuerySet
from outreach.services.suppression import address_hash
from outreach.states import MOVES, UNREACHED, MailKind, MessageState, RecipientState

SEND = "outreach.tasks.send_due_letters"


class AddressStopped(Refusal):
    """It would go nowhere: the list of those who get no mail has it."""

    message = (
        "Nothing is sent to this address: letters came back from it, or no more are wanted. "
        "Mend the address first, or see who gets no mail in Settings."
    )
    code = "address_stopped"


def queue_message(
    *,
    business: Business,
    kind: str,
    template: str,
    context: Mapping[str, object],
    to: Sequence[Party],
    cause: Event,
    subject: models.Model,
    from_name: str,
    mail_kind: MailKind,
    reply_to: str = "",
    due_at: datetime,
    answers_recipient: bool = False,
    is_ask: bool = False,
    one_click: bool = True,
    now: datetime,
) -> Message:
    """Write a letter to the outbox, in the caller's transaction.

    The same kind to the same people because of the same event is one letter: asked again, the row
    that exists is returned. It is held while the business may not send, and suppressed at once when
    none of its recipients may be mailed: `mail_kind` says which choice of theirs keeps it back,
    beside *no mail at all*. It is due at `due_at` or, where quiet hours bind it, at the first
    moment after that. Raises `NoAddress`.

    The templates get, beside `context`: business, firm, postal_address, and stop_link when
    `one_click` is set for a single recipient. Placeholders are filled when the letter is sent.
    """
    recipients = [_recipient(business, party, place, now) for place, party in enumerate(to)]
    stop_link = _stop_link(business, recipients, now) if one_click else ""
    rendered = render_letter(template, _context(business, context, stop_link))
    message = Message(
        business=business,
        kind=kind,
        dedupe_key=_dedupe_key(kind, recipients, cause),
        subject_label=str(subject._meta.model_name),
        subject_id=subject.pk,
        cause_id=cause.pk,
        answers_recipient=answers_recipient,
        is_ask=is_ask,
        mail_kind=mail_kind,
        due_at=due_at,
        created_at=now,
        **_words(rendered, from_name, _headers(reply_to, stop_link)),
    )
    return _put_into_outbox(message, recipients, now)


def _put_into_outbox(
    message: Message, recipients: Sequence[MessageRecipient], now: datetime
) -> Message:
    """Keep the letter and its recipients, unless it is there already."""
    unique = _unless_suppressed(message, recipients)
    message.due_at = _moment_to_leave(message, unique)
    if all(recipient.state == RecipientState.SUPPRESSED for recipient in unique):
        message.state = MessageState.SUPPRESSED
    elif why_held(message.business):
        message.hold_reason = surely_held(message.business_id)
        message.state = MessageState.HELD if message.hold_reason else MessageState.SCHEDULED
    if not insert_once(message):
        return Message.objects.get(business=message.business, dedupe_key=message.dedupe_key)
    MessageRecipient.objects.bulk_create(unique)
    _record("message.queued", message, unique, SYSTEM, now)
    if message.due_at <= now:
        wake(SEND)
    return message


def _moment_to_leave(message: Message, recipients: Sequence[MessageRecipient]) -> datetime:
    """From when it was to leave: within hours, and not on a day on which they had their letter."""
    business, at = message.business, message.due_at
    timezones = [row.contact.timezone if row.contact else "" for row in recipients]
    moment = first_moment(message, business, timezones, at)
    if not is_bound(message):
        return moment
    days = zip(recipients, days_of(business, timezones, moment), strict=True)
    their_days = [Q(address_hash=row.address_hash, day=day) for row, day in days]
    if not LetterDay.objects.filter(reduce(or_, their_days), business=business).exists():
        return moment
    return next_day_for(message, business, timezones, moment)


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
        **_words(rendered, from_name, {"Auto-Submitted": "auto-generated"}),
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
    return _cancel(letters, now)


def _cancel(letters: MessageQuerySet, now: datetime) -> int:
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


def cancel_messages_to(*, contact: Contact, now: datetime) -> int:
    """Call back what has not left for this contact, as they are left in peace; how many letters.

    One that goes to others as well goes to them alone.
    """
    waiting = MessageRecipient.objects.filter(contact=contact, state=RecipientState.WAITING)
    letters = Message.objects.cancellable().filter(pk__in=waiting.values("message_id"))
    # Nobody else waits for it: what is left is a letter to nobody.
    others = MessageRecipient.objects.filter(
        business_id=OuterRef("business_id"), message_id=OuterRef("pk"), state=RecipientState.WAITING
    ).exclude(contact=contact)
    return _cancel(letters.filter(~Exists(others)), now)


def retry_message(*, message: Message, by: Actor, now: datetime) -> Message:
    """Send a failed or uncertain letter again, to those whom it did not surely reach.

    It goes to the address that the contact has by now. Raises `NotPossibleNow`, also for a letter
    that reached everybody, and `AddressStopped` where none of these addresses may be mailed.
    """
    message = locked(message)
    unreached = message.recipients.filter(state__in=UNREACHED).select_related("contact")
    if not unreached:
        raise NotPossibleNow
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


def _recipient(business: Business, party: Party, place: int, now: datetime) -> MessageRecipient:
    """A row for one recipient; of a sealed prospect only the id and the keyed hash."""
    sealed = party.introduction_id is not None
    if party.introduction_id is not None:
        address = prospect_address(party.introduction_id) or ""
    else:
        address = party.contact.email if party.contact else party.address
    if not address:
        raise NoAddress
    return MessageRecipient(
        business=business,
        position=place,
        contact=None if sealed else party.contact,
        introduction_id=party.introduction_id,
        name="" if sealed else one_line(party.name)[:75],
        address="" if sealed else address,
        address_hash=address_hash(address),
        created_at=now,
    )


def _unless_suppressed(
    message: Message, recipients: Sequence[MessageRecipient]
) -> list[MessageRecipient]:
    """The letter's recipients, one for each address, with those marked who get no mail."""
    unique = {recipient.address_hash: recipient for recipient in reversed(recipients)}
    suppressed = set(
        Suppression.objects.stopping(message.mail_kind)
        .filter(business_id=message.business_id, address_hash__in=unique)
        .values_list("address_hash", flat=True)
    )
    for digest, recipient in unique.items():
        recipient.message = message
        if digest in suppressed or (recipient.contact is not None and recipient.contact.rests):
            recipient.state = RecipientState.SUPPRESSED
    return list(unique.values())


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


def _dedupe_key(kind: str, recipients: list[MessageRecipient], cause: Event) -> str:
    hashes = sorted({recipient.address_hash for recipient in recipients})
    return hashlib.sha256("|".join([kind, str(cause.pk), *hashes]).encode()).hexdigest()


def _stop_link(business: Business, recipients: list[MessageRecipient], now: datetime) -> str:
    """The placeholder of the link that stops all mail to the one recipient."""
    if len(recipients) != 1:
        return ""
    contact_id, introduction_id = recipients[0].contact_id, recipients[0].introduction_id
    subject_id = contact_id or introduction_id
    if subject_id is None:
        return ""
    link = ensure_link(
        business=business,
        purpose=LinkPurpose.UNSUBSCRIBE,
        subject_label="contact" if contact_id else "introduction",
        subject_id=subject_id,
        contact_id=None,
        expires_at=None,
        now=now,
    )
    return placeholder(link)


def _context(
    business: Business, context: Mapping[str, object], stop_link: str
) -> dict[str, object]:
    return {
        "business": business,
        "firm": business.name or FIRM,
        "postal_address": POSTAL_ADDRESS,
        "stop_link": stop_link,
        **context,
    }


def _headers(reply_to: str, stop_link: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    with contextlib.suppress(UnfitAddress):  # A letter without it is better than none.
        headers["Reply-To"] = envelope_address(reply_to)
    if stop_link:
        # RFC 8058: with both, a mail program can stop it by one POST without opening a page.
        headers["List-Unsubscribe"] = f"<{stop_link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _words(rendered: Rendered, from_name: str, headers: dict[str, str]) -> dict[str, object]:
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
    record_event(
        business=message.business,
        name=name,
        actor=by,
        subject=message,
        about=[Contact(pk=r.contact_id) for r in recipients if r.contact_id],
        payload={"kind": message.kind, **({"again": True} if again else {})},
        now=now,
    )
