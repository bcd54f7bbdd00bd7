"""The follow-up plans that are there from the start, and the fields their words may name.

Each is a draft of what a kind owner would do. The owner changes words, days and steps; nothing here
asks anybody for an introduction, since a friendly touch never carries an ask.
"""

from dataclasses import dataclass
from functools import partial

from outreach.carried import FIELD
from outreach.models import Condition, ReminderKind, StepKind, Timing, Trigger
from outreach.states import MailKind

# What every plan's words may name, and what a person reads about it.
COMMON_FIELDS = {
    "first_name": "first name of whoever it goes to",
    "firm": "your firm",
    "sender": "your first name",
}
# A letter to a customer may ask how likely they are to recommend you.
ASKS_HOW_IT_WAS = {
    FIELD: "the button that leads to the question how likely they are to recommend you, on a line"
    " of its own"
}
# What some may name beside: it depends on what the plan begins with.
MORE_FIELDS: dict[str, dict[str, str]] = {
    Trigger.HANDSHAKE: {"advocate": "who introduced them"},
    Trigger.MET: {"advocate": "who introduced them"},
    Trigger.WON: {"advocate": "who introduced them", **ASKS_HOW_IT_WAS},
    Trigger.LOST: {"advocate": "who introduced them"},
    Trigger.ASK_SENT: {"wanted": "whom you asked for"},
    Trigger.THANKS_INTRODUCTION: {"person": "who was introduced"},
    Trigger.THANKS_WIN: {"person": "who was introduced"},
    Trigger.ADVOCATE_WAITS: {"person": "who was introduced"},
    Trigger.ANNIVERSARY: {"became": "what their introductions became, in a sentence"},
    Trigger.NEW_CUSTOMER: ASKS_HOW_IT_WAS,
    Trigger.BY_HAND: ASKS_HOW_IT_WAS,
}

# What stands in a preview for what only a plan that has begun can know.
EXAMPLES = {
    "first_name": "Elena",
    "advocate": "Marta",
    "wanted": "somebody who is about to open a second shop",
    "person": "Jonas",
    "became": "You introduced two people to me, and one of them became a customer.",
}

# What whoever stops letters of one kind stops of a plan.
_MAIL_KINDS = {Trigger.ASK_SENT: MailKind.ASKS, Trigger.ADVOCATE_WAITS: MailKind.NEWS}


def mail_kind_of(trigger: str) -> MailKind:
    """Of which kind the letters of a plan with this trigger are."""
    return _MAIL_KINDS.get(Trigger(trigger), MailKind.FRIENDLY)


def fields_of(trigger: str) -> dict[str, str]:
    """The names that words of a plan with this trigger may hold, each with its explanation."""
    return COMMON_FIELDS | MORE_FIELDS.get(trigger, {})


# Whoever was on one of these is not put on it again: a customer is welcomed once, however often
# they come back.
ONCE_EACH = frozenset({"welcome_customer"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is at first; a reminder has no subject."""

    kind: StepKind
    days: int
    subject: str
    words: str
    timing: Timing = Timing.AFTER
    condition: Condition = Condition.ALWAYS
    automatic: bool = False
    list: ReminderKind = ReminderKind.FOLLOW_UP


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it is at first."""

    key: str
    name: str
    trigger: Trigger
    steps: tuple[Step, ...]


_letter = partial(Step, StepKind.LETTER)
_remind = partial(Step, StepKind.REMINDER)


PLANS = (
    Plan(
        "follow_up_handshake",
        "Follow up an introduction",
        Trigger.HANDSHAKE,
        (
            _letter(
                6,
                "Shall we find a time to talk?",
                "Hello {first_name},\n\n{advocate} brought us together, and I would not want it to"
                " get lost. Would a short call suit you this week or next? Tell me a time, and I"
                " will be there.\n\nIf it is not the moment, that is fine too.",
                timing=Timing.WORKING_DAY,
                condition=Condition.NO_TOUCH,
            ),
            _remind(
                14,
                "",
                "Ring {first_name}, or let it rest: nobody has spoken since the introduction",
                condition=Condition.NO_TOUCH,
            ),
        ),
    ),
    Plan(
        "thank_introduction",
        "Thank for an introduction",
        Trigger.THANKS_INTRODUCTION,
        (
            _letter(
                1,
                "Thank you",
                "Dear {first_name},\n\nthank you for introducing {person} and me. That you put your"
                " name to it means a great deal to me.",
                timing=Timing.WORKING_DAY,
                list=ReminderKind.THANK,
            ),
        ),
    ),
    Plan(
        "thank_win",
        "Thank for business",
        Trigger.THANKS_WIN,
        (
            _letter(
                1,
                "Thank you",
                "Dear {first_name},\n\n{person} and we are working together now, and that is your"
                " doing. Thank you.",
                timing=Timing.WORKING_DAY,
                list=ReminderKind.THANK,
            ),
        ),
    ),
    Plan(
        "tell_advocate",
        "Tell whoever introduced somebody how it goes",
        Trigger.ADVOCATE_WAITS,
        (
            *(
                _letter(
                    days,
                    "How it goes with {person}",
                    words,
                    timing=Timing.WORKING_DAY,
                    automatic=True,
                )
                for days, words in (
                    (
                        30,
                        "Hello {first_name},\n\na word about {person}, whom you introduced: we are"
                        " in touch, and nothing is decided yet. I will tell you what becomes of"
                        " it.",
                    ),
                    (
                        60,
                        "Hello {first_name},\n\nI have not forgotten that you introduced {person}"
                        " and me. It takes its time, and it is still open. You will hear from me.",
                    ),
                    (
                        90,
                        "Hello {first_name},\n\nit is still open between {person} and me, whom you"
                        " brought together. That is slow, and no news is not bad news. Whatever"
                        " becomes of it, I will tell you.",
                    ),
                )
            ),
            _remind(
                90,
                "",
                "Tell {first_name} how it stands with {person}: they have waited for three months",
                timing=Timing.WORKING_DAY,
            ),
        ),
    ),
    Plan(
        "unanswered_ask",
        "Look at an ask without an answer",
        Trigger.ASK_SENT,
        (
            _remind(
                10,
                "",
                "Did {first_name} answer elsewhere? You asked ten days ago",
                list=ReminderKind.ASK,
            ),
            _letter(
                4,
                "About my note",
                "Hello {first_name},\n\na while ago I asked whether anybody came to your mind. If"
                " nobody does, that is perfectly fine, and you need not answer. I only wanted to"
                " be sure that my note arrived.",
                timing=Timing.WORKING_DAY,
                condition=Condition.NO_TOUCH,
                list=ReminderKind.ASK,
            ),
        ),
    ),
    Plan(
        "welcome_customer",
        "Welcome a new customer",
        Trigger.NEW_CUSTOMER,
        (
            _letter(
                1,
                "Welcome",
                "Dear {first_name},\n\nit is good to have you with us. If anything is unclear at"
                " the beginning, write or ring me directly: an answer to this letter reaches me.",
                timing=Timing.WORKING_DAY,
            ),
            _letter(
                30,
                "How has it been so far?",
                "Dear {first_name},\n\nwe have been working together for a month. What went well,"
                " and what should we do better? It is one question, and a line if you like; I read"
                " every one.\n\n{feedback_link}",
                timing=Timing.WORKING_DAY,
            ),
        ),
    ),
    Plan(
        "inner_circle",
        "Keep in touch with your inner circle",
        Trigger.TOUCH_DUE,
        (
            _letter(
                0,
                "Just to say hello",
                "Dear {first_name},\n\nit has been a while, and I was thinking of you. How are you,"
                " and how are things going?",
                timing=Timing.WORKING_DAY,
                condition=Condition.NO_TOUCH,
                list=ReminderKind.KEEP_IN_TOUCH,
            ),
        ),
    ),
    Plan(
        "wake_partner",
        "Wake a quiet partner",
        Trigger.PARTNER_QUIET,
        (
            _remind(
                0,
                "",
                "Ring {first_name}: it has been quiet between you for two months",
                condition=Condition.NO_TOUCH,
                list=ReminderKind.KEEP_IN_TOUCH,
            ),
            _letter(
                7,
                "How is it going?",
                "Hello {first_name},\n\nit has been quiet between us. What are you working on, and"
                " is there somebody it would help you to meet?",
                timing=Timing.WORKING_DAY,
                condition=Condition.NO_TOUCH,
                list=ReminderKind.KEEP_IN_TOUCH,
            ),
        ),
    ),
    Plan(
        "yearly_letter",
        "A yearly letter to those who introduce",
        Trigger.ANNIVERSARY,
        (
            _letter(
                7,
                "What became of your introductions",
                "Dear {first_name},\n\nabout this time of the year you first introduced somebody to"
                " me. {became}\n\nI have not forgotten it. Thank you.",
                timing=Timing.BEFORE,
                list=ReminderKind.THANK,
            ),
        ),
    ),
)
