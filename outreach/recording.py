"""Writing down the marker and the results. Every write here names the fencing number."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F

from activity.actors import SYSTEM
from activity.services import record_event
from contacts.models import Contact
from outreach.claiming import acting_for_owner
from outreach.gate import surely_held
from outreach.models import AccountMessage, Message, MessageRecipient
from outreach.outgoing import Outgoing
from outreach.states import LEASED, MessageState, RecipientState
from outreach.verdicts import Verdict, next_try

log = structlog.get_logger(__name__)

_EVENTS = {
    MessageState.SENT: "message.sent",
    MessageState.FAILED: "message.failed",
    MessageState.UNCERTAIN: "message.uncertain",
}


def mark_in_data(outgoing: Outgoing, *, now: datetime) -> bool:
    """Set the marker, in the caller's transaction; whether the letter is still ours to send.

    Conditional on everything that can have changed since it was claimed: another sweeper (the
    fence), a cancellation (the state), a suppression. Setting it twice is harmless.
    """
    claim = outgoing.claim
    statement = _MARK.format(claim.model._meta.db_table)
    values: dict[str, Any] = {
        "id": claim.id,
        "fence": claim.fence,
        "now": now,
        "until": now + settings.OUTREACH_LEASE,
        "hashes": [recipient.address_hash for recipient in outgoing.waiting],
    }
    with acting_for_owner(claim), connection.cursor() as cursor:
        cursor.execute(statement + _UNLESS_SUPPRESSED if claim.business_id else statement, values)
        return bool(cursor.rowcount)


def record(outgoing: Outgoing, verdict: Verdict, *, now: datetime) -> bool:
    """Write the result, in the caller's transaction; False if the letter is another's by now."""
    claim = outgoing.claim
    with acting_for_owner(claim):
        if verdict.state == MessageState.HELD and claim.business_id is not None:
            reason = surely_held(claim.business_id)
            released = Verdict(MessageState.SCHEDULED, due_at=now)
            verdict = replace(verdict, reason=reason) if reason else released
        if not (_record_sent if _is_plain(outgoing, verdict) else _record_result)(
            outgoing, verdict, now
        ):
            log.warning("letter.fenced", message=str(claim.id))
            return False
        _record_event(outgoing, verdict, now)
    if verdict.state in (MessageState.FAILED, MessageState.UNCERTAIN):
        log.warning(f"letter.{verdict.state}", message=str(claim.id), reason=verdict.reason)
    return True


# The two statements of every letter that goes well, as SQL: building them anew each time took
# longer than running them.
_MARK = """
UPDATE {} SET state = 'in_data', in_data_at = %(now)s, lease_until = %(until)s
 WHERE id = %(id)s AND fence = %(fence)s AND state IN ('sending', 'in_data')
"""
_UNLESS_SUPPRESSED = """
   AND NOT EXISTS (SELECT 1 FROM outreach_suppression WHERE address_hash = ANY(%(hashes)s))
"""
_SENT = """
WITH done AS (
    UPDATE outreach_message
       SET state = 'sent', sent_at = %(now)s, lease_until = NULL, last_reason = ''
     WHERE id = %(id)s AND fence = %(fence)s AND state IN ('sending', 'in_data')
    RETURNING id
)
UPDATE outreach_messagerecipient SET state = 'sent', reason = ''
 WHERE message_id = (SELECT id FROM done) AND state = 'waiting'
"""


def _is_plain(outgoing: Outgoing, verdict: Verdict) -> bool:
    """A business's letter that every recipient took."""
    return (
        outgoing.claim.model is Message
        and verdict.state == MessageState.SENT
        and all(result == (RecipientState.SENT, "") for result in verdict.recipients.values())
        and len(verdict.recipients) == len(outgoing.recipients)
    )


def _record_sent(outgoing: Outgoing, verdict: Verdict, now: datetime) -> bool:
    claim = outgoing.claim
    with connection.cursor() as cursor:
        cursor.execute(_SENT, {"id": claim.id, "fence": claim.fence, "now": now})
        return bool(cursor.rowcount)


def _record_result(outgoing: Outgoing, verdict: Verdict, now: datetime) -> bool:
    claim = outgoing.claim
    ours = claim.model.objects.filter(pk=claim.id, fence=claim.fence, state__in=LEASED)
    if not ours.update(**_values(outgoing, verdict, now)):
        return False
    if claim.model is Message:
        _record_recipients(outgoing, verdict)
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
        if outgoing.claim.model is AccountMessage:
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


def _record_event(outgoing: Outgoing, verdict: Verdict, now: datetime) -> None:
    name = _EVENTS.get(verdict.state)
    if name is None or outgoing.business is None or not isinstance(outgoing.letter, Message):
        return
    record_event(
        business=outgoing.business,
        name=name,
        actor=SYSTEM,
        subject=outgoing.letter,
        about=[Contact(pk=r.contact_id) for r in outgoing.recipients if r.contact_id],
        payload={"kind": outgoing.letter.kind},
        now=now,
    )
