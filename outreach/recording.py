"""Writing down the marker and the results. Every write here names the fencing number."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F
from uuid_utils.compat import uuid7

from activity.actors import SYSTEM
from activity.reactions import path_of, table
from activity.services import record_event
from activity.subjects import Subject
from businesses.tenancy import execute_for
from contacts.models import Contact
from outreach.catalogue import PERSONAL
from outreach.claiming import acting_for_owner, transaction_of
from outreach.gate import limits_of, may_leave, surely_held
from outreach.models import AccountMessage, Message, MessageRecipient, SuppressionReason
from outreach.outgoing import Outgoing
from outreach.services.suppression import suppress_hash
from outreach.states import LEASED, MessageState, RecipientState
from outreach.verdicts import Verdict, next_try

log = structlog.get_logger(__name__)

# What becomes of an account letter once nobody sends it any more: its text is emptied.
_OVER = frozenset({MessageState.SENT, MessageState.CANCELLED})
_EVENTS = {
    MessageState.SENT: "message.sent",
    MessageState.FAILED: "message.failed",
    MessageState.UNCERTAIN: "message.uncertain",
}


class Marked(StrEnum):
    """What came of setting the marker: set, or why not."""

    SET = "set"
    LOST = "lost"
    QUIET = "quiet"
    RECIPIENT = "recipient"
    BUSINESS = "business"


def write_down(
    results: Sequence[tuple[Outgoing, Verdict]], marking: Outgoing | None, *, now: datetime
) -> Marked:
    """Commit the results and, with them, one marker; whether that was set, and else why not."""
    first = results[0][0] if results else marking
    assert first is not None
    if marking is not None and may_leave(marking, now=now) is not None:
        if results:
            write_down(results, None, now=now)
        return Marked.QUIET
    if marking is not None and len(results) == 1 and _go_together(*results[0], marking):
        return _record_sent_and_mark(results[0][0], marking, now)
    with transaction_of(first.claim):
        for outgoing, verdict in results:
            record(outgoing, verdict, now=now)
        return mark_in_data(marking, now=now) if marking is not None else Marked.LOST


def mark_in_data(outgoing: Outgoing, *, now: datetime) -> Marked:
    """Set the marker, in the caller's transaction, if the letter is still ours to send.

    Conditional on everything that can have changed since it was claimed: another sweeper (the
    fence), a cancellation (the state), a suppression, a hold of all mail, the limits. Setting it
    twice is harmless.
    """
    claim = outgoing.claim
    statement = _MARK if claim.model is Message else _MARK_ACCOUNT_LETTER
    with acting_for_owner(claim), connection.cursor() as cursor:
        cursor.execute(statement, _marking(outgoing, now))
        row = cursor.fetchone()
        return Marked(row[0]) if row else Marked.LOST


def record(outgoing: Outgoing, verdict: Verdict, *, now: datetime) -> bool:
    """Write the result, in the caller's transaction; False if the letter is another's by now."""
    claim = outgoing.claim
    with acting_for_owner(claim):
        if verdict.state == MessageState.HELD and claim.business_id is not None:
            reason = surely_held(claim.business_id)
            released = Verdict(MessageState.SCHEDULED, due_at=now)
            verdict = replace(verdict, reason=reason) if reason else released
        if _is_plain(outgoing, verdict):
            return _still_ours(outgoing, _record_sent(outgoing, now))
        if not _still_ours(outgoing, _record_result(outgoing, verdict, now)):
            return False
        _record_event(outgoing, verdict, now)
        return True


def _still_ours(outgoing: Outgoing, is_ours: bool) -> bool:
    if not is_ours:
        log.warning("letter.fenced", message=str(outgoing.claim.id))
    return is_ours


# Of every letter that goes well: functions of the database, which keeps their plans. As statements
# they took longer to plan than to run (migrations 0023 and 0007 say what they do).
_RECORD_SENT = """
SELECT outreach_record_sent(%(sent_id)s, %(sent_fence)s, %(now)s, %(told)s, %(follows)s::text[])
"""
_MARK = """
SELECT outreach_mark(%(id)s, %(fence)s, %(now)s, %(until)s, %(hashes)s,
                     %(days)s::date[], %(on_day)s, %(allowed)s)
"""
# Takes the day back from those to whom nothing was handed over.
_UNCOUNT = "SELECT outreach_uncount(%(id)s)"
_RECORD_SENT_AND_MARK = f"{_RECORD_SENT.strip()}, {_MARK.strip().removeprefix('SELECT ')}"
_MARK_ACCOUNT_LETTER = """
UPDATE outreach_accountmessage
   SET state = 'in_data', in_data_at = %(now)s, lease_until = %(until)s
 WHERE id = %(id)s AND fence = %(fence)s AND lease_until IS NOT NULL
   AND created_at > COALESCE((SELECT since FROM outreach_mailhold), '-infinity'::timestamptz)
RETURNING 'set'
"""


def _record_sent(outgoing: Outgoing, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_RECORD_SENT, {"now": now, **_sent(outgoing)})
        return bool(cursor.fetchone()[0])


def _record_sent_and_mark(outgoing: Outgoing, marking: Outgoing, now: datetime) -> Marked:
    values = _sent(outgoing) | _marking(marking, now)
    assert outgoing.claim.business_id is not None
    is_ours, marked = execute_for(outgoing.claim.business_id, _RECORD_SENT_AND_MARK, values)
    _still_ours(outgoing, is_ours)
    return Marked(marked)


def _sent(outgoing: Outgoing) -> dict[str, Any]:
    return {
        "sent_id": outgoing.claim.id,
        "sent_fence": outgoing.claim.fence,
        "told": uuid7(),
        "follows": _follows(outgoing),
    }


def _follows(outgoing: Outgoing) -> list[str]:
    """What a worker does later of a letter that has left: of personal ones only."""
    if not isinstance(outgoing.letter, Message) or outgoing.letter.kind not in PERSONAL:
        return []
    return [path_of(handler) for handler in table().later.get(_EVENTS[MessageState.SENT], ())]


def _marking(outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    limits = limits_of(outgoing, now=now)
    return {
        "id": outgoing.claim.id,
        "fence": outgoing.claim.fence,
        "now": now,
        "until": now + settings.OUTREACH_LEASE,
        "hashes": [recipient.address_hash for recipient in outgoing.waiting],
        "days": list(limits.days) if limits else None,
        "on_day": limits.on_day if limits else None,
        "allowed": limits.allowed if limits else None,
    }


def _go_together(outgoing: Outgoing, verdict: Verdict, marking: Outgoing) -> bool:
    """Whether one statement writes the result and the marker: what most letters come to."""
    same = outgoing.claim.business_id == marking.claim.business_id
    return same and _is_plain(outgoing, verdict)


def _is_plain(outgoing: Outgoing, verdict: Verdict) -> bool:
    """A business's letter that every recipient took, and that nothing follows from at once."""
    return (
        outgoing.claim.model is Message
        and _EVENTS[MessageState.SENT] not in table().at_once
        and verdict.state == MessageState.SENT
        and all(result == (RecipientState.SENT, "") for result in verdict.recipients.values())
        and len(verdict.recipients) == len(outgoing.recipients)
    )


def _record_result(outgoing: Outgoing, verdict: Verdict, now: datetime) -> bool:
    claim = outgoing.claim
    ours = claim.model.objects.filter(pk=claim.id, fence=claim.fence, state__in=LEASED)
    if not ours.update(**_values(outgoing, verdict, now)):
        return False
    if claim.model is Message:
        _record_recipients(outgoing, verdict)
        _stop_unknown(outgoing, verdict, now)
        with connection.cursor() as cursor:
            cursor.execute(_UNCOUNT, {"id": claim.id})
    return True


def _values(outgoing: Outgoing, verdict: Verdict, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {
        "state": verdict.state,
        "lease_until": None,
        "last_reason": verdict.reason,
    }
    if verdict.counts_as_try:
        values["attempts"] = F("attempts") + 1
    if verdict.state == MessageState.SCHEDULED:
        values["due_at"] = verdict.due_at or next_try(outgoing.letter.attempts, now)
    if verdict.state == MessageState.HELD:
        values.update(hold_reason=verdict.reason, last_reason="")
    if verdict.state == MessageState.SENT:
        values["sent_at"] = now
    if outgoing.claim.model is AccountMessage and verdict.state in _OVER:
        values.update(text="", html="")
    return values


def _record_recipients(outgoing: Outgoing, verdict: Verdict) -> None:
    """One update for each distinct result: nearly always one in all."""
    by_result: dict[tuple[RecipientState, str], list[UUID]] = {}
    for recipient_id, result in verdict.recipients.items():
        by_result.setdefault(result, []).append(recipient_id)
    for recipient in outgoing.recipients:
        if recipient.is_suppressed and verdict.state != MessageState.HELD:
            by_result.setdefault((RecipientState.SUPPRESSED, ""), []).append(recipient.id)
    for (state, reason), ids in by_result.items():
        MessageRecipient.objects.filter(pk__in=ids).update(state=state, reason=reason)


def _stop_unknown(outgoing: Outgoing, verdict: Verdict, now: datetime) -> None:
    """An address that does not work is offered no further letter."""
    assert outgoing.business is not None
    dead = [one for one in outgoing.recipients if one.id in verdict.unknown]
    people = Contact.objects.in_bulk([one.contact_id for one in dead if one.contact_id])
    for one in dead:
        suppress_hash(
            business=outgoing.business,
            digest=one.address_hash,
            contact=people.get(one.contact_id) if one.contact_id else None,
            why=SuppressionReason.REFUSED,
            by=SYSTEM,
            now=now,
        )


def _record_event(outgoing: Outgoing, verdict: Verdict, now: datetime) -> None:
    name = _EVENTS.get(verdict.state)
    if name is None:
        return
    if verdict.state != MessageState.SENT:
        key = str(outgoing.claim.id)
        log.warning(f"letter.{verdict.state}", message=key, reason=verdict.reason)
    if outgoing.business is None or not isinstance(outgoing.letter, Message):
        return
    record_event(
        business=outgoing.business,
        name=name,
        actor=SYSTEM,
        subject=outgoing.letter,
        about=[Subject("contact", r.contact_id) for r in outgoing.recipients if r.contact_id],
        payload={"kind": outgoing.letter.kind},
        now=now,
    )
