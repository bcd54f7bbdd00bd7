"""What the other parts ask of outreach."""

from outreach.services.queueing import (
    cancel_messages,
    queue_account_message,
    queue_message,
    release_held,
    retry_message,
)
from outreach.services.reminders import (
    add_reminder,
    close_reminders,
    finish_reminder,
    snooze_reminder,
)
from outreach.services.suppression import is_suppressed, stop_mail, suppress_address

__all__ = [
    "add_reminder",
    "cancel_messages",
    "close_reminders",
    "finish_reminder",
    "is_suppressed",
    "queue_account_message",
    "queue_message",
    "release_held",
    "retry_message",
    "snooze_reminder",
    "stop_mail",
    "suppress_address",
]
