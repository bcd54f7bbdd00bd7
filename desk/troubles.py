"""What else Health lists: what a sweep fails at, letters about accounts that did not leave, and
what somebody here called unwanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from businesses.models import Business
from outreach.models import AccountMessage, MessageRecipient, StuckRow
from outreach.services import MONTH, MORNING, stuck_rows
from outreach.states import LEFT, MessageState, RecipientState

# Nobody waits for a code of last month.
RECENT = timedelta(days=7)
MOST = 20
# What it is, and which page of the desk shows it.
_ROWS = {
    "introduction": ("An introduction", "desk:introduction"),
    "givenintroduction": ("An introduction you give", "desk:given"),
    "ask": ("An ask", "desk:ask"),
}
_LETTERS = {
    MORNING: "The letter in the morning",
    MONTH: "The letter about the month",
    "sending_paused": "Word that your letters are paused",
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something due that cannot be done."""

    row: StuckRow
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class AccountLetter:
    """A letter to somebody who works here that did not leave, or perhaps did."""

    letter: AccountMessage
    what: str

    @property
    def is_uncertain(self) -> bool:
        return self.letter.state == MessageState.UNCERTAIN


def what_is_stuck(business: Business, now: datetime) -> Sequence[Stuck]:
    """What sweeps fail at in this business, the longest first."""
    return [_stuck(business, row) for row in stuck_rows(now=now)]


def _stuck(business: Business, row: StuckRow) -> Stuck:
    what, page = _ROWS.get(row.label, ("Something", ""))
    kwargs = {"slug": business.slug, "id": row.row_id}
    return Stuck(row, what, reverse(page, kwargs=kwargs) if page else "")


def lost_account_letters(business: Business, now: datetime) -> Sequence[AccountLetter]:
    """To members of this business, of late, the newest first."""
    rows = AccountMessage.objects.filter(
        user__memberships__business=business,
        state__in=[MessageState.FAILED, MessageState.UNCERTAIN],
        created_at__gte=now - RECENT,
    )
    return [
        AccountLetter(row, _LETTERS.get(row.kind, "A letter about an account"))
        for row in rows.defer("text", "html").order_by("-created_at")[:MOST]
    ]


def called_unwanted_here(now: datetime) -> Sequence[MessageRecipient]:
    """Whose letter of late was marked as unwanted though they work here, the newest first."""
    rows = MessageRecipient.objects.filter(
        state=RecipientState.COMPLAINED,
        contact=None,
        introduction_id=None,
        message__state__in=LEFT,
        message__due_at__gte=now - RECENT,
    )
    return list(rows.select_related("message").order_by("-message__due_at", "id")[:MOST])
