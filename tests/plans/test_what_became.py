"""The owner sees of each letter of a plan what really became of it, not that it was let go."""

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from outreach.models import StepTaken
from outreach.sending import send_due_letters
from outreach.services import suppress_by_hand
from referrals.models import Referral
from tests.api.client import ApiClient, with_a_key
from tests.outreach.smtp import SmtpServer
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture
def draft(referral: Referral, calendar: Calendar, smtp: SmtpServer) -> StepTaken:
    """A letter to Jonas that waits for a look; what was to leave before has left."""
    calendar.days(10)
    send_due_letters()
    smtp.accepted.clear()
    return StepTaken.objects.waiting().get(enrolment__cadence__key="follow_up_handshake")


@pytest.fixture
def approved(draft: StepTaken, alice_client: Client) -> StepTaken:
    alice_client.post(f"{desk(draft)}letters/{draft.pk}/send/")
    return draft


def desk(draft: StepTaken) -> str:
    return f"/b/{draft.business.slug}/"


def said(client: Client, draft: StepTaken) -> str:
    """What the page of its plan says."""
    page = client.get(f"{desk(draft)}settings/plans/{draft.enrolment.cadence_id}/")
    return " ".join(page.text.split())


def told(api: ApiClient, draft: StepTaken) -> tuple[str, str, str]:
    """What the API says of it: with the enrolment, and as a letter."""
    [taken] = api.get(f"/enrolments/{draft.enrolment_id}").json()["taken"]
    letter = api.get(f"/drafts/{draft.pk}").json()
    names = ("outcome", "message_state", "reason")
    assert [taken[name] for name in names] == [letter[name] for name in names]
    return taken["outcome"], taken["message_state"], taken["reason"]


def test_one_that_was_let_go_waits_to_leave_and_then_is_sent(
    alice_client: Client, api: ApiClient, approved: StepTaken, smtp: SmtpServer
) -> None:
    assert "waits to leave “Shall we find a time to talk?”" in said(alice_client, approved)
    assert told(api, approved) == ("sent", "scheduled", "")

    send_due_letters()

    assert len(smtp.accepted) == 1
    assert ": sent “Shall we find a time to talk?”" in said(alice_client, approved)
    assert told(api, approved) == ("sent", "sent", "")


def test_one_that_was_called_back_is_not_said_to_be_sent(
    alice_client: Client, api: ApiClient, approved: StepTaken, smtp: SmtpServer
) -> None:
    alice_client.post(f"{desk(approved)}settings/plans/stop/{approved.enrolment_id}/")
    send_due_letters()

    assert smtp.accepted == []
    assert "not sent: it was called back “Shall we" in said(alice_client, approved)
    assert told(api, approved) == ("dismissed", "cancelled", "Not sent: it was called back.")
    letter = alice_client.get(f"{desk(approved)}letters/{approved.pk}/").text
    assert "This letter to Jonas was not sent" in letter


def test_one_that_nobody_could_deliver_says_why(
    alice_client: Client, api: ApiClient, approved: StepTaken, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", "550 no such user")
    send_due_letters()

    assert "not sent: it could not be delivered “Shall we" in said(alice_client, approved)
    outcome, state, reason = told(api, approved)
    assert (outcome, state) == ("dismissed", "failed")
    assert "550 no such user" in reason


def test_one_that_they_no_longer_want_is_not_said_to_be_sent(
    alice_client: Client, api: ApiClient, approved: StepTaken, smtp: SmtpServer
) -> None:
    contact = approved.enrolment.contact
    suppress_by_hand(business=approved.business, address=contact.email, by=SYSTEM, now=clock.now())
    send_due_letters()

    assert smtp.accepted == []
    assert "not sent: they want no mail “Shall we" in said(alice_client, approved)
    assert told(api, approved)[:2] == ("dismissed", "suppressed")


def test_thanks_say_what_became_of_their_letter_too(
    alice_client: Client, api: ApiClient, draft: StepTaken, smtp: SmtpServer
) -> None:
    thanks = StepTaken.objects.waiting().get(enrolment__cadence__key="thank_introduction")
    smtp.fault("rcpt", "reply", "550 no such user")

    alice_client.post(f"{desk(draft)}letters/{thanks.pk}/send/")
    send_due_letters()

    assert "not sent: it could not be delivered “Thank you”" in said(alice_client, thanks)
    assert told(api, thanks)[:2] == ("dismissed", "failed")
