"""A mail server that knows no such address: it is offered no more, and who to mend is said."""

import pytest
from django.test import Client

from activity.models import Event
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from outreach.letters import Rendered
from outreach.models import Suppression
from outreach.sending import send_due_letters
from outreach.services import is_suppressed, queue_account_message
from outreach.transports.base import Reply
from tests.outreach.factories import a_contact, a_letter, acting, states
from tests.outreach.smtp import Phase, SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

ELENA = "elena@rossi.example"
UNKNOWN = "550 5.1.1 <elena@rossi.example>: no such user"


@pytest.fixture
def elena(business: Business) -> Contact:
    with acting(business):
        return a_contact(business, email=ELENA)


def stopped(business: Business) -> list[tuple[str, str]]:
    with acting(business):
        return list(Suppression.objects.values_list("why", "contact__name"))


def pages(client: Client, business: Business) -> tuple[str, str]:
    """Today and Health."""
    at = f"/b/{business.slug}/"
    return client.get(at).text, client.get(f"{at}settings/health/").text


def test_an_unknown_address_is_stopped_and_the_owner_is_asked_to_mend_it(
    business: Business, elena: Contact, alice_client: Client, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", UNKNOWN)
    with acting(business):
        letter = a_letter(business, elena)
    send_due_letters()

    assert states(business) == {"failed": 1}
    assert stopped(business) == [("refused", "Elena Rossi")]
    today, health = pages(alice_client, business)
    mend = f"/b/{business.slug}/people/{elena.pk}/edit/"
    assert "Could not deliver to Elena Rossi: mend the address." in today
    assert "could not be delivered: mend the address." in health
    assert mend in today
    assert mend in health
    listed = alice_client.get(f"/b/{business.slug}/settings/stopped/").text
    assert "the mail server knows no such address" in listed
    with acting(business):
        told = Event.objects.get(name="address.suppressed")
        assert told.payload["why"] == "refused"
        assert Event.objects.about(letter).filter(name="message.failed").exists()


def test_the_next_letter_to_it_is_not_offered_any_more(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", UNKNOWN)
    with acting(business):
        a_letter(business, elena)
        a_letter(business, elena)
    send_due_letters()
    with acting(business):
        a_letter(business, elena)
    send_due_letters()

    assert states(business) == {"failed": 1, "suppressed": 2}
    assert smtp.accepted == []


def test_a_mended_address_gets_letters_and_lifts_nothing_of_the_old_one(
    business: Business, elena: Contact, alice_client: Client, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", UNKNOWN)
    with acting(business):
        letter = a_letter(business, elena)
    send_due_letters()
    retry = f"/b/{business.slug}/settings/health/letters/{letter.pk}/retry/"
    assert alice_client.post(retry).status_code == 409

    with acting(business):
        Contact.objects.filter(pk=elena.pk).update(email="elena.rossi@rossi.example")
        a_letter(business, Contact.objects.get(pk=elena.pk))
    today, health = pages(alice_client, business)
    assert "mend the address" not in today + health
    assert "A letter could not be delivered." in today
    assert alice_client.post(retry).status_code == 302
    send_due_letters()

    assert {taken.recipients for taken in smtp.accepted} == {("elena.rossi@rossi.example",)}
    assert states(business) == {"sent": 2}
    with acting(business):
        assert is_suppressed(business=business, address=ELENA)


def test_who_refused_a_letter_that_others_have_is_on_today(
    business: Business, elena: Contact, alice_client: Client, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", UNKNOWN, matching="elena@")
    with acting(business):
        jonas = a_contact(business, "Jonas Falk", "jonas@falk.example")
        letter = a_letter(business, elena, jonas, one_click=False)
    send_due_letters()

    today, health = pages(alice_client, business)
    assert states(business) == {"sent": 1}
    assert "Could not deliver to Elena Rossi: mend the address." in today
    assert "did not reach everybody: mend the address." in health

    settle = f"/b/{business.slug}/settings/health/letters/{letter.pk}/settle/"
    assert alice_client.post(settle).status_code == 302
    assert alice_client.post(settle).status_code == 409
    assert "mend the address" not in "".join(pages(alice_client, business))
    assert states(business) == {"sent": 1}


def test_who_was_refused_by_a_rule_is_on_today_and_can_be_sent_it_again(
    business: Business, elena: Contact, alice_client: Client, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", "550 5.7.1 not from you", matching="elena@")
    with acting(business):
        letter = a_letter(business, elena, a_contact(business), one_click=False)
    send_due_letters()

    today, _ = pages(alice_client, business)
    assert "A letter did not reach everybody." in today
    assert stopped(business) == []
    alice_client.post(f"/b/{business.slug}/settings/health/letters/{letter.pk}/retry/")
    send_due_letters()
    assert smtp.accepted[-1].recipients == (ELENA,)


@pytest.mark.parametrize(
    ("phase", "reply"),
    [
        ("rcpt", "550 5.7.1 blocked by our rules"),
        ("rcpt", "550 5.1.8 sender's domain not found"),
        ("rcpt", "552 5.2.2 mailbox full"),
        ("rcpt", "550 relay not permitted"),
        ("rcpt", "554 no"),
        ("mail", "550 5.1.1 unknown"),
        ("body", "550 5.1.1 unknown"),
    ],
)
def test_a_refusal_that_is_not_about_the_address_stops_nothing(
    business: Business, elena: Contact, smtp: SmtpServer, phase: Phase, reply: str
) -> None:
    smtp.fault(phase, "reply", reply)
    with acting(business):
        a_letter(business, elena)

    send_due_letters()

    assert states(business) == {"failed": 1}
    assert stopped(business) == []


@pytest.mark.parametrize(
    "text", ["550 5.1.1 unknown", "550 #5.1.0 Address rejected.", "550 no such user", "553 no"]
)
def test_how_servers_say_that_they_know_no_such_address(text: str) -> None:
    code, _, said = text.partition(" ")

    assert Reply(int(code), said).knows_no_such_address


def test_a_refused_sign_in_code_stops_nothing(business: Business, smtp: SmtpServer) -> None:
    smtp.fault("rcpt", "reply", "550 5.1.1 unknown")
    code = Rendered("Your code", "123456\n", "")
    queue_account_message(to=ELENA, rendered=code, user=None, now=clock.now())

    send_due_letters()

    assert stopped(business) == []
