"""A letter to oneself, which proves the whole path: queued, claimed, marked, sent."""

from datetime import datetime

from businesses.models import User
from businesses.tenancy import locked
from outreach.letters import render_letter
from outreach.models import AccountMessage
from outreach.services.queueing import queue_account_message
from outreach.states import LEASED, MessageState

KIND = "canary"


def send_canary(*, user: User, now: datetime) -> AccountMessage:
    """A letter to this member, by the way that all letters go. One at a time is on its way."""
    locked(User(pk=user.pk))
    last = last_canary(user=user)
    if last is not None and last.state in {MessageState.SCHEDULED, *LEASED}:
        return last
    context = {"email": user.email, "asked_at": now}
    return queue_account_message(
        to=user.email,
        rendered=render_letter("outreach/canary_to_member", context),
        user=user,
        kind=KIND,
        now=now,
    )


def last_canary(*, user: User) -> AccountMessage | None:
    """The newest of them, on its way or gone."""
    return AccountMessage.objects.filter(user=user, kind=KIND).order_by("-created_at").first()
