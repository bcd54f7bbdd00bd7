"""Letters in doubt, sent again together: after a fault of the mail server, not one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.db.models import Count, Min

from desk.forms import PlainForm
from outreach.models import Message
from outreach.services import RetriedInDoubt
from outreach.states import MessageState


@dataclass(frozen=True, slots=True)
class Doubts:
    """How many letters may have arrived, or not, and since when."""

    count: int
    since: datetime


class SinceForm(PlainForm):
    """From which moment on, by the business's clock."""

    since = forms.DateTimeField(
        label="In doubt since",
        error_messages={
            "required": "Please say since when.",
            "invalid": "Please give the day and the time as 2026-04-14 10:30.",
        },
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def doubts() -> Doubts | None:
    """Those of the business that is acted for, where there are several."""
    found: Mapping[str, int | datetime] = Message.objects.filter(
        state=MessageState.UNCERTAIN
    ).aggregate(count=Count("pk"), since=Min("in_data_at"))
    count, since = found["count"], found["since"]
    if not isinstance(count, int) or not isinstance(since, datetime) or count < 2:
        return None
    return Doubts(count, since)


def what_was_done(done: RetriedInDoubt) -> str:
    """In a sentence."""
    going = "1 letter is" if done.sent == 1 else f"{done.sent} letters are"
    if not done.left:
        return f"{going} on the way again."
    stay = "1 stays" if done.left == 1 else f"{done.left} stay"
    return f"{going} on the way again. {stay} in doubt: press again, or look at each."
