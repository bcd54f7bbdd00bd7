"""When a business's letters leave, and what that changes for those that wait."""

from datetime import datetime

from businesses.models import Business
from businesses.services import BusinessChanges, change_business
from businesses.wake import wake
from outreach.gate import asks_resume_at
from outreach.models import Message
from outreach.services.queueing import SEND
from outreach.states import MessageState


def change_letter_hours(*, business: Business, changes: BusinessChanges, now: datetime) -> Business:
    """Change it for every letter that leaves from now on. Raises what `change_business` raises.

    Asks that wait follow the day on which asks may leave again, be it later or earlier. Other
    letters keep the moment they were given, and are asked once more when it comes.
    """
    business = change_business(business=business, changes=changes, now=now)
    waiting = Message.objects.filter(state=MessageState.SCHEDULED, is_ask=True)
    if waiting.update(due_at=asks_resume_at(business, now)):
        wake(SEND)
    return business
