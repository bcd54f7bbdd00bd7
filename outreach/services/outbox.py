"""Writing letters to the outbox, one or many at a time."""

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models

from activity.actors import SYSTEM
from activity.models import Event
from activity.services import record_events
from businesses.inserting import insert_new
from businesses.models import Business
from businesses.wake import wake
from outreach.filling import one_line, prospect_address
from outreach.gate import days_of, first_moment, is_bound, next_day_for, surely_held, why_held
from outreach.letter_texts import Words
from outreach.letters import FIRM, POSTAL_ADDRESS, NoAddress, Party
from outreach.links import ensure_lasting_links, placeholder
from outreach.mime import UnfitAddress, envelope_address
from outreach.models import (
    LetterDay,
    Link,
    LinkPurpose,
    Message,
    MessageRecipient,
    Suppression,
)
from outreach.services.queueing import SEND, in_words, letter_event
from outreach.services.suppression import address_hash
from outreach.states import MailKind, MessageState, RecipientState
from outreach.writing import words_for, write_letter

# By the letter's id.
_Recipients = Mapping[UUID, Sequence[MessageRecipient]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """A letter to be written to the outbox.

    `template` is a letter of the catalogue, or a folder of templates. It gets, beside `context`:
    business, firm, postal_address, and stop_link when `one_click` is set for a single recipient.
    `calendar` is a file of an appointment that goes with it, complete as it is.
    `mail_kind` says which choice of a recipient's keeps it back, beside *no mail at all*; `cause`
    and `kind` with the recipients make it one letter.
    """

    kind: str
    template: str
    context: Mapping[str, object]
    to: Sequence[Party]
    cause: Event
    subject: models.Model
    from_name: str
    mail_kind: MailKind
    reply_to: str = ""
    due_at: datetime
    answers_recipient: bool = False
    is_ask: bool = False
    one_click: bool = True
    calendar: str = ""


def queue_message(*, business: Business, letter: NewLetter, now: datetime) -> Message:
    """Write a letter to the outbox, in the caller's transaction.

    The same kind to the same people because of the same event is one letter: asked again, the row
    that exists is returned. It is held while the business may not send, and suppressed at once when
    none of its recipients may be mailed. It is due at its `due_at` or, where quiet hours bind it,
    at the first moment after that. Raises `NoAddress`.

    Placeholders are filled when the letter is sent.
    """
    return queue_messages(business=business, letters=[letter], now=now)[0]


def queue_messages(
    *, business: Business, letters: Sequence[NewLetter], now: datetime
) -> list[Message]:
    """`queue_message` for each, in their order, in as few statements as for one."""
    recipients = [
        [_recipient(business, party, place, now) for place, party in enumerate(letter.to)]
        for letter in letters
    ]
    stop_links = _stop_links(business, letters, recipients, now)
    words = words_for(business, {letter.template for letter in letters})
    messages = [
        _message(business, *parts, words, now)
        for parts in zip(letters, recipients, stop_links, strict=True)
    ]
    return _put_into_outbox(business, messages, recipients, now)


def _message(
    business: Business,
    letter: NewLetter,
    recipients: Sequence[MessageRecipient],
    stop_link: str,
    words: Mapping[str, Words],
    now: datetime,
) -> Message:
    around = _context(business, letter.context, stop_link)
    rendered = write_letter(letter.template, around, letter.mail_kind, words)
    return Message(
        business=business,
        kind=letter.kind,
        dedupe_key=_dedupe_key(letter.kind, recipients, letter.cause),
        subject_label=str(letter.subject._meta.model_name),
        subject_id=letter.subject.pk,
        cause_id=letter.cause.pk,
        answers_recipient=letter.answers_recipient,
        is_ask=letter.is_ask,
        mail_kind=letter.mail_kind,
        calendar=letter.calendar,
        due_at=letter.due_at,
        created_at=now,
        **in_words(rendered, letter.from_name, _headers(letter.reply_to, stop_link)),
    )


def _put_into_outbox(
    business: Business,
    messages: Sequence[Message],
    recipients: Sequence[Sequence[MessageRecipient]],
    now: datetime,
) -> list[Message]:
    """Keep the letters and their recipients, as far as they are not there already."""
    to = dict(zip((one.pk for one in messages), map(_one_for_each, recipients), strict=True))
    _mark_suppressed(business, messages, to)
    _set_moments(business, messages, to)
    reason = surely_held(business.pk) if why_held(business) else ""
    for message in messages:
        if all(one.state == RecipientState.SUPPRESSED for one in to[message.pk]):
            message.state = MessageState.SUPPRESSED
        elif reason:
            message.state, message.hold_reason = MessageState.HELD, reason
    new = insert_new(messages)
    for message in new:
        for recipient in to[message.pk]:
            recipient.message = message
    insert_new([recipient for message in new for recipient in to[message.pk]])
    told = [letter_event("message.queued", message, to[message.pk], SYSTEM) for message in new]
    record_events(business=business, occurrences=told, now=now)
    if any(message.due_at <= now for message in new):
        wake(SEND)
    return _as_kept(business, messages, new)


def _as_kept(
    business: Business, messages: Sequence[Message], new: Sequence[Message]
) -> list[Message]:
    if len(new) == len(messages):
        return list(messages)
    keys = {message.dedupe_key for message in messages}
    rows = Message.objects.filter(business=business, dedupe_key__in=keys)
    kept = {message.dedupe_key: message for message in rows} | {
        message.dedupe_key: message for message in new
    }
    return [kept[message.dedupe_key] for message in messages]


def _set_moments(business: Business, messages: Sequence[Message], to: _Recipients) -> None:
    """From when each was to leave: within hours, and not on a day on which they had a letter."""
    bound: list[tuple[Message, list[str], set[tuple[str, date]]]] = []
    for message in messages:
        recipients = to[message.pk]
        timezones = [row.contact.timezone if row.contact else "" for row in recipients]
        message.due_at = first_moment(message, business, timezones, message.due_at)
        if is_bound(message):
            on = zip(recipients, days_of(business, timezones, message.due_at), strict=True)
            bound.append((message, timezones, {(row.address_hash, day) for row, day in on}))
    if not bound:
        return
    taken = _days_taken(business, set().union(*(days for _, _, days in bound)))
    for message, timezones, days in bound:
        if days & taken:
            message.due_at = next_day_for(message, business, timezones, message.due_at)


def _days_taken(business: Business, wanted: AbstractSet[tuple[str, date]]) -> set[tuple[str, date]]:
    """On which of these days the address has had its letter, among others that it had."""
    rows = LetterDay.objects.filter(
        business=business,
        address_hash__in={digest for digest, _ in wanted},
        day__in={day for _, day in wanted},
    )
    return set(rows.values_list("address_hash", "day"))


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


def _one_for_each(recipients: Sequence[MessageRecipient]) -> list[MessageRecipient]:
    """One for each address."""
    return list({recipient.address_hash: recipient for recipient in reversed(recipients)}.values())


def _mark_suppressed(business: Business, messages: Sequence[Message], to: _Recipients) -> None:
    """Mark those among the recipients who get no mail of their letter's kind."""
    hashes = {recipient.address_hash for recipients in to.values() for recipient in recipients}
    stops = set(
        Suppression.objects.filter(business=business, address_hash__in=hashes).values_list(
            "address_hash", "kind"
        )
    )
    for message in messages:
        for recipient in to[message.pk]:
            is_stopped = any(
                (recipient.address_hash, kind) in stops
                for kind in (MailKind.ALL, message.mail_kind)
            )
            if is_stopped or (recipient.contact is not None and recipient.contact.rests):
                recipient.state = RecipientState.SUPPRESSED


def _dedupe_key(kind: str, recipients: Sequence[MessageRecipient], cause: Event) -> str:
    return letter_key(kind, cause.pk, {recipient.address_hash for recipient in recipients})


def letter_key(kind: str, cause: UUID, hashes: AbstractSet[str]) -> str:
    """What makes it one letter: what it is, why, and to whom."""
    return hashlib.sha256("|".join([kind, str(cause), *sorted(hashes)]).encode()).hexdigest()


def _stop_links(
    business: Business,
    letters: Sequence[NewLetter],
    recipients: Sequence[Sequence[MessageRecipient]],
    now: datetime,
) -> list[str]:
    """For each letter the placeholder of the link that stops all mail to its one recipient."""
    alone = [
        to[0] if letter.one_click and len(to) == 1 else None
        for letter, to in zip(letters, recipients, strict=True)
    ]
    known = {one.contact_id for one in alone if one and one.contact_id}
    sealed = {one.introduction_id for one in alone if one and one.introduction_id}
    links: dict[UUID, Link] = {}
    for label, keys in (("contact", known), ("introduction", sealed)):
        if keys:
            links |= ensure_lasting_links(
                business=business,
                purpose=LinkPurpose.UNSUBSCRIBE,
                subject_label=label,
                subject_ids=keys,
                now=now,
            )
    subjects = [(one.contact_id or one.introduction_id) if one else None for one in alone]
    return [placeholder(links[key]) if key else "" for key in subjects]


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
