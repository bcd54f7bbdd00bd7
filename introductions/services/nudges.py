"""One gentle reminder of an ask, and then rest."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from activity.actors import Actor
from activity.services import record_event
from businesses.models import User
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import refuse_resting
from introductions.gate import AskedEnough, AskedLately, obstacles_of
from introductions.messages import NUDGE_SUBJECT, nudge_to_advocate
from introductions.models import Ask
from introductions.services.asks import AddressSuppressed, AskAlreadyAnswered, AskWithdrawn
from introductions.states import AskState
from outreach.catalogue import ASK
from outreach.letters import NoAddress
from outreach.models import Message
from outreach.services import why_no_mail
from outreach.states import LEFT, MailKind
from outreach.words import refuse_keyed_addresses

# It comes no sooner after the ask.
QUIET_FIRST = timedelta(days=7)
LONGEST_NUDGE = 2000
WORDS = (
    "Hello {first_name},\n\na while ago I asked whether anybody came to your mind. If nobody does, "
    "that is perfectly fine, and you need not answer. I only wanted to be sure that my note "
    "arrived."
)


class AlreadyNudged(Refusal):
    message = "They were reminded once, and once is enough: it rests now."
    code = "already_nudged"


class NudgeTooSoon(Refusal):
    message = "The ask itself has not left yet, so there is nothing to remind anybody of."
    code = "nudge_too_soon"


def nudge_ask(
    *, ask: Ask, subject: str = "", words: str = "", by: Actor, sender: User, now: datetime
) -> Ask:
    """Remind them, once for ever, in these words or in ours; no sooner than a week after the ask.

    The ask rests afterwards, as long as it would have. Raises `AlreadyNudged`, `NudgeTooSoon`
    before the ask has left, `AskWithdrawn` or `AskAlreadyAnswered` for one that is closed, what
    keeps mail from them, `OwnAddressInWords`, and what the gate raises, the time between two asks
    left aside.
    """
    refuse_keyed_addresses(subject, words)
    advocate = locked(ask.advocate)
    ask = locked(ask)
    _refuse_nudge(ask, advocate.contact, now)
    ask.nudged_at = now
    ask.save(update_fields=["nudged_at"])
    event = record_event(
        business=ask.business,
        name="ask.nudged",
        actor=by,
        subject=ask,
        about=[advocate.contact],
        now=now,
    )
    assert ask.sent_at is not None
    nudge_to_advocate(
        ask=ask,
        subject=" ".join(subject.split()) or NUDGE_SUBJECT,
        words=words.replace("\r\n", "\n").strip()[:LONGEST_NUDGE] or words_for_nudge(ask),
        sender=sender,
        cause=event,
        due_at=max(now, ask.sent_at + QUIET_FIRST),
        now=now,
    )
    return ask


def _refuse_nudge(ask: Ask, contact: Contact, now: datetime) -> None:
    """Raise what stands in the way of it, the ask's own state first."""
    _refuse_closed(ask)
    if ask.nudged_at is not None:
        raise AlreadyNudged
    refuse_resting(contact)
    if not contact.email:
        raise NoAddress(f"{contact.first_name} has no e-mail address here. Add one, or ring.")
    if stopped := why_no_mail(contact=contact, kind=MailKind.ASKS):
        raise AddressSuppressed(stopped)
    for obstacle in obstacles_of(ask, now=now):
        if not isinstance(obstacle, AskedLately | AskedEnough):
            raise obstacle
    if ask.pk in not_left([ask]):
        raise NudgeTooSoon


def words_for_nudge(ask: Ask) -> str:
    """What a reminder says, unless somebody writes another."""
    return WORDS.replace("{first_name}", ask.advocate.contact.first_name)


def not_left(asks: Iterable[Ask]) -> Collection[UUID]:
    """Those of which the letter has not left, as far as is known. One query."""
    keys = {ask.pk for ask in asks}
    letters = Message.objects.filter(
        subject_label=Ask._meta.model_name, subject_id__in=keys, kind=ASK, state__in=LEFT
    )
    return keys - set(letters.values_list("subject_id", flat=True))


def _refuse_closed(ask: Ask) -> None:
    if ask.state == AskState.WITHDRAWN:
        raise AskWithdrawn
    if ask.state != AskState.SENT:
        raise AskAlreadyAnswered
