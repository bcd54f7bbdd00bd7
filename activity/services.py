"""Recording what happened, numbering it, and running what follows."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection, models
from uuid_utils.compat import uuid7

from activity.actors import Actor
from activity.models import Event, Reaction
from activity.reactions import Handler, later_handler, path_of, table
from activity.subjects import Subject
from businesses.inserting import array_of, mark_as_kept
from businesses.models import Business
from businesses.sweeping import Unless, never, until_none_is_due
from businesses.tenancy import rows_across, transaction_across_businesses, transaction_for
from businesses.wake import wake

log = structlog.get_logger(__name__)

RUN_LATER = "activity.tasks.run_later_reactions"

Fact = str | int | bool | None | list[str]

# Ids, enums, currencies, days, names of fields. No space and no @: a name, a sentence or an address
# cannot pass.
_HARMLESS = re.compile(r"[A-Za-z0-9_:.+-]{0,64}")

# One lock for the one sequencer; any number of workers may try.
_SEQUENCER_LOCK = 7_204_118


class UnfitForHistory(ValueError):
    """A payload with free text: history is kept for ever, so nothing personal may enter it."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happened, not yet written. `about` names further rows whose timelines show it.

    `payload` holds ids, enums, amounts and names of fields only.
    """

    name: str
    actor: Actor
    subject: models.Model | Subject
    about: Iterable[models.Model | Subject] = ()
    payload: Mapping[str, Fact] = field(default_factory=dict)


def record_event(
    *,
    business: Business,
    name: str,
    actor: Actor,
    subject: models.Model | Subject,
    about: Iterable[models.Model | Subject] = (),
    payload: Mapping[str, Fact] | None = None,
    now: datetime,
) -> Event:
    """Write the event, run what follows at once, and leave rows for what follows later.

    All in the caller's transaction. `about` names further rows whose timelines show it. Raises
    `UnfitForHistory` for a payload that holds more than ids, enums, amounts and field names.
    """
    occurrence = Occurrence(name, actor, subject, about, payload or {})
    return record_events(business=business, occurrences=[occurrence], now=now)[0]


def record_events(
    *, business: Business, occurrences: Sequence[Occurrence], now: datetime
) -> list[Event]:
    """`record_event` for each, in their order, written by one statement."""
    events = [_event(business, one, now) for one in occurrences]
    if not events:
        return []
    later = [table().later.get(event.name, ()) for event in events]
    _write(events, occurrences, later)
    if any(later):
        wake(RUN_LATER)
    for event in events:
        for handler in table().at_once.get(event.name, ()):
            handler(event=event, now=now)
    return events


def _event(business: Business, occurrence: Occurrence, now: datetime) -> Event:
    facts = dict(occurrence.payload)
    _refuse_free_text(facts)
    subject = Subject.of(occurrence.subject)
    return Event(
        business=business,
        name=occurrence.name,
        actor_kind=occurrence.actor.kind,
        actor_id=occurrence.actor.id,
        subject_label=subject.label,
        subject_id=subject.id,
        payload=facts,
        recorded_at=now,
    )


def _refuse_free_text(facts: Mapping[str, Fact]) -> None:
    for key, value in facts.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not _HARMLESS.fullmatch(text):
                raise UnfitForHistory(f"The payload field {key!r} holds free text.")


def _write(
    events: Sequence[Event],
    occurrences: Sequence[Occurrence],
    later: Sequence[Sequence[Handler]],
) -> None:
    """Events, a mention of each row they concern, what waits for a worker: one statement."""
    told = [
        (
            *(event.pk, event.name, event.actor_kind, event.actor_id),
            *(event.subject_label, event.subject_id, json.dumps(event.payload)),
        )
        for event in events
    ]
    mentioned = [
        (uuid7(), event.pk, label, key)
        for event, occurrence in zip(events, occurrences, strict=True)
        for label, key in sorted(_concerned(occurrence))
    ]
    waiting = [
        (uuid7(), event.pk, path_of(handler))
        for event, handlers in zip(events, later, strict=True)
        for handler in handlers
    ]
    columns = [*_columns(told), *_columns(mentioned)]
    statement = _TELL
    if waiting:
        columns = [*_columns(told), *_columns(waiting), *_columns(mentioned)]
        statement = _TELL_AND_LATER
    first = events[0]
    with connection.cursor() as cursor:
        cursor.execute(statement, [first.business_id, first.recorded_at, *columns])
    mark_as_kept(events)


def _concerned(occurrence: Occurrence) -> set[tuple[str, UUID]]:
    return {Subject.of(row) for row in (occurrence.subject, *occurrence.about)}


def _columns(rows: Sequence[tuple[object, ...]]) -> list[str]:
    return [*map(array_of, zip(*rows, strict=True))]


# Everything that happens comes through here, so it is one statement, written out: by the ORM it
# was three, and building them took longer than running them.
_EVENTS = """
WITH common AS (SELECT %s::uuid AS business, %s::timestamptz AS at), event AS (
INSERT INTO activity_event (id, business_id, name, actor_kind, actor_id, subject_label, subject_id,
                            payload, recorded_at)
SELECT fresh.id, business, name, kind, actor, label, subject, payload, at
  FROM common, unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::uuid[],
                      %s::jsonb[]) AS fresh (id, name, kind, actor, label, subject, payload)
)"""
_REACTIONS = """, reaction AS (
INSERT INTO activity_reaction (id, business_id, event_id, handler, due_at, state, attempts,
                               last_problem)
SELECT fresh.id, business, event, handler, at, 'waiting', 0, ''
  FROM common, unnest(%s::uuid[], %s::uuid[], %s::text[]) AS fresh (id, event, handler)
)"""
_MENTIONS = """
INSERT INTO activity_mention (id, business_id, event_id, label, about_id, recorded_at)
SELECT fresh.id, business, event, label, about, at
  FROM common, unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[])
       AS fresh (id, event, label, about)
"""
_TELL = f"{_EVENTS}{_MENTIONS}"
_TELL_AND_LATER = f"{_EVENTS}{_REACTIONS}{_MENTIONS}"


def mention_as_well(*, business: Business, former: Subject, now_known: Subject) -> None:
    """What the history tells of `former` it tells of `now_known` as well: both were one all along.

    Nothing that was written is changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _MENTION_AS_WELL,
            {
                "business": business.pk,
                "was": former.label,
                "former": former.id,
                "label": now_known.label,
                "key": now_known.id,
            },
        )


_MENTION_AS_WELL = """
INSERT INTO activity_mention (id, business_id, event_id, label, about_id, recorded_at)
SELECT uuidv7(), business_id, event_id, %(label)s, %(key)s, recorded_at FROM activity_mention
 WHERE business_id = %(business)s AND label = %(was)s AND about_id = %(former)s
ON CONFLICT DO NOTHING
"""


def number_events(*, at_most: int = 5000) -> int:
    """Give the next positions to events that were committed without one; return how many.

    One sequencer at a time: whoever finds the lock taken leaves. A number once given is never
    given again, and readers who go by it miss nothing that commits late.
    """
    if not rows_across(_ANY_UNNUMBERED, {}):
        return 0
    with transaction_across_businesses(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEQUENCER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_NUMBER, [at_most])
        return int(cursor.rowcount)


_ANY_UNNUMBERED = "SELECT 1 FROM activity_event WHERE position IS NULL LIMIT 1"
_NUMBER = """
WITH fresh AS (
    SELECT id, row_number() OVER (ORDER BY recorded_at, id) AS nth
      FROM (SELECT id, recorded_at FROM activity_event WHERE position IS NULL
             ORDER BY recorded_at, id LIMIT %s) AS unnumbered
), last AS (SELECT COALESCE(max(position), 0) AS position FROM activity_event)
UPDATE activity_event AS event SET position = last.position + fresh.nth
  FROM fresh, last WHERE event.id = fresh.id
"""


def run_later_reactions(*, now: datetime, at_most: int = 100, unless: Unless = never) -> int:
    """Run what is due, each in a transaction of its own, `at_most` looked up at a time, until
    nothing is left but what others have in hand. Returns how many were tried.
    """

    def run_some() -> int:
        due = rows_across(_DUE, {"now": now, "at_most": at_most})
        if due and unless():
            return 0
        return sum(_run_one(business_id, reaction_id, now) for business_id, reaction_id in due)

    return until_none_is_due(run_some, task=RUN_LATER)


_DUE = """
SELECT business_id, id FROM activity_reaction WHERE state = 'waiting' AND due_at <= %(now)s
 ORDER BY due_at LIMIT %(at_most)s
"""


def _run_one(business_id: UUID, reaction_id: UUID, now: datetime) -> bool:
    """Whether it was tried: others may have it in hand, or have done it."""
    try:
        with transaction_for(business_id):
            reaction = _claimed(reaction_id, now)
            if reaction is None:
                return False
            handler = later_handler(reaction.event.name, reaction.handler)
            if handler is not None:
                handler(event=reaction.event, now=now)
            reaction.finish(now=now)
            reaction.save(update_fields=["state", "done_at"])
    except Exception as error:  # Whatever it was, it is kept with the row, and tried again.
        log.exception("reaction.failed", reaction=str(reaction_id))
        with transaction_for(business_id):
            reaction = _claimed(reaction_id, now)
            if reaction is not None:
                reaction.put_off(problem=type(error).__name__, now=now)
                reaction.save(update_fields=["state", "due_at", "attempts", "last_problem"])
    return True


def _claimed(reaction_id: UUID, now: datetime) -> Reaction | None:
    """The row, locked, unless another worker has it or has done it."""
    return (
        Reaction.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("event")
        .due(now)
        .filter(pk=reaction_id)
        .first()
    )
