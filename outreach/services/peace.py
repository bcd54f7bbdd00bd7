"""What follows at once when somebody is left in peace, and when that is taken back."""

from datetime import datetime

from activity.models import Event
from contacts.models import Contact
from outreach.models import Reminder
from outreach.services.cadences import stop_plans_for
from outreach.services.queueing import cancel_messages_to
from outreach.services.standing import IN_PEACE


def stop_what_was_to_reach(*, event: Event, now: datetime) -> None:
    """Their plans end, letters that have not left are cancelled, and nobody is reminded of them."""
    contact = Contact.objects.get(pk=event.subject_id)
    stop_plans_for(contact=contact, reason=IN_PEACE, now=now)
    cancel_messages_to(contact=contact, now=now)
    Reminder.objects.open().filter(contact=contact).update(closed_at=now)


def open_reminders_again(*, event: Event, now: datetime) -> None:
    """The reminders that were closed in that moment are open again; the letters stay cancelled."""
    since = event.payload.get("since")
    if isinstance(since, str):
        Reminder.objects.filter(
            contact_id=event.subject_id, done_at=None, closed_at=datetime.fromisoformat(since)
        ).update(closed_at=None)
