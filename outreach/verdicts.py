"""What came of one try to send a letter, as it will be written down."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from outreach.outgoing import Built, Outgoing, Recipient
from outreach.states import MessageState, RecipientState
from outreach.transports.base import Reply

# Growing delays, over about two days; then the letter rests as failed where a person sees it.
RETRY_AFTER = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
]

UNREACHABLE = "The mail server could not be reached."
NOT_LET_IN = "The mail server does not let us in"
BROKEN = "The connection to the mail server broke off."
NO_ANSWER = "The mail server did not say whether it took the letter."
WORKER_DIED = "Sending was cut off before the mail server's answer was written down."
DEADLY = "Sending this letter broke off three times."
UNFIT = "The address cannot be written to."
UNBUILDABLE = "The letter could not be put together."

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ADDRESS = re.compile(r"\S+@\S+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The letter's next state, and that of each recipient it changes."""

    state: MessageState
    reason: str = ""
    due_at: datetime | None = None
    counts_as_try: bool = False
    recipients: dict[UUID, tuple[RecipientState, str]] = field(default_factory=dict)
    # Whose address does not work, by the other side's word.
    unknown: frozenset[UUID] = frozenset()


def accepted(outgoing: Outgoing, built: Built, refused: Mapping[str, Reply]) -> Verdict:
    """The server took it for some or all. Those put off are tried again, and only those."""
    return replace(_taken(outgoing, built, refused), unknown=_unknown(built, refused))


def _taken(outgoing: Outgoing, built: Built, refused: Mapping[str, Reply]) -> Verdict:
    taken = [r for address, r in built.addresses.items() if address not in refused]
    results = {recipient.id: (RecipientState.SENT, "") for recipient in taken}
    results.update(_definitely_refused(outgoing, built, refused))
    put_off = [address for address, reply in refused.items() if reply.is_temporary]
    if not put_off:
        return Verdict(MessageState.SENT, recipients=results)
    reason = describe(refused[put_off[0]], outgoing)
    if outgoing.letter.attempts < len(RETRY_AFTER):
        return Verdict(MessageState.SCHEDULED, reason, counts_as_try=True, recipients=results)
    for address in put_off:
        results[built.addresses[address].id] = (RecipientState.FAILED, reason)
    return Verdict(MessageState.SENT, recipients=results)


def refused_by_all(outgoing: Outgoing, built: Built, refused: Mapping[str, Reply]) -> Verdict:
    """No recipient was taken. One that was put off keeps the letter alive."""
    results = _definitely_refused(outgoing, built, refused)
    put_off = [reply for reply in refused.values() if reply.is_temporary]
    first = put_off[0] if put_off else next(iter(refused.values()))
    how = put_off_or_failed if put_off else failed
    verdict = how(outgoing, describe(first, outgoing), results)
    return replace(verdict, unknown=_unknown(built, refused))


def refused_letter(outgoing: Outgoing, reply: Reply) -> Verdict:
    """A definite answer to the letter as a whole."""
    reason = describe(reply, outgoing)
    if reply.is_temporary:
        return put_off_or_failed(outgoing, reason)
    return failed(outgoing, reason)


def put_off_or_failed(
    outgoing: Outgoing,
    reason: str,
    results: dict[UUID, tuple[RecipientState, str]] | None = None,
) -> Verdict:
    """Try again later, or give up after the last of the delays."""
    if outgoing.letter.attempts >= len(RETRY_AFTER):
        return failed(outgoing, reason, results)
    return Verdict(
        MessageState.SCHEDULED, reason, counts_as_try=True, recipients=dict(results or {})
    )


def failed(
    outgoing: Outgoing,
    reason: str,
    results: dict[UUID, tuple[RecipientState, str]] | None = None,
) -> Verdict:
    """Not sent, and not tried again by itself. Sent, if it reached somebody on an earlier try."""
    whole = {recipient.id: (RecipientState.FAILED, reason) for recipient in outgoing.waiting}
    whole.update(results or {})
    reached = any(r.state == RecipientState.SENT for r in outgoing.recipients)
    return Verdict(MessageState.SENT if reached else MessageState.FAILED, reason, recipients=whole)


def uncertain(waiting: Sequence[Recipient], reason: str) -> Verdict:
    """It may have arrived. Only a person sends it again."""
    return Verdict(
        MessageState.UNCERTAIN,
        reason,
        recipients={recipient.id: (RecipientState.UNCERTAIN, reason) for recipient in waiting},
    )


def turned_away(reply: Reply, due_at: datetime) -> Verdict:
    """It would be said of any letter, so this one waits, and counts no try."""
    return Verdict(MessageState.SCHEDULED, f"{NOT_LET_IN} ({_codes(reply)}).", due_at=due_at)


def next_try(attempts: int, now: datetime) -> datetime:
    """When to try again after so many tries: growing, and spread by a fifth to either side."""
    delay = RETRY_AFTER[min(attempts, len(RETRY_AFTER) - 1)]
    return now + delay * random.uniform(0.8, 1.2)  # noqa: S311  # spreads load, keeps no secret


def describe(reply: Reply, outgoing: Outgoing) -> str:
    """The server's answer for the owner, never with an address.

    Servers quote addresses. Of an answer about a sealed prospect only the codes are kept; elsewhere
    known addresses, and whatever looks like one, are replaced.
    """
    if outgoing.sealed is not None:
        return f"The mail server refused the letter ({_codes(reply)})."
    text = " ".join(reply.text.split())
    for recipient in outgoing.recipients:
        text = re.sub(re.escape(recipient.address), "the recipient", text, flags=re.IGNORECASE)
    return f"The mail server refused the letter: {reply.code} {_ADDRESS.sub('…', text)}"[:300]


def _codes(reply: Reply) -> str:
    enhanced = _ENHANCED.search(reply.text)
    return f"{reply.code} {enhanced[0]}" if enhanced else str(reply.code)


def _definitely_refused(
    outgoing: Outgoing, built: Built, refused: Mapping[str, Reply]
) -> dict[UUID, tuple[RecipientState, str]]:
    return {
        built.addresses[address].id: (RecipientState.FAILED, describe(reply, outgoing))
        for address, reply in refused.items()
        if not reply.is_temporary
    }


def _unknown(built: Built, refused: Mapping[str, Reply]) -> frozenset[UUID]:
    no_such = [address for address, reply in refused.items() if reply.knows_no_such_address]
    return frozenset(built.addresses[address].id for address in no_such)
