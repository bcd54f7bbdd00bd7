"""What plans begin with, in words: to whom they go, when they end, when a step is due.

Said on the pages, so that whoever makes a plan need not try out what a choice means.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.models import CadenceStep, Timing, Trigger


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a trigger means for the person: who they are, and when nothing more is wanted."""

    goes_to: str
    ends: str = "It ends with its last step."


BEGINNINGS: Mapping[str, Beginning] = {
    Trigger.BY_HAND: Beginning("whom you choose, on their page"),
    Trigger.HANDSHAKE: Beginning(
        "whoever was introduced to you", "It ends by itself as soon as you are talking."
    ),
    Trigger.MET: Beginning(
        "whomever you met", "It ends by itself with a proposal, when it is won, or when it is over."
    ),
    Trigger.WON: Beginning("whoever bought from you"),
    Trigger.LOST: Beginning(
        "whoever said no", "It ends by itself when you are talking again after all."
    ),
    Trigger.ASK_SENT: Beginning(
        "whomever you asked",
        "It ends by itself as soon as they answer, also elsewhere; or the ask is taken back or "
        "runs out.",
    ),
    Trigger.THANKS_INTRODUCTION: Beginning(
        "whoever introduced somebody", "It ends by itself once they are thanked."
    ),
    Trigger.THANKS_WIN: Beginning(
        "whoever introduced somebody", "It ends by itself once they are thanked."
    ),
    Trigger.ADVOCATE_WAITS: Beginning(
        "whoever introduced somebody",
        "It ends by itself when it is won or over. When they hear from you how it goes, the"
        " days until the next step begin anew.",
    ),
    Trigger.TOUCH_DUE: Beginning(
        "somebody of your inner circle", "It ends by itself when you were in touch."
    ),
    Trigger.PARTNER_QUIET: Beginning(
        "the person there with whom you last spoke, or somebody there where you have not yet",
        "It ends by itself when you were in touch.",
    ),
    Trigger.ANNIVERSARY: Beginning("somebody of your inner circle who introduced people to you"),
    Trigger.FEEDBACK: Beginning(
        "whoever answered",
        "It ends by itself when they answer again. After 0 to 6 you are reminded to put it right in"
        " any case.",
    ),
    Trigger.NEW_CUSTOMER: Beginning("the new customer, once for each"),
}

# What a plan of one's own may begin with. Whoever is owed thanks is thanked once, by one plan.
OF_ONES_OWN: tuple[Trigger, ...] = (
    Trigger.BY_HAND,
    Trigger.HANDSHAKE,
    Trigger.MET,
    Trigger.WON,
    Trigger.LOST,
    Trigger.ASK_SENT,
    Trigger.FEEDBACK,
    Trigger.NEW_CUSTOMER,
    Trigger.PARTNER_QUIET,
    Trigger.ANNIVERSARY,
)
# Plans about a day that is known before it comes: a step may be so many days before it.
ABOUT_A_DAY = frozenset({Trigger.ANNIVERSARY})


def timings_of(trigger: str, *, is_first: bool) -> Mapping[Timing, str]:
    """How a step's days may be counted, as one reads on after the number."""
    day, after = trigger in ABOUT_A_DAY, "the step before"
    if is_first:
        after = "the day itself" if day else "it begins"
    choices = {
        Timing.AFTER: f"days after {after}",
        Timing.WORKING_DAY: f"days after {after}, then on the next working morning",
    }
    return choices | ({Timing.BEFORE: "days before the day itself"} if day else {})


def when_said(step: CadenceStep, *, trigger: str, is_first: bool) -> str:
    """When a step is due: "2 days after the step before", "on the next working morning"."""
    if not step.days:
        if step.timing == Timing.WORKING_DAY:
            return "on the next working morning"
        if step.timing == Timing.BEFORE or (is_first and trigger in ABOUT_A_DAY):
            return "on the day itself"
        return "at once" if is_first else "together with the step before"
    known = timings_of(trigger, is_first=is_first)
    words = known.get(Timing(step.timing), known[Timing.AFTER])
    return f"{step.days} {words.replace('days', 'day', 1) if step.days == 1 else words}"
