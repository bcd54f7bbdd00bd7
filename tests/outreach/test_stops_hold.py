"""A complaint or bounce told of a letter that waits to go again: the stop holds all the same."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from outreach.models import Message, Suppression
from outreach.sending import send_due_letters
from outreach.services import retry_message
from outreach.services.suppression import address_hash
from tests.outreach.factories import a_contact, a_letter, acting, states
from tests.outreach.providers import SECRET, postmark, resend, tell
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

ELENA = "elena@rossi.example"
ALICE = "alice@lindqvist.example"
HARD = {"Type": "HardBounce", "Details": "smtp;550 5.1.1 no such user"}


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": [SECRET]}


@pytest.fixture
def elena(business: Business) -> Contact:
    with acting(business):
        return a_contact(business, email=ELENA)


def stopped(business: Business) -> list[str]:
    with acting(business):
        return list(Suppression.objects.values_list("why", flat=True))


def in_doubt(business: Business, *people: Contact, smtp: SmtpServer) -> Message:
    """A letter of which nobody knows whether it arrived, and which is to go again tomorrow."""
    with acting(business):
        message = a_letter(business, *people, one_click=False)
    smtp.fault("body", "drop")
    send_due_letters()
    with acting(business):
        retry_message(message=message, by=SYSTEM, now=clock.now())
        Message.objects.filter(pk=message.pk).update(due_at=clock.now() + timedelta(hours=9))
    return message


@pytest.mark.parametrize("state", ["scheduled", "held", "sending"])
def test_a_complaint_about_a_letter_that_is_to_go_again_holds(
    business: Business, elena: Contact, smtp: SmtpServer, state: str
) -> None:
    message = in_doubt(business, elena, smtp=smtp)
    lease = clock.now() + timedelta(minutes=1) if state == "sending" else None
    reason = "address_not_confirmed" if state == "held" else ""
    with acting(business):
        Message.objects.update(state=state, lease_until=lease, hold_reason=reason)
        a_letter(business, elena, due_at=clock.now() + timedelta(hours=9))

    for _ in range(2):
        assert tell("postmark", postmark("SpamComplaint", message.pk, ELENA)) == 200

    assert states(business) == {"complained": 1, "suppressed": 1}
    assert stopped(business) == ["complained"]
    with clock.at(clock.now() + timedelta(hours=10)):
        send_due_letters()
    assert len(smtp.accepted) == 1


def test_a_complaint_about_a_letter_that_was_given_up_holds(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    message = in_doubt(business, elena, smtp=smtp)
    with acting(business):
        Message.objects.update(state="failed")

    tell("postmark", postmark("SpamComplaint", message.pk, ELENA))

    assert stopped(business) == ["complained"]


def test_two_complaints_about_letters_that_wait_pause_the_business(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    with acting(business):
        jonas = a_contact(business, email="jonas@falk.example")
    for person in (elena, jonas):
        message = in_doubt(business, person, smtp=smtp)
        tell("postmark", postmark("SpamComplaint", message.pk, person.email))

    business.refresh_from_db()
    assert business.is_paused


def test_a_bounce_of_the_first_copy_keeps_the_second_back(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    message = in_doubt(business, elena, smtp=smtp)

    assert tell("postmark", postmark("Bounce", message.pk, ELENA, **HARD)) == 200

    assert states(business) == {"bounced": 1}
    assert stopped(business) == ["bounced"]


def test_who_complains_of_one_to_several_that_is_to_go_again_is_left_out(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    with acting(business):
        jonas = a_contact(business, email="jonas@falk.example")
    message = in_doubt(business, elena, jonas, smtp=smtp)

    tell("postmark", postmark("SpamComplaint", message.pk, ELENA))
    with clock.at(clock.now() + timedelta(hours=10)):
        send_due_letters()

    assert smtp.accepted[-1].recipients == ("jonas@falk.example",)
    assert states(business) == {"sent": 1}
    with acting(business):
        assert message.recipients.get(address=ELENA).state == "complained"


def test_where_a_complaint_names_all_readers_none_of_the_guests_gets_more(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    with acting(business):
        message = a_letter(business, elena, a_contact(business, email="jonas@falk.example"))
        message.recipients.create(
            business=business,
            address=ALICE,
            address_hash=address_hash(ALICE),
            created_at=clock.now(),
        )
    send_due_letters()

    told = resend("complained", message.pk, ELENA, "jonas@falk.example", ALICE)
    assert tell("resend", told) == 200

    assert stopped(business) == ["complained", "complained"]
    business.refresh_from_db()
    assert not business.is_paused, "one complaint, whosever it was"


def an_own_complaint(business: Business, smtp: SmtpServer, *guests: Contact) -> Message:
    """A letter that Alice has in copy, or alone, left; she pressed "spam"."""
    with acting(business):
        message = a_letter(business, *guests)
        if not guests:
            message.recipients.all().delete()
        message.recipients.create(
            business=business,
            position=1,
            address=ALICE,
            address_hash=address_hash(ALICE),
            created_at=clock.now(),
        )
    send_due_letters()
    assert tell("postmark", postmark("SpamComplaint", message.pk, ALICE)) == 200
    return message


def test_a_slip_of_somebody_who_works_here_stops_nothing_and_is_on_health(
    business: Business, elena: Contact, smtp: SmtpServer, alice_client: Client
) -> None:
    messages = [an_own_complaint(business, smtp) for _ in range(2)]

    assert stopped(business) == []
    business.refresh_from_db()
    assert not business.is_paused
    assert states(business) == {"delivered": 2}
    health = f"/b/{business.slug}/settings/health/"
    assert alice_client.get(health).text.count(f"{ALICE}, who works here") == len(messages)
    alice_client.post(f"{health}canary/")
    send_due_letters()
    assert smtp.accepted[-1].recipients == (ALICE,)


def test_it_does_not_hide_that_the_letter_came_back_from_a_guest(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    message = an_own_complaint(business, smtp, elena)
    assert states(business) == {"sent": 1}

    for _ in range(2):
        tell("postmark", postmark("Bounce", message.pk, ELENA, **HARD))
        tell("postmark", postmark("SpamComplaint", message.pk, ALICE))

    assert states(business) == {"bounced": 1}
    assert stopped(business) == ["bounced"]
    with acting(business):
        assert list(Message.objects.needing_attention()) == [message]
