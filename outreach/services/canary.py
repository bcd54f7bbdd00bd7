"""A letter to oneself, which proves the whole path: gate, queue, claim, marker, sender."""

from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Membership
from businesses.tenancy import locked
from outreach.letters import Party
from outreach.models import Message
from outreach.placeholders import literal
from outreach.services.outbox import NewLetter, queue_message
from outreach.states import WAITING, MailKind, MessageState

KIND = "canary"


def send_canary(*, member: Membership, now: datetime) -> Message:
    """A letter of the business to this member, by the way that all its letters go.

    What holds those holds it; only hours and limits do not bind it, as an answer to its reader's
    own act. One at a time is on its way.
    """
    locked(member)
    last = last_canary(member=member)
    if last is not None and last.state in {*WAITING, MessageState.IN_DATA}:
        return last
    user, business = member.user, member.business
    asked = record_event(
        business=business, name="canary.asked", actor=Actor.member(member), subject=member, now=now
    )
    letter = NewLetter(
        kind=KIND,
        template="outreach/canary_to_member",
        context={"email": literal(user.email), "asked_at": now},
        to=[Party(name=user.name, address=user.email)],
        cause=asked,
        subject=member,
        from_name="Handshake",
        mail_kind=MailKind.ALL,
        due_at=now,
        answers_recipient=True,
        one_click=False,
    )
    return queue_message(business=business, letter=letter, now=now)


def last_canary(*, member: Membership) -> Message | None:
    """The newest of them, on its way or gone."""
    letters = Message.objects.regarding(member).filter(kind=KIND)
    return letters.order_by("-created_at", "-id").first()
