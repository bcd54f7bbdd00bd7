"""Letters of the past, for a business that is made up: recorded as sent, and never sent."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from activity.actors import SYSTEM
from activity.services import record_event
from businesses.models import Business
from contacts.models import Contact
from outreach.models import Message, MessageRecipient
from outreach.states import MessageState, RecipientState


def record_as_sent(*, business: Business, now: datetime) -> int:
    """Write down the letters due by `now` as sent when they were due, without sending; how many.

    Only for the demo, which tells of years in which nothing was really sent. So it refuses, with
    `ImproperlyConfigured`, outside local mode; and it takes letters that wait for their time only,
    none that a sender has in hand.
    """
    if not settings.LOCAL:
        raise ImproperlyConfigured("Letters are recorded as sent, without sending, locally only.")
    due = Message.objects.filter(
        business=business, state=MessageState.SCHEDULED, due_at__lte=now
    ).order_by("due_at", "id")
    letters = list(due.select_for_update())
    for letter in letters:
        letter.business = business
        _record(letter, at=letter.due_at)
    return len(letters)


def _record(letter: Message, *, at: datetime) -> None:
    for state in (MessageState.SENDING, MessageState.IN_DATA, MessageState.SENT):
        letter.move_to(state)
    letter.in_data_at = letter.sent_at = at
    letter.save(update_fields=["state", "in_data_at", "sent_at"])
    recipients = MessageRecipient.objects.filter(message=letter, state=RecipientState.WAITING)
    people = [Contact(pk=key) for key in recipients.values_list("contact_id", flat=True) if key]
    recipients.update(state=RecipientState.SENT)
    record_event(
        business=letter.business,
        name="message.sent",
        actor=SYSTEM,
        subject=letter,
        about=people,
        payload={"kind": letter.kind},
        now=at,
    )
