"""What the other parts ask of outreach."""

from outreach.services.cadences import (
    begin_plans,
    enrol,
    ensure_cadences,
    note_touch,
    stop_enrolment,
    stop_what_is_over,
)
from outreach.services.dated import begin_overdue_touches, begin_quiet_partners
from outreach.services.drafts import change_draft, dismiss_draft, send_draft
from outreach.services.hours import change_letter_hours
from outreach.services.pausing import resume_sending
from outreach.services.peace import open_reminders_again, stop_what_was_to_reach
from outreach.services.planning import (
    BY_HAND,
    Coming,
    DelayOutOfRange,
    NameMissing,
    NotByHand,
    NothingToDo,
    OnlyLettersLeave,
    TooManyPlans,
    TooManySteps,
    add_cadence,
    add_step,
    begin_by_hand,
    change_step,
    remove_step,
    restore_step,
    switch_cadence,
    what_is_coming,
)
from outreach.services.queueing import (
    cancel_messages,
    cancel_messages_to,
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
from outreach.services.standing import until_touched
from outreach.services.steps import take_due_steps, take_step
from outreach.services.suppression import (
    is_suppressed,
    lift_suppression,
    resume_mail,
    stop_mail,
    stopped_kinds,
    stops_of,
    suppress_address,
    suppress_by_hand,
)
from outreach.services.tidings import StillInHand, Tidings, take_tidings

__all__ = [
    "BY_HAND",
    "Coming",
    "DayHasPassed",
    "DelayOutOfRange",
    "NameMissing",
    "NotByHand",
    "NothingToDo",
    "OnlyLettersLeave",
    "StillInHand",
    "Tidings",
    "TooManyPlans",
    "TooManySteps",
    "add_cadence",
    "add_reminder",
    "add_step",
    "begin_by_hand",
    "begin_overdue_touches",
    "begin_plans",
    "begin_quiet_partners",
    "cancel_messages",
    "cancel_messages_to",
    "change_draft",
    "change_letter_hours",
    "change_step",
    "close_reminders",
    "dismiss_draft",
    "enrol",
    "ensure_cadences",
    "finish_reminder",
    "is_suppressed",
    "lift_suppression",
    "note_touch",
    "open_reminders_again",
    "queue_account_message",
    "queue_message",
    "release_held",
    "remove_step",
    "restore_step",
    "resume_mail",
    "resume_sending",
    "retry_message",
    "send_draft",
    "settle_message",
    "snooze_reminder",
    "stop_enrolment",
    "stop_mail",
    "stop_what_is_over",
    "stop_what_was_to_reach",
    "stopped_kinds",
    "stops_of",
    "suppress_address",
    "suppress_by_hand",
    "switch_cadence",
    "take_due_steps",
    "take_step",
    "take_tidings",
    "until_touched",
    "what_is_coming",
]
