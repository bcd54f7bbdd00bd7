"""A provider that takes a letter for some of its recipients, or refuses it because of one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from outreach.models import Message, Suppression
from outreach.sending import send_due_letters
from tests.outreach.factories import a_contact, a_letter, acting, states
from tests.outreach.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)

INACTIVE = (
    "Message OK, but will not deliver to these inactive addresses: elena@rossi.example. "
    "Inactive recipients are ones that have generated a hard bounce or a spam complaint."
)
ALL_INACTIVE = (
    "You tried to send to a recipient that has been marked as inactive.\\n"
    "Found inactive addresses: elena@rossi.example, jonas@falk.example.\\n"
    "Inactive recipients are ones that have generated a hard bounce or a spam complaint."
)
INVALID = "Error parsing 'To': Illegal email domain 'rossi' in address 'elena@rossi.example'."


def taken_by_postmark(message: str, code: int = 0) -> str:
    to = "elena@rossi.example, jonas@falk.example"
    return f'{{"ErrorCode": {code}, "Message": "{message}", "MessageID": "1", "To": "{to}"}}'


@pytest.fixture
def postmark(settings: Settings) -> Iterator[Provider]:
    provider = Provider()
    settings.EMAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "POSTMARK_SERVER_TOKEN": "a-token",
        "POSTMARK_API_URL": provider.address,
    }
    yield provider
    provider.close()


@pytest.fixture
def to_both(business: Business) -> Message:
    with acting(business):
        elena = a_contact(business, email="elena@rossi.example")
        return a_letter(business, elena, a_contact(business, email="jonas@falk.example"))


def by_address(business: Business, letter: Message) -> dict[str, str]:
    with acting(business):
        return dict(letter.recipients.values_list("address", "state"))


def test_whom_the_provider_does_not_deliver_to_is_written_down(
    business: Business, postmark: Provider, to_both: Message, alice_client: Client
) -> None:
    postmark.fault("answer", 200, body=taken_by_postmark(INACTIVE))

    send_due_letters()

    found = by_address(business, to_both)
    assert found == {"elena@rossi.example": "failed", "jonas@falk.example": "sent"}
    assert states(business) == {"sent": 1}
    health = alice_client.get(f"/b/{business.slug}/settings/health/").text
    assert "did not reach everybody" in health


def test_a_letter_that_the_provider_delivers_to_nobody_has_failed(
    business: Business, postmark: Provider, to_both: Message
) -> None:
    postmark.fault("answer", 422, body=taken_by_postmark(ALL_INACTIVE, 406))

    send_due_letters()

    assert set(by_address(business, to_both).values()) == {"failed"}
    assert states(business) == {"failed": 1}


def test_refused_because_of_one_invalid_address_it_goes_to_the_others_later(
    business: Business, postmark: Provider, to_both: Message
) -> None:
    postmark.fault("answer", 422, body=taken_by_postmark(INVALID, 300))

    send_due_letters()

    assert states(business) == {"scheduled": 1}
    with acting(business):
        assert [row.why for row in Suppression.objects.all()] == ["refused"]
    with clock.at(clock.now() + timedelta(minutes=2)):
        send_due_letters()
    assert by_address(business, to_both) == {
        "elena@rossi.example": "failed",
        "jonas@falk.example": "sent",
    }
    [sent] = postmark.accepted
    assert "elena@rossi.example" not in sent["raw"]


def test_refused_without_a_word_because_of_whom_nobody_counts_as_reached(
    business: Business, postmark: Provider, to_both: Message
) -> None:
    postmark.fault("answer", 422, body=taken_by_postmark("Invalid 'To' address.", 300))

    send_due_letters()

    assert states(business) == {"failed": 1}
