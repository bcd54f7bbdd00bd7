"""Letters by a provider's HTTP interface: the same phases, against a provider that misbehaves."""

import socket
from collections.abc import Iterator
from urllib.parse import unquote_plus

import pytest
from pytest_django import Settings

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from outreach.letters import Rendered
from outreach.models import AccountMessage, Message
from outreach.sending import send_due_letters
from outreach.services import queue_account_message, retry_message
from tests.outreach.factories import a_contact, a_letter, acting, some_letters, states
from tests.outreach.provider import Deed, Provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    server = Provider()
    settings.EMAIL_PROVIDER = "resend"
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "RESEND_API_KEY": "re_secret",
        "RESEND_API_URL": server.address,
        "REQUESTS_TIMEOUT": 1,
    }
    yield server
    server.close()


def the_letter(business: Business) -> Message:
    with acting(business):
        return Message.objects.prefetch_related("recipients").get()


def test_a_letter_goes_with_everything_it_says(business: Business, provider: Provider) -> None:
    with acting(business):
        elena = a_contact(business, "Éléna Rossi", "elena@rossi.example")
        message = a_letter(
            business, elena, words="Grüße & <b>tags</b>", reply_to="alice@lindqvist.example"
        )

    send_due_letters()

    [sent] = provider.accepted
    assert states(business) == {"sent": 1}
    assert provider.keys == {"Bearer re_secret"}
    assert provider.letters() == [str(message.pk)]
    assert "elena@rossi.example" in sent["to"][0]
    assert "Lindqvist Bookkeeping" in sent["from"]
    assert "alice@lindqvist.example" in str(sent["reply_to"])
    assert "Grüße & <b>tags</b>" in sent["text"]
    assert "Gr&uuml;" not in sent["html"]
    assert "&lt;b&gt;" in sent["html"]
    headers = sent["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/u/" in headers["List-Unsubscribe"]
    assert "{link:" not in str(sent)


@pytest.mark.parametrize("name", ["postmark", "mailgun"])
def test_the_other_providers_take_it_as_well(
    business: Business, provider: Provider, settings: Settings, name: str
) -> None:
    settings.EMAIL_PROVIDER = name
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "POSTMARK_SERVER_TOKEN": "a-token",
        "POSTMARK_API_URL": provider.address,
        "MAILGUN_API_KEY": "a-key",
        "MAILGUN_API_URL": provider.address,
        "MAILGUN_SENDER_DOMAIN": "example.com",
    }
    [letter] = some_letters(business, 1)

    send_due_letters()

    assert states(business) == {"sent": 1}
    [sent] = provider.accepted
    for expected in (str(letter.pk), "List-Unsubscribe-Post", "/u/", "Just a few words."):
        assert expected in unquote_plus(sent["raw"])


def test_many_letters_go_once_each(business: Business, provider: Provider) -> None:
    letters = some_letters(business, 60)

    send_due_letters()

    assert states(business) == {"sent": 60}
    assert sorted(provider.letters()) == sorted(str(letter.pk) for letter in letters)


def test_an_account_letter_goes_the_same_way(db: None, provider: Provider) -> None:
    rendered = Rendered("Your code", "123456\n", "<p>123456</p>")
    queue_account_message(
        to="alice@lindqvist.example", rendered=rendered, user=None, now=clock.now()
    )

    send_due_letters()

    assert "123456" in provider.accepted[0]["text"]
    assert AccountMessage.objects.get().state == "sent"


def test_refused_at_the_door_it_is_tried_again(
    business: Business, provider: Provider, settings: Settings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nobody = unused.getsockname()[1]
    settings.ANYMAIL = {**settings.ANYMAIL, "RESEND_API_URL": f"http://127.0.0.1:{nobody}/"}
    some_letters(business, 5)

    send_due_letters()

    assert states(business) == {"scheduled": 5}


def test_a_name_that_leads_nowhere_loses_nothing(
    business: Business, provider: Provider, settings: Settings
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "RESEND_API_URL": "http://no.such.host.invalid/"}
    some_letters(business, 2)

    send_due_letters()

    assert states(business) == {"scheduled": 2}


def test_without_its_key_nothing_leaves_and_nothing_is_lost(
    business: Business, provider: Provider, settings: Settings
) -> None:
    settings.ANYMAIL = {
        name: value for name, value in settings.ANYMAIL.items() if name != "RESEND_API_KEY"
    }
    some_letters(business, 2)

    send_due_letters()

    assert states(business) == {"scheduled": 2}
    assert provider.requests == 0


def test_too_many_requests_are_tried_again_later(business: Business, provider: Provider) -> None:
    provider.fault("answer", 429)
    some_letters(business, 1)

    send_due_letters()

    letter = the_letter(business)
    assert letter.state == "scheduled"
    assert letter.attempts == 1
    assert letter.due_at > clock.now()
    assert provider.requests == 1, "the client itself must not try again"


@pytest.mark.parametrize("status", [400, 404, 422])
def test_another_4xx_is_a_definite_no(business: Business, provider: Provider, status: int) -> None:
    provider.fault("answer", status, body='{"message": "to nobody@rossi.example: no"}')
    some_letters(business, 1)

    send_due_letters()

    letter = the_letter(business)
    assert letter.state == "failed"
    assert str(status) in letter.last_reason
    assert "@" not in letter.last_reason
    assert provider.requests == 1


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ("answer", 500),
        ("answer", 502),
        ("answer", 503),
        ("drop", 0),
        ("lose", 0),
        ("hang", 0),
        ("garble", 0),
        ("redirect", 0),
    ],
)
def test_anything_else_is_uncertain_and_only_a_person_sends_it_again(
    business: Business, provider: Provider, deed: Deed, status: int
) -> None:
    provider.fault(deed, status)
    some_letters(business, 1)

    for _ in range(2):
        send_due_letters()

    letter = the_letter(business)
    assert letter.state == "uncertain"
    assert letter.in_data_at is not None
    assert provider.requests == 1, "neither the client nor the sender may try again"
    with acting(business):
        retry_message(message=letter, by=SYSTEM, now=clock.now())
    send_due_letters()
    assert states(business) == {"sent": 1}


def test_one_in_trouble_keeps_no_other(business: Business, provider: Provider) -> None:
    for status in (500, 422, 429):
        provider.fault("answer", status)
    some_letters(business, 10)

    send_due_letters()

    assert states(business) == {"uncertain": 1, "failed": 1, "scheduled": 1, "sent": 7}
    assert len(set(provider.letters())) == len(provider.accepted) == 7


def test_sent_again_after_a_bounce_it_goes_to_that_recipient_only(
    business: Business, provider: Provider
) -> None:
    with acting(business):
        elena = a_contact(business, email="elena@rossi.example")
        letter = a_letter(business, elena, a_contact(business, email="jonas@falk.example"))
    send_due_letters()
    with acting(business):
        letter.recipients.filter(address="elena@rossi.example").update(state="bounced")
        Message.objects.update(state="bounced")
        retry_message(message=letter, by=SYSTEM, now=clock.now())

    send_due_letters()

    first, again = provider.accepted
    assert len(first["to"]) == 2
    assert [*again["to"]] == ["Elena Rossi <elena@rossi.example>"]
