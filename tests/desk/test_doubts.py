"""Health while the way out is unwell, and letters in doubt afterwards, sent again together."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, Membership, User
from outreach.models import Message
from outreach.sending import send_due_letters
from outreach.services import suppress_address
from tests.desk.factories import a_thank_you_letter
from tests.outreach.factories import states
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/settings/health/"


def in_doubt(business: Business, since: datetime) -> Message:
    letter = a_thank_you_letter(business, since)
    letter.state, letter.in_data_at = "uncertain", since
    letter.save()
    letter.recipients.update(state="uncertain")
    return letter


def test_health_says_that_no_letter_is_taken_and_why(
    alice_client: Client, at: str, business: Business, smtp: SmtpServer
) -> None:
    a_thank_you_letter(business, clock.now())
    smtp.fault("mail", "reply", "530 5.7.0 <letters@localhost> must sign in first")

    send_due_letters()

    page = alice_client.get(at).text
    assert "Letters do not leave just now" in page
    assert "The mail server does not let us in (530 5.7.0)." in page
    assert "letters@localhost" not in page
    with clock.at(clock.now() + timedelta(minutes=2)):
        send_due_letters()
    assert states(business) == {"sent": 1}
    assert "All is well" in alice_client.get(at).text


def test_all_that_is_in_doubt_since_then_is_sent_again_at_one_press(
    alice_client: Client, at: str, business: Business, smtp: SmtpServer
) -> None:
    began = clock.now() - timedelta(hours=2)
    before = in_doubt(business, began - timedelta(days=1))
    during = [in_doubt(business, began + timedelta(minutes=nth)) for nth in range(3)]
    stopped = in_doubt(business, began + timedelta(minutes=9))
    address = stopped.recipients.get().address
    suppress_address(
        business=business, address=address, why="complained", by=SYSTEM, now=clock.now()
    )
    since = began.astimezone(ZoneInfo(business.timezone)).strftime("%Y-%m-%dT%H:%M")

    assert "5 of them may have arrived" in alice_client.get(at).text
    page = alice_client.post(f"{at}letters/retry/", {"since": since}, follow=True).text
    send_due_letters()

    assert "3 letters are on the way again. 1 stays in doubt" in page
    assert {taken.recipients for taken in smtp.accepted} == {
        (one.recipients.get().address,) for one in during
    }
    assert states(business) == {"sent": 3, "uncertain": 2}
    before.refresh_from_db()
    assert before.state == "uncertain"


def test_without_a_moment_nothing_is_sent_again(
    alice_client: Client, at: str, business: Business
) -> None:
    for _ in range(2):
        in_doubt(business, clock.now())

    answer = alice_client.post(f"{at}letters/retry/", {"since": "lately"})

    assert answer.status_code == 400
    assert "Please give the day and the time" in answer.text
    assert states(business) == {"uncertain": 2}


def test_a_viewer_and_a_stranger_send_nothing_again(
    bob_client: Client, bob: User, charlie_client: Client, at: str, business: Business
) -> None:
    in_doubt(business, clock.now())
    Membership.objects.filter(user=bob).update(role="viewer")

    assert bob_client.post(f"{at}letters/retry/", {"since": "2026-01-01"}).status_code == 403
    assert charlie_client.post(f"{at}letters/retry/", {"since": "2026-01-01"}).status_code == 404
    assert states(business) == {"uncertain": 1}
