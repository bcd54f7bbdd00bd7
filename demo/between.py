"""What the workers would have done between two scenes, each thing at its own time.

So the story tells only what people do; that a handshake follows a yes, that a letter leaves, that
an introduction runs out, follows from the same services as ever.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from activity.actors import Actor
from activity.models import Reaction
from activity.reactions import later_handler
from businesses import clock
from businesses.models import Business, Membership, Role
from giving.models import GivenIntroduction
from giving.services import complete_given, expire_given
from giving.states import GivenState
from introductions import services
from introductions.models import Ask, Introduction
from introductions.states import BY_LINK, IntroductionState
from outreach.models import Enrolment, StepTaken
from outreach.past import record_as_sent
from outreach.services import send_draft, take_step


class Between:
    """The time between scenes. Looks for what is due only where something new may be."""

    def __init__(self, business: Business) -> None:
        self._business = business
        self._next: _Due | None = None

    def look(self) -> None:
        """Something may have been left to do: see what comes first."""
        with connection.cursor() as cursor:
            cursor.execute(_WHAT_COMES_FIRST)
            row = cursor.fetchone()
        self._next = _Due(*row) if row else None

    def pass_until(self, instant: datetime) -> None:
        """Do everything that is due by then, with the clock held where it was due."""
        while self._next is not None and self._next.due_at <= instant:
            self._do(self._next)
            self.look()

    def _do(self, due: "_Due") -> None:
        with clock.at(due.due_at):
            if due.what == "letter":
                record_as_sent(business=self._business, now=due.due_at)
            else:
                _DOINGS[due.what](due.id, due.due_at)


class _Due(NamedTuple):
    due_at: datetime
    what: str
    id: UUID


# The fence leaves only the rows of the business that the transaction acts for.
_WHAT_COMES_FIRST = """
SELECT due_at, 'reaction' AS what, id FROM activity_reaction WHERE state = 'waiting'
UNION ALL SELECT due_at, 'letter', id FROM outreach_message WHERE state = 'scheduled'
UNION ALL SELECT due_at, 'introduction', id FROM introductions_introduction
           WHERE due_at IS NOT NULL
UNION ALL SELECT due_at, 'ask', id FROM introductions_ask WHERE due_at IS NOT NULL
UNION ALL SELECT due_at, 'given', id FROM giving_givenintroduction WHERE due_at IS NOT NULL
UNION ALL SELECT due_at, 'step', id FROM outreach_enrolment WHERE due_at IS NOT NULL
UNION ALL SELECT taken.created_at + interval '1 day', 'draft', taken.id
            FROM outreach_steptaken AS taken
            JOIN outreach_enrolment AS enrolment ON enrolment.id = taken.enrolment_id
           WHERE taken.outcome = 'drafted' AND enrolment.subject_label <> 'thankyou'
ORDER BY due_at, what, id LIMIT 1
"""


def _react(key: UUID, now: datetime) -> None:
    reaction = Reaction.objects.select_related("event").get(pk=key)
    handler = later_handler(reaction.event.name, reaction.handler)
    if handler is not None:
        handler(event=reaction.event, now=now)
    reaction.finish(now=now)
    reaction.save(update_fields=["state", "done_at"])


def _move_introduction(key: UUID, now: datetime) -> None:
    introduction = Introduction.objects.get(pk=key)
    if introduction.state == IntroductionState.ACCEPTED:
        services.complete_handshake(introduction=introduction, now=now)
    elif introduction.state == IntroductionState.DECLINED:
        services.erase_declined(introduction=introduction, now=now)
    elif introduction.state == IntroductionState.NOT_NOW:
        services.bring_back(introduction=introduction, now=now)
    elif introduction.state == IntroductionState.VOUCHING:
        services.leave_unvouched(introduction=introduction, now=now)
    elif introduction.state in BY_LINK:
        services.end_unvouched(introduction=introduction, now=now)
    else:
        services.expire_introduction(introduction=introduction, now=now)


def _expire_ask(key: UUID, now: datetime) -> None:
    services.expire_ask(ask=Ask.objects.get(pk=key), now=now)


def _move_given(key: UUID, now: datetime) -> None:
    given = GivenIntroduction.objects.get(pk=key)
    if given.state == GivenState.AGREED:
        complete_given(given=given, now=now)
    else:
        expire_given(given=given, now=now)


def _take_step(key: UUID, now: datetime) -> None:
    rows = Enrolment.objects.select_related("business", "cadence", "contact")
    take_step(rows.get(pk=key), now)


def _look_at_draft(key: UUID, now: datetime) -> None:
    """The owner looks a day later, and lets it leave. Thanks they give themself, in the scenes."""
    draft = StepTaken.objects.select_related("business", "enrolment__business").get(pk=key)
    owner = Membership.objects.select_related("user").get(business=draft.business, role=Role.OWNER)
    send_draft(draft=draft, by=Actor.member(owner), sender=owner.user, now=now)


_DOINGS: dict[str, Callable[[UUID, datetime], None]] = {
    "reaction": _react,
    "introduction": _move_introduction,
    "ask": _expire_ask,
    "given": _move_given,
    "step": _take_step,
    "draft": _look_at_draft,
}
