"""Writing down the marker and the results. Every write here names the fencing number."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db.models import Exists, F

from activity.actors import SYSTEM
from activity.services import record_event
from contacts.models import Contact
from outreach.claiming import acting_for_owner
from outreach.models import AccountMessage, Message, MessageRecipient, Suppression
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
    with acting_for_owner(claim):
        ours = claim.model.objects.filter(pk=claim.id, fence=claim.fence, state__in=LEASED)
        hashes = [recipient.address_hash for recipient in outgoing.waiting]
        if claim.business_id is not None:
            unwanted = Suppression.objects.filter(
                business_id=claim.business_id, address_hash__in=hashes
            )
            ours = ours.exclude(Exists(unwanted))
        return bool(
            ours.update(
                state=MessageState.IN_DATA,
                in_data_at=now,
                lease_until=now + settings.OUTREACH_LEASE,
            )
        )


def record(outgoing: Outgoing, verdict: Verdict, *, now: datetime) -> bool:
    """Write the result, in the caller's transaction; False if the letter is another's by now."""
    claim = outgoing.claim
    with acting_for_owner(claim):
        changed = claim.model.objects.filter(
            pk=claim.id, fence=claim.fence, state__in=LEASED
        ).update(**_values(outgoing, verdict, now))
        if not changed:
            log.warning("letter.fenced", message=str(claim.id))
            return False
        if claim.model is Message:
            _record_recipients(outgoing, verdict)
            _record_event(outgoing, verdict, now)
    if verdict.state in (MessageState.FAILED, MessageState.UNCERTAIN):
        log.warning(f"letter.{verdict.state}", message=str(claim.id), reason=verdict.reason)
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
    by_result: dict[tuple[RecipientState, str], list[object]] = {}
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
