"""What each follow-up plan is for, by what it begins with; and which plans a day begins."""

from collections.abc import Mapping, Sequence

from feedback.purposes import ANSWERED
from feedback.services import ask_by_plan, asked_lately
from introductions.purposes import UNANSWERED_ASK
from outreach.carried import Questions
from outreach.models import Trigger
from outreach.purposes import BeginsByDay, Purpose
from outreach.services import begin_overdue_touches, begin_quiet_partners, until_touched
from referrals.purposes import ADVOCATE_WAITS, FRESH, LOST, MET, THANKS, WON
from referrals.yearly import YEARLY, begin_anniversaries

PURPOSES: Mapping[str, Purpose] = {
    Trigger.HANDSHAKE: FRESH,
    Trigger.MET: MET,
    Trigger.WON: WON,
    Trigger.LOST: LOST,
    Trigger.ASK_SENT: UNANSWERED_ASK,
    Trigger.THANKS_INTRODUCTION: THANKS,
    Trigger.THANKS_WIN: THANKS,
    Trigger.ADVOCATE_WAITS: ADVOCATE_WAITS,
    Trigger.TOUCH_DUE: Purpose(look=until_touched),
    Trigger.PARTNER_QUIET: Purpose(look=until_touched),
    Trigger.ANNIVERSARY: YEARLY,
    Trigger.FEEDBACK: ANSWERED,
}

BEGIN_BY_DAY: Sequence[BeginsByDay] = (
    begin_overdue_touches,
    begin_quiet_partners,
    begin_anniversaries,
)


def questions() -> Questions:
    """How a plan's letter asks a customer how it was."""
    return Questions(ask=ask_by_plan, asked_lately=asked_lately)
