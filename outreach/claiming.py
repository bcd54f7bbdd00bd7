"""Taking due letters into work: a lease, a fencing number, and nothing else across businesses."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from businesses.tenancy import (
    acting_for,
    rows_across,
    transaction_across_businesses,
    transaction_for,
)
from outreach.models import AccountMessage, Message
from outreach.states import LEASED, MessageState

# A letter that so many workers died over is failed, so that it cannot stop the others for ever.
DEADLY = 3

type_of = type[Message] | type[AccountMessage]


@dataclass(frozen=True, slots=True)
class Claim:
    """One letter in work. Every write of its sweeper names `fence`."""

    model: type_of
    id: UUID
    business_id: UUID | None
    fence: int
    was: str
    crashes: int
    due_at: datetime

    @property
    def was_in_data(self) -> bool:
        """Whoever had it before died, or was stopped, between the marker and the result."""
        return self.was == MessageState.IN_DATA

    @property
    def is_deadly(self) -> bool:
        return self.crashes >= DEADLY


def is_anything_due(*, now: datetime) -> tuple[bool, int]:
    """Whether there is a letter to claim, of whatever kind, and how many went wrong in a row: one
    query, as most sweeps find none.
    """
    any_of = " OR ".join(
        f"EXISTS (SELECT FROM {model._meta.db_table} WHERE {which} AND {_not_kept(model)})"
        for model in (AccountMessage, Message)
        for which in (_STALE, _FRESH)
    )
    statement = f"SELECT {any_of}, (SELECT times FROM outreach_mailtrouble)"  # noqa: S608  # ours
    [(is_due, troubles)] = rows_across(statement, {"now": now})
    return bool(is_due), troubles or 0


def claim_batch(model: type_of, *, limit: int, now: datetime) -> list[Claim]:
    """Claim up to `limit` letters that are due, or whose lease ran out; one query if none are.

    Rows that another sweeper is just claiming are skipped, not waited for. The state of a letter in
    `in_data` stays: only its own business's transaction may judge it. Letters over which a worker
    may have died come last, so that they cannot keep the others.
    """
    with _everywhere(model):
        with connection.cursor() as cursor:
            cursor.execute(_find(model), {"now": now, "limit": limit})
            rows = [_Found(*row) for row in cursor.fetchall()]
            if not rows:
                return []
            cursor.execute("SELECT nextval('outreach_fence')")
            fence = int(cursor.fetchone()[0])
        return _stamp(model, rows[:limit], fence, now)


def renew(claims: Sequence[Claim], *, now: datetime) -> None:
    """A lease from now on for letters of this batch that still wait for their turn."""
    _where_ours(claims, {"lease_until": now + settings.OUTREACH_LEASE}, {MessageState.SENDING})


def hand_back(claims: Sequence[Claim], *, due_at: datetime | None = None) -> None:
    """Give up letters of which nothing has left, for anybody to claim: at once, in the turn they
    had, or from `due_at` on.
    """
    values: dict[str, object] = {"state": MessageState.SCHEDULED, "lease_until": None}
    if due_at is not None:
        values["due_at"] = due_at
    _where_ours(claims, values, {MessageState.SENDING})


@dataclass(frozen=True, slots=True)
class _Found:
    id: UUID
    business_id: UUID | None
    state: str
    fence: int
    crashes: int
    due_at: datetime


_NOT_RESTING = "NOT EXISTS (SELECT FROM outreach_mailtrouble WHERE rests_until > %(now)s)"
# While all mail is held nothing is taken in hand, but account letters that came later.
_NOT_HELD = "NOT EXISTS (SELECT FROM outreach_mailhold)"
_QUEUED_AFTER_THE_HOLD = (
    "created_at > COALESCE((SELECT since FROM outreach_mailhold), '-infinity'::timestamptz)"
)


_STALE = "state IN ('sending', 'in_data') AND lease_until <= %(now)s"
_FRESH = "state = 'scheduled' AND due_at <= %(now)s"


def _not_kept(model: type_of) -> str:
    return f"{_NOT_RESTING} AND {_NOT_HELD if model is Message else _QUEUED_AFTER_THE_HOLD}"


def _find(model: type_of) -> str:
    business = "business_id" if model is Message else "NULL::uuid"
    columns = f"id, {business}, state, fence, crashes, due_at"
    # Each half walks its own partial index in order and stops after `limit` rows.
    return f"""
        WITH stale AS (
            SELECT {columns} FROM {model._meta.db_table}
            WHERE {_STALE} AND {_not_kept(model)}
            ORDER BY lease_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        ), fresh AS (
            SELECT {columns} FROM {model._meta.db_table}
            WHERE {_FRESH} AND {_not_kept(model)}
            ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        )
        SELECT * FROM stale UNION ALL SELECT * FROM fresh
    """  # noqa: S608  # names of our own tables and columns


def _stamp(model: type_of, rows: list[_Found], fence: int, now: datetime) -> list[Claim]:
    suspects = _suspects(rows)
    leased = {"lease_until": now + settings.OUTREACH_LEASE, "fence": fence}
    marked = [row.id for row in rows if row.state == MessageState.IN_DATA]
    others = [row.id for row in rows if row.state != MessageState.IN_DATA]
    if marked:
        model.objects.filter(pk__in=marked).update(**leased)
    if others:
        model.objects.filter(pk__in=others).update(state=MessageState.SENDING, **leased)
    if suspects:
        model.objects.filter(pk__in=suspects).update(crashes=F("crashes") + 1)
    claims = [
        Claim(
            model=model,
            id=row.id,
            business_id=row.business_id,
            fence=fence,
            was=row.state,
            crashes=row.crashes + (row.id in suspects),
            due_at=row.due_at,
        )
        for row in rows
    ]
    return sorted(claims, key=_in_turn)


def _suspects(rows: list[_Found]) -> set[UUID]:
    """Which letter each dead sweeper was at: of its batch (one fence) the next in turn."""
    first: dict[int, _Found] = {}
    for row in sorted(rows, key=_in_turn):
        if row.state == MessageState.SENDING:
            first.setdefault(row.fence, row)
    return {row.id for row in first.values()}


def _in_turn(row: Claim | _Found) -> tuple[int, datetime, UUID]:
    return row.crashes, row.due_at, row.id


def _where_ours(claims: Sequence[Claim], values: dict[str, object], states: set[str]) -> None:
    if not claims:
        return
    model, fence = claims[0].model, claims[0].fence
    with _everywhere(model):
        model.objects.filter(
            pk__in=[claim.id for claim in claims], fence=fence, state__in=states & LEASED
        ).update(**values)


@contextmanager
def _everywhere(model: type_of) -> Iterator[None]:
    """Across businesses for their letters; account letters stand outside the fence."""
    with transaction_across_businesses() if model is Message else transaction.atomic():
        yield


@contextmanager
def transaction_of(claim: Claim) -> Iterator[None]:
    """A transaction of the business whose letter it is; account letters belong to none."""
    with transaction_for(claim.business_id) if claim.business_id else transaction.atomic():
        yield


@contextmanager
def acting_for_owner(claim: Claim) -> Iterator[None]:
    """As the business whose letter it is, within a transaction that an error ends."""
    with acting_for(claim.business_id, savepoint=False) if claim.business_id else nullcontext():
        yield
