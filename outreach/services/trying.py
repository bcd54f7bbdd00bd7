"""A letter sent to oneself, to see how it arrives. It is nobody's letter of the day."""

from datetime import datetime, timedelta

from django.conf import settings

from businesses.models import Business, User
from businesses.refusals import Refusal
from businesses.tenancy import locked
from outreach.letters import Rendered
from outreach.models import AccountMessage
from outreach.placeholders import literal
from outreach.services.queueing import queue_account_message
from outreach.states import LEASED, MessageState

KIND = "letter_test"
MOST_AN_HOUR = 10
# Where each link of a test leads: a page that says so.
PATH = "this-was-a-test"


class TooManyTests(Refusal):
    message = "That was ten tests within an hour. The preview shows the same, as often as you like."
    code = "too_many_tests"
    status = 429


def address_in_tests() -> str:
    """What stands in a test in place of every link."""
    return f"{settings.PUBLIC_URL}/{PATH}/"


def send_test(
    *, business: Business, user: User, rendered: Rendered, now: datetime
) -> AccountMessage:
    """Send this to the member alone, marked as a test; the same again at once is a second press.

    It is no letter of the business: it stands on nobody's page, and counts towards no limit.
    Raises `TooManyTests`.
    """
    locked(User(pk=user.pk))
    letter = Rendered(
        subject=f"Test: {literal(rendered.subject)}",
        text=literal(rendered.text),
        html=literal(rendered.html),
    )
    sent = AccountMessage.objects.filter(user=user, kind=KIND)
    waiting = sent.filter(state__in=[MessageState.SCHEDULED, *LEASED], html=letter.html)
    same = waiting.filter(subject=letter.subject[:400]).first()
    if same is not None:
        return same
    if sent.filter(created_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooManyTests
    return queue_account_message(
        to=user.email,
        rendered=letter,
        user=user,
        kind=KIND,
        from_name=f"{user.first_name or 'You'}, {business.name or 'your firm'}",
        now=now,
    )
