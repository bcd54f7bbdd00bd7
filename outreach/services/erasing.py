"""What letters, links, plans and reminders hold of somebody who is erased."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from activity.actors import Actor
from activity.models import Event
from contacts.models import Contact
from outreach.models import (
    Enrolment,
    Link,
    Message,
    MessageRecipient,
    Reminder,
    StepTaken,
    Suppression,
    SuppressionReason,
)
from outreach.querysets import MessageQuerySet
from outreach.services.queueing import cancel_letters
from outreach.services.suppression import address_hash, suppress_hash
from outreach.states import MessageState

# A letter that was sent went somewhere: where is not kept.
NOWHERE = "erased"
_NO_WORDS = {
    **dict.fromkeys(("subject", "text", "html", "calendar", "from_name", "last_reason"), ""),
    "headers": {},
}


class LetterStillLeaving(Exception):
    """Its words are needed for a moment longer; a worker tries again."""


def forget_letters(*, contact: Contact, cause: Event, now: datetime) -> None:
    """Nothing reaches them any more, and what was written to them is empty.

    Their addresses, the one of now and those that letters went to, are stopped for good, by keyed
    hash. Letters that have not left are cancelled for everybody: what they say is theirs. One that
    is leaving this moment is emptied when it has left (`forget_letters_that_left`).
    """
    _stop_addresses(contact, Actor.of(cause.actor_kind, cause.actor_id), now)
    letters = _letters_to(contact.pk)
    cancel_letters(letters.cancellable(), now)
    _empty(letters)
    MessageRecipient.objects.filter(contact=contact).update(name="", address=NOWHERE, reason="")
    taken = StepTaken.objects.filter(enrolment__contact=contact)
    taken.update(subject="", words="", reason="")
    Enrolment.objects.filter(contact=contact).update(reason="")
    reminders = Reminder.objects.filter(contact=contact)
    reminders.open().update(closed_at=now)
    reminders.update(text="")
    reminders.exclude(skipped_because="").update(skipped_because="Erased.")
    theirs = Q(contact_id=contact.pk) | Q(subject_label="contact", subject_id=contact.pk)
    end_links(theirs, contact, now)


def forget_written_about(*, label: str, keys: Collection[UUID], now: datetime) -> None:
    """Letters and reminders about these rows, to whomever: cancelled, closed, and without words."""
    if not keys:
        return
    letters = Message.objects.filter(subject_label=label, subject_id__in=keys)
    cancel_letters(letters.cancellable(), now)
    _empty(letters)
    reminders = Reminder.objects.filter(subject_label=label, subject_id__in=keys)
    reminders.open().update(closed_at=now)
    reminders.update(text="")


def forget_letters_that_left(*, event: Event, now: datetime) -> None:
    """Later than an erasure: what was leaving at that moment. Raises `LetterStillLeaving`."""
    letters = _letters_to(event.subject_id)
    _empty(letters)
    if letters.filter(state=MessageState.IN_DATA).exists():
        raise LetterStillLeaving


def end_links(which: Q, contact: Contact, now: datetime) -> None:
    """These links lead nowhere from now on."""
    links = Link.objects.filter(which, business=contact.business_id, withdrawn_at=None)
    links.update(withdrawn_at=now)


def _letters_to(contact_id: UUID) -> MessageQuerySet:
    to_them = MessageRecipient.objects.filter(contact=contact_id)
    return Message.objects.filter(pk__in=to_them.values("message_id"))


def _empty(letters: MessageQuerySet) -> None:
    """Their words go, but of those that a worker is just handing over."""
    MessageRecipient.objects.filter(message__in=letters.values("pk")).update(reason="")
    letters.exclude(state=MessageState.IN_DATA).update(**_NO_WORDS)


def _stop_addresses(contact: Contact, by: Actor, now: datetime) -> None:
    mailed = MessageRecipient.objects.filter(contact=contact)
    hashes = set(mailed.values_list("address_hash", flat=True))
    if contact.email:
        hashes.add(address_hash(contact.email))
    for digest in sorted(hashes):
        suppress_hash(
            business=contact.business,
            digest=digest,
            contact=None,
            why=SuppressionReason.NEVER,
            by=by,
            now=now,
        )
    Suppression.objects.filter(contact=contact).update(contact=None)
