"""Everything a person receives is a row here before it is sent."""

from outreach.models.account_message import AccountMessage
from outreach.models.job_run import JobRun
from outreach.models.letter import Letter
from outreach.models.link import Link, LinkPurpose
from outreach.models.message import Message, MessageRecipient
from outreach.models.reminder import Reminder, ReminderKind
from outreach.models.suppression import Suppression, SuppressionReason

__all__ = [
    "AccountMessage",
    "JobRun",
    "Letter",
    "Link",
    "LinkPurpose",
    "Message",
    "MessageRecipient",
    "Reminder",
    "ReminderKind",
    "Suppression",
    "SuppressionReason",
]
