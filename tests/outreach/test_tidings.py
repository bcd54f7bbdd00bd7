"""What a mail provider tells by its webhook: delivered, came back, unwanted. Twice is once."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from activity.models import Event
from businesses.models import Business
from contacts.models import Contact
from outreach.models import Message, Suppression
from outreach.sending import send_due_letters
from outreach.services import is_suppressed
from tests.guards.worlds import contents_of
from tests.outreach.factories import a_contact, a_letter, acting, states
from tests.outreach.providers import SECRET, SIGNING_KEY, mailgun, postmark, resend, tell
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

ELENA = "elena@rossi.example"
RESEND_HARD = {"type": "Permanent", "message": "They sent a hard bounce message."}
HARD = {"Type": "HardBounce", "Details": "smtp;550 5.1.1 no such user"}


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "WEBHOOK_SECRET": [SECRET],
        "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY,
    }


@pytest.fixture
def elena(business: Business) -> Contact:
    with acting(business):
        return a_contact(business, email=ELENA)


@pytest.fixture
def letter(business: Business, elena: Contact, smtp: SmtpServer) -> Message:
    """A letter that has left."""
    with acting(business):
        message = a_letter(business, elena)
    send_due_letters()
    return message


def stopped(business: Business) -> list[str]:
    with acting(business):
        return list(Suppression.objects.values_list("why", flat=True))


def test_a_delivery_is_kept(business: Business, letter: Message) -> None:
    assert tell("postmark", postmark("Delivery", letter.pk, ELENA)) == 200

    assert states(business) == {"delivered": 1}
    assert stopped(business) == []


FORMS: dict[str, Callable[[Message], tuple[str, Any]]] = {
    "postmark": lambda row: ("postmark", postmark("Bounce", row.pk, ELENA, **HARD)),
    "mailgun": lambda row: (
        "mailgun",
        mailgun("failed", row.pk, ELENA, severity="permanent", reason="bounce"),
    ),
    "resend": lambda row: ("resend", resend("bounced", row.pk, ELENA, bounce=RESEND_HARD)),
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_hard_bounce_stops_the_address_and_asks_the_owner_to_mend_it(
    business: Business, letter: Message, elena: Contact, alice_client: Client, form: str
) -> None:
    assert tell(*FORMS[form](letter)) == 200

    assert states(business) == {"bounced": 1}
    assert stopped(business) == ["bounced"]
    mend = f"/b/{business.slug}/people/{elena.pk}/edit/"
    today = alice_client.get(f"/b/{business.slug}/").text
    assert "Could not deliver to Elena Rossi: mend the address." in today
    assert mend in today
    health = alice_client.get(f"/b/{business.slug}/settings/health/").text
    assert "could not be delivered: mend the address" in health
    assert mend in health


@pytest.mark.parametrize(
    "more",
    [
        {"Type": "SoftBounce", "Details": "smtp;550 5.1.1 try later"},
        {"Type": "HardBounce", "Details": "smtp;452 4.2.2 over quota"},
        {"Type": "HardBounce", "Details": "smtp;552 5.2.2 mailbox full"},
        {"Type": "HardBounce", "Details": "smtp;550 5.7.1 not from you"},
    ],
)
def test_a_bounce_that_is_not_about_the_address_stops_nothing(
    business: Business, letter: Message, more: dict[str, str]
) -> None:
    tell("postmark", postmark("Bounce", letter.pk, ELENA, **more))

    assert states(business) == {"bounced": 1}
    assert stopped(business) == []


def test_a_bounce_for_now_does_not_hide_the_one_for_good(
    business: Business, letter: Message, elena: Contact, alice_client: Client
) -> None:
    tell("postmark", postmark("Bounce", letter.pk, ELENA, Type="SoftBounce", Details="full"))
    alice_client.post(f"/b/{business.slug}/settings/health/letters/{letter.pk}/settle/")

    tell("postmark", postmark("Bounce", letter.pk, ELENA, **HARD))

    assert stopped(business) == ["bounced"]
    assert states(business) == {"bounced": 1}
    health = alice_client.get(f"/b/{business.slug}/settings/health/").text
    assert "this address does not work" in health
    assert f"/b/{business.slug}/people/{elena.pk}/edit/" in health


def test_a_stop_that_the_owner_lifted_stays_lifted_when_the_same_bounce_is_told_again(
    business: Business, letter: Message, alice_client: Client
) -> None:
    for form in ("SoftBounce", "HardBounce"):
        tell("postmark", postmark("Bounce", letter.pk, ELENA, **HARD | {"Type": form}))
    with acting(business):
        key = Suppression.objects.get().pk
    alice_client.post(f"/b/{business.slug}/settings/stopped/{key}/lift/")
    assert stopped(business) == []

    tell("postmark", postmark("Bounce", letter.pk, ELENA, **HARD))

    assert stopped(business) == []


def test_a_bounced_letter_goes_again_to_the_mended_address_only(
    business: Business, letter: Message, elena: Contact, alice_client: Client, smtp: SmtpServer
) -> None:
    tell("postmark", postmark("Bounce", letter.pk, ELENA, **HARD))
    retry = f"/b/{business.slug}/settings/health/letters/{letter.pk}/retry/"

    unmended = alice_client.post(retry)
    assert unmended.status_code == 409
    assert "Mend the address first" in unmended.text
    with acting(business):
        Contact.objects.filter(pk=elena.pk).update(email="elena.rossi@rossi.example")
    assert alice_client.post(retry).status_code == 302
    send_due_letters()

    assert smtp.accepted[-1].recipients == ("elena.rossi@rossi.example",)
    assert states(business) == {"sent": 1}


def test_a_bounced_letter_can_be_left_as_it_is(
    business: Business, letter: Message, alice_client: Client
) -> None:
    bounce = postmark("Bounce", letter.pk, ELENA, **HARD)
    tell("postmark", bounce)

    alice_client.post(f"/b/{business.slug}/settings/health/letters/{letter.pk}/settle/")
    tell("postmark", bounce)

    assert "mend the address" not in alice_client.get(f"/b/{business.slug}/").text
    assert states(business) == {"sent": 1}


def test_a_complaint_stops_the_address_for_good(business: Business, letter: Message) -> None:
    tell("postmark", postmark("SpamComplaint", letter.pk, ELENA))

    assert states(business) == {"complained": 1}
    assert stopped(business) == ["complained"]
    with acting(business):
        assert is_suppressed(business=business, address=ELENA)
        assert not Suppression.objects.get().can_be_lifted


def test_whoever_stops_mail_at_the_provider_has_stopped_it_here(
    business: Business, letter: Message
) -> None:
    tell("mailgun", mailgun("unsubscribed", letter.pk, ELENA))

    assert states(business) == {"sent": 1}
    assert stopped(business) == ["unsubscribed"]


@pytest.mark.parametrize(
    ("kind", "more"), [("Delivery", {}), ("Bounce", HARD), ("SpamComplaint", {})]
)
def test_the_same_webhook_twice_changes_nothing(
    business: Business, letter: Message, kind: str, more: dict[str, str]
) -> None:
    told = postmark(kind, letter.pk, ELENA, **more)
    tell("postmark", told)
    before = contents_of_all(business)

    assert tell("postmark", told) == 200

    assert contents_of_all(business) == before


def test_a_delivery_told_after_the_bounce_does_not_hide_it(
    business: Business, letter: Message
) -> None:
    tell("postmark", postmark("Bounce", letter.pk, ELENA, **HARD))

    tell("postmark", postmark("Delivery", letter.pk, ELENA))

    assert states(business) == {"bounced": 1}


def test_what_is_not_ours_is_heard_and_changes_nothing(business: Business, letter: Message) -> None:
    before = contents_of_all(business)

    assert tell("postmark", postmark("Bounce", uuid4(), ELENA, **HARD)) == 200
    assert tell("postmark", postmark("Bounce", letter.pk, "x@else.example", **HARD)) == 200
    assert tell("postmark", postmark("Open", letter.pk, ELENA)) == 200

    assert contents_of_all(business) == before


def test_a_letter_that_may_have_arrived_is_settled_by_the_providers_word(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    with acting(business):
        message = a_letter(business, elena)
    smtp.fault("body", "drop")
    send_due_letters()
    assert states(business) == {"uncertain": 1}

    tell("postmark", postmark("Delivery", message.pk, ELENA))

    assert states(business) == {"delivered": 1}


def test_told_before_we_wrote_down_that_it_left_the_provider_is_asked_to_tell_again(
    business: Business, letter: Message
) -> None:
    with acting(business):
        Message.objects.update(state="in_data", lease_until=letter.due_at)

    assert tell("postmark", postmark("Delivery", letter.pk, ELENA)) == 503

    assert states(business) == {"in_data": 1}


def test_of_several_recipients_each_has_a_word_of_its_own(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    with acting(business):
        message = a_letter(business, elena, a_contact(business, email="jonas@falk.example"))
    send_due_letters()

    tell("postmark", postmark("Delivery", message.pk, "jonas@falk.example"))
    assert states(business) == {"sent": 1}
    tell("postmark", postmark("Bounce", message.pk, ELENA, **HARD))

    assert states(business) == {"bounced": 1}
    with acting(business):
        found = dict(message.recipients.values_list("address", "state"))
    assert found == {ELENA: "bounced", "jonas@falk.example": "delivered"}


def test_where_a_provider_does_not_say_which_of_several_it_means_nothing_is_guessed(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    with acting(business):
        message = a_letter(business, elena, a_contact(business, email="jonas@falk.example"))
    send_due_letters()

    told = resend("bounced", message.pk, ELENA, "jonas@falk.example", bounce=RESEND_HARD)
    assert tell("resend", told) == 200

    assert states(business) == {"sent": 1}
    assert stopped(business) == []


def test_without_the_secret_nobody_is_heard(
    business: Business, letter: Message, settings: Settings
) -> None:
    told = postmark("SpamComplaint", letter.pk, ELENA)

    assert tell("postmark", told, secret="") == 400
    assert tell("postmark", told, secret="postmaster:guessed") == 400
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": []}
    assert tell("postmark", told) == 404

    assert states(business) == {"sent": 1}


def test_mail_that_comes_in_has_no_address_here() -> None:
    assert tell("postmark/inbound/../../postmark", {}) == 404
    assert Client().post("/providers/postmark/inbound/", {}).status_code == 404


def contents_of_all(business: Business) -> Any:
    with acting(business):
        return contents_of(business), Event.objects.count()
