"""Everything a person receives is a row here before it is sent."""

from outreach.models.account_message import AccountMessage
from outreach.models.cadence import (
    Answers,
    Cadence,
    CadenceStep,
    Condition,
    Enrolment,
    EnrolmentState,
    Outcome,
    StepKind,
    StepTaken,
    Timing,
    Trigger,
)
from outreach.models.job_run import JobRun
from outreach.models.letter import Letter
from outreach.models.link import Link, LinkPurpose
from outreach.models.mail_hold import MailHold
from outreach.models.mail_trouble import MailTrouble
from outreach.models.manners import DayCount, LetterDay
from outreach.models.message import Message, MessageRecipient
from outreach.models.own_words import OwnWords
from outreach.models.reminder import Reminder, ReminderKind
from outreach.models.stuck_row import StuckRow
from outreach.models.suppression import LIFTABLE, OF_THE_ADDRESS, Suppression, SuppressionReason

__all__ = [
    "LIFTABLE",
    "OF_THE_ADDRESS",
    "AccountMessage",
    "Answers",
    "Cadence",
    "CadenceStep",
    "Condition",
    "DayCount",
    "Enrolment",
    "EnrolmentState",
    "JobRun",
    "Letter",
    "LetterDay",
    "Link",
    "LinkPurpose",
    "MailHold",
    "MailTrouble",
    "Message",
    "MessageRecipient",
    "Outcome",
    "OwnWords",
    "Reminder",
    "ReminderKind",
    "StepKind",
    "StepTaken",
    "StuckRow",
    "Suppression",
    "SuppressionReason",
    "Timing",
    "Trigger",
]
