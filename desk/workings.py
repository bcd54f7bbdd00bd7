"""Whether work gets done: what is due and since when, and when each sweep last ran.

Alive means that the oldest due row is young, not that a process exists.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Cast, Concat

from activity.models import Event, Reaction
from businesses.models import Membership
from giving.models import GivenIntroduction
from introductions.models import Ask, Introduction
from outreach.models import (
    AccountMessage,
    Enrolment,
    JobRun,
    MailHold,
    Message,
    MessageRecipient,
)
from outreach.states import NEEDING_ATTENTION, MessageState, RecipientState
from outreach.undelivered import to_be_mended

# A due row that is older than this says that nothing runs, whatever processes there are.
TOO_LONG = timedelta(minutes=5)
# A sweep may miss one of its times, and be so late for the next, before it counts as late.
PATIENCE = timedelta(minutes=1)
QUICK = timedelta(seconds=3)
MINUTELY = timedelta(minutes=1)
SLOW = timedelta(minutes=5)
HALF_HOURLY = timedelta(minutes=30)

# So many letters are counted; more than that is "many" in any case.
MOST_COUNTED = 100
LETTERS = "Letters"
PLANS = "Follow-up plans"
HISTORY = "History"
ACCOUNT_LETTERS = "Letters about accounts"
FOLLOWS = "What follows from it"
QUEUES = (
    *(LETTERS, ACCOUNT_LETTERS, "Letters to members", "Introductions", "Introductions you give"),
    *("Asks", PLANS, HISTORY, FOLLOWS),
)
# Of which one would say that it waits, not that they wait.
_ONE = frozenset({HISTORY, FOLLOWS})
# These go on while all mail is held; of account letters those that came later.
_NEVER_HELD = frozenset({HISTORY, ACCOUNT_LETTERS})
_HOLD = "hold"
_STATE = "state:"
# Of a letter that was sent: somebody it was for refused it.
PARTLY = "partly"


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a job does, in words, and how often beat starts it."""

    says: str
    every: timedelta


SWEEPS: Mapping[str, Sweep] = {
    "outreach.tasks.send_due_letters": Sweep("Letters are sent", QUICK),
    "introductions.tasks.complete_due_handshakes": Sweep(
        "People who said yes are introduced", QUICK
    ),
    "introductions.tasks.erase_answered": Sweep("What was declined is forgotten", QUICK),
    "introductions.tasks.expire_unanswered": Sweep(
        "What nobody answered expires, or is asked again", SLOW
    ),
    "giving.tasks.complete_agreed": Sweep("Two who both said yes are introduced", QUICK),
    "giving.tasks.expire_given": Sweep("What two people did not answer expires", SLOW),
    "desk.tasks.write_member_letters": Sweep("Who works here is told what is due", MINUTELY),
    "outreach.tasks.take_due_steps": Sweep("Follow-up plans take their steps", QUICK),
    "outreach.tasks.begin_plans_by_day": Sweep("Plans that a day begins are begun", HALF_HOURLY),
    "api.tasks.forget_old_answers": Sweep("Old answers to integrations are forgotten", HALF_HOURLY),
    "activity.tasks.number_events": Sweep("History is put in order", QUICK),
    "activity.tasks.run_later_reactions": Sweep("What follows from it is done", QUICK),
}


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a worker: since when its oldest row is due."""

    name: str
    since: datetime | None
    is_late: bool

    @property
    def waits(self) -> str:
        return "waits" if self.name in _ONE else "wait"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose address has to be mended."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits, read in one query."""

    queues: Sequence[Queue]
    # All mail of the installation is held since then.
    held_since: datetime | None
    # How many of the newest letters are held, or need somebody to look, by their state (`PARTLY`
    # where only some have it); without those to somebody here whose address has to be mended.
    letters: Mapping[str, int]
    # Who did not get a letter because of their address.
    to_mend: Sequence[Person]

    @property
    def late(self) -> Queue | None:
        """The one that has waited longest, if that is too long."""
        late = {queue.since: queue for queue in self.queues if queue.is_late and queue.since}
        return late[min(late)] if late else None


@dataclass(frozen=True, slots=True)
class Job:
    """A sweep: its last run, what came of it, and when it runs next, if it has run before.

    One that is quick runs so often that a time would say nothing.
    """

    name: str
    run: JobRun
    is_late: bool
    next_at: datetime | None
    is_quick: bool


def waiting(now: datetime) -> Waiting:
    """What waits in the business that is acted for, and whether all mail is held.

    Account letters and those to members are of the whole installation: their time alone is told.
    """
    scheduled = Message.objects.filter(state=MessageState.SCHEDULED, due_at__lte=now)
    accounts = AccountMessage.objects.filter(state=MessageState.SCHEDULED, due_at__lte=now)
    before_hold = MailHold.objects.filter(since__gte=OuterRef("created_at"))
    members = Membership.objects.filter(letters_due_at__lte=now)
    parts = [
        _oldest(LETTERS, scheduled, "due_at"),
        _oldest(ACCOUNT_LETTERS, accounts.filter(~Exists(before_hold)), "due_at"),
        _oldest("Letters to members", members, "letters_due_at"),
        _oldest("Introductions you give", GivenIntroduction.objects.due(now), "due_at"),
        _oldest("Introductions", Introduction.objects.due(now), "due_at"),
        _oldest("Asks", Ask.objects.due(now), "due_at"),
        _oldest(PLANS, Enrolment.objects.due(now), "due_at"),
        _oldest(HISTORY, Event.objects.filter(position=None), "recorded_at"),
        _oldest(FOLLOWS, Reaction.objects.due(now), "due_at"),
        _oldest(_HOLD, MailHold.objects.all(), "since"),
        _to_look_at(),
        _refused(),
    ]
    rows = [_Row(*row) for row in parts[0].union(*parts[1:], all=True)]
    oldest = {row.queue: row.oldest for row in rows}
    held_since = oldest.get(_HOLD)
    people = {row.person: row.name for row in rows if row.person and row.name}
    return Waiting(
        [_queue(name, oldest.get(name), held_since, now) for name in QUEUES],
        held_since,
        Counter(
            row.queue.removeprefix(_STATE)
            for row in rows
            if row.queue.startswith(_STATE) and not row.person
        ),
        [Person(key, name) for key, name in people.items()],
    )


def jobs(now: datetime) -> Sequence[Job]:
    """Each sweep there is, also one that has not run yet."""
    runs = JobRun.objects.in_bulk()
    names = [*SWEEPS, *sorted(runs.keys() - SWEEPS.keys())]
    return [_job(name, runs.get(name) or JobRun(name=name), now) for name in names]


class _Row(NamedTuple):
    queue: str
    oldest: datetime
    person: UUID | None
    name: str | None


_COLUMNS = ("queue", "oldest", "person", "name_of_person")


def _oldest(name: str, rows: "QuerySet[Any]", column: str) -> "QuerySet[Any, Any]":
    """The time of the oldest of these rows, under a name."""
    named: QuerySet[Any] = rows.annotate(
        queue=Value(name, CharField()),
        oldest=F(column),
        person=Cast(Value(None), UUIDField()),
        name_of_person=Cast(Value(None), CharField()),
    )
    return named.order_by(column).values_list(*_COLUMNS)[:1]


def _to_look_at() -> "QuerySet[Any, Any]":
    """The state of each letter that is held or needs somebody to look, and who has to be mended."""
    mend = to_be_mended().filter(message_id=OuterRef("pk")).order_by("position")
    letters: QuerySet[Any] = Message.objects.filter(
        state__in=[MessageState.HELD, *NEEDING_ATTENTION]
    ).annotate(
        queue=Concat(Value(_STATE), F("state"), output_field=CharField()),
        oldest=F("created_at"),
        person=Subquery(mend.values("contact_id")[:1]),
        name_of_person=Subquery(mend.values("contact__name")[:1]),
    )
    return letters.order_by("-created_at").values_list(*_COLUMNS)[:MOST_COUNTED]


def _refused() -> "QuerySet[Any, Any]":
    """Whom a letter did not reach that others have."""
    mend = to_be_mended().filter(pk=OuterRef("pk"))
    refused: QuerySet[Any] = MessageRecipient.objects.filter(
        state=RecipientState.FAILED, message__state=MessageState.SENT
    ).annotate(
        queue=Value(_STATE + PARTLY, CharField()),
        oldest=F("created_at"),
        person=Subquery(mend.values("contact_id")),
        name_of_person=Subquery(mend.values("contact__name")),
    )
    return refused.order_by("-created_at").values_list(*_COLUMNS)[:MOST_COUNTED]


def _queue(name: str, since: datetime | None, held_since: datetime | None, now: datetime) -> Queue:
    # While all mail is held nothing is decided either.
    is_held = held_since is not None and name not in _NEVER_HELD
    return Queue(name, since, since is not None and since < now - TOO_LONG and not is_held)


def _job(name: str, run: JobRun, now: datetime) -> Job:
    sweep = SWEEPS.get(name, Sweep(name, SLOW))
    ended = run.last_finished_at
    next_at = ended + sweep.every if ended else None
    # One that has not run yet may belong to an installation of a minute ago: what is due tells.
    is_late = ended is not None and ended < now - 2 * sweep.every - PATIENCE
    return Job(sweep.says, run, is_late, next_at, is_quick=sweep.every < PATIENCE)
