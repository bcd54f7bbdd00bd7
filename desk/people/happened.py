"""What happened with somebody, kept once however often the button was pressed."""

from datetime import datetime

from activity.actors import Actor
from businesses.presses import SAME_PRESS
from businesses.tenancy import locked
from contacts.models import Contact, Interaction
from contacts.services import log_interaction


def keep_what_happened(
    *, contact: Contact, kind: str, text: str = "", by: Actor, now: datetime
) -> Interaction:
    """The interaction; a second press waits for the first one, and then finds what it has kept."""
    contact = locked(contact)
    just_kept = Interaction.objects.filter(
        contact=contact, kind=kind, text=text, member_id=by.id, created_at__gt=now - SAME_PRESS
    ).first()
    return just_kept or log_interaction(contact=contact, kind=kind, text=text, by=by, now=now)
