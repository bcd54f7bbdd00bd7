"""What the other parts ask of outreach."""

from outreach.services.queueing import (
    cancel_messages,
    queue_account_message,
    queue_message,
    release_held,
    retry_message,
)
from outreach.services.reminders import (
    DayHasPassed,
    add_reminder,
    close_reminders,
    finish_reminder,
    snooze_reminder,
)
from outreach.services.settling import settle_message
from outreach.services.suppression import (
    has_stopped_mail,
    is_suppressed,
    resume_mail,
    stop_mail,
    suppress_address,
)

__all__ = [
    "DayHasPassed",
    "add_reminder",
    "cancel_messages",
    "close_reminders",
    "finish_reminder",
    "has_stopped_mail",
    "is_suppressed",
    "queue_account_message",
    "queue_message",
    "release_held",
    "resume_mail",
    "retry_message",
    "settle_message",
    "snooze_reminder",
    "stop_mail",
    "suppress_address",
]
