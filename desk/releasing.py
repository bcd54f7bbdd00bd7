"""All mail was held, and is to be released: what would follow, and what the lost hours had done.

After a restore the sweeps that decide have left what they found (`outreach.services`,
`is_all_mail_held`). What a backup calls due, from a handshake to a step of a plan, was done in the
hours that were lost, and its letters have left. So it is done once more as of the end of these
hours, and its letters are left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from activity.models import Reaction
from activity.services import run_later_reactions
from businesses.models import Business
from businesses.tenancy import transaction_for
from desk.mornings import write_member_letters
from giving.models import GivenIntroduction
from giving.tasks import end_unanswered, introduce_who_agreed
from introductions.models import Ask, Introduction
from introductions.tasks import expire_or_come_back, shake_hands
from outreach.models import Enrolment
from outreach.services import take_due_steps
from outreach.tasks import begin_plans_of_the_day

# What one leads to, another takes further: each runs until none finds anything, or so often.
_ROUNDS = 20
_DECIDING: Sequence[Callable[..., int]] = (
    shake_hands,
    introduce_who_agreed,
    expire_or_come_back,
    end_unanswered,
    run_later_reactions,
    begin_plans_of_the_day,
    take_due_steps,
    write_member_letters,
)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be decided in one business, and leads to letters in its turn."""

    business: Business
    what: str
    count: int
    since: datetime


def due_decisions(*, now: datetime) -> Sequence[Due]:
    """Each business by itself, and of it only what is due."""
    found: list[Due] = []
    for business in Business.objects.order_by("name", "pk"):
        with transaction_for(business):
            for what, rows in _due(now).items():
                counted = rows.aggregate(count=Count("id"), since=Min("due_at"))
                if counted["count"]:
                    found.append(Due(business, what, counted["count"], counted["since"]))
    return found


def _due(now: datetime) -> "dict[str, QuerySet[Any, Any]]":
    return {
        "Introductions to shake hands on, to end or to ask about again": (
            Introduction.objects.due(now)
        ),
        "Introductions you give": GivenIntroduction.objects.due(now),
        "Asks that end": Ask.objects.due(now),
        "Steps of follow-up plans": Enrolment.objects.due(now),
        "What follows from what happened": Reaction.objects.due(now),
    }


def catch_up(*, until: datetime) -> None:
    """Do all that was due by then, as of then, while all mail is held.

    Whatever letters it leads to are written as of that moment, and `leave_out` finds them by it.
    """
    for _ in range(_ROUNDS):
        if not sum(sweep(now=until) for sweep in _DECIDING):
            return
