"""What the desk says of a letter that has not left."""

from datetime import timedelta

from django.db.models import Model

from businesses import clock
from businesses.templatetags.said import say_when
from outreach.models import Message
from outreach.states import MessageState

# What leaves sooner is on its way.
SOON = timedelta(minutes=1)


def when_it_leaves(message: Message | None) -> str:
    """`on Monday at 8:00` for a letter that waits for its time, by the clock here; else nothing."""
    if message is None or message.state != MessageState.SCHEDULED:
        return ""
    return say_when(message.due_at) if message.due_at > clock.now() + SOON else ""


def letter_about(row: Model) -> Message | None:
    """The newest letter about this row."""
    return Message.objects.regarding(row).order_by("-created_at").first()
