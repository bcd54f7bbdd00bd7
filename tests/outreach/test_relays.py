"""What each provider tells: of which letter, whose copy, for good or for now, unwanted."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from businesses.models import Business
from config.providers import OPEN
from outreach.models import Suppression
from outreach.sending import send_due_letters
from outreach.transports import relays
from tests.outreach.factories import a_contact, a_letter, acting, states
from tests.outreach.providers import SECRET
from tests.outreach.relays import RELAYS, WEBHOOK_KEY, by_amazon
from tests.outreach.smtp import SmtpServer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Its authors cannot try SendGrid any more, and say so; what we need of it is tried here.
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid"),
]

ELENA, JONAS = "elena@rossi.example", "jonas@rossi.example"
# By HTTP as well, and in other tests.
BY_HTTP = {"mailgun", "postmark", "resend"}

Tell = Callable[..., int]


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "WEBHOOK_SECRET": [SECRET],
        "MANDRILL_WEBHOOK_KEY": WEBHOOK_KEY,
    }


@pytest.fixture
def sent_by(business: Business, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """A letter leaves by a provider's mail server; what it tells of it is told by the answer."""

    def sent_by(provider: str, *people: str) -> Callable[[str, str], int]:
        told, domain = RELAYS[provider]
        header = relays._HEADERS.get(domain)
        # The test's own server stands for that of the provider.
        monkeypatch.setattr(relays, "_HEADERS", {"0.1": header} if header else {})
        with acting(business):
            a_letter(business, *(a_contact(business, email=one) for one in people))
        send_due_letters()
        letter = smtp.accepted[-1].letter
        return lambda what, *who: told(what, letter, *who)

    return sent_by


def stopped(business: Business) -> list[str]:
    with acting(business):
        return list(Suppression.objects.values_list("why", flat=True))


def test_each_that_is_open_is_tried() -> None:
    assert RELAYS.keys() | BY_HTTP == OPEN


@pytest.mark.parametrize(
    ("what", "state", "stop"),
    [
        ("delivered", "delivered", []),
        ("hard", "bounced", ["bounced"]),
        ("full", "bounced", []),
        ("complained", "complained", ["complained"]),
    ],
)
@pytest.mark.parametrize("provider", sorted(RELAYS))
def test_what_it_tells_is_kept_with_the_letter(
    business: Business, sent_by: Tell, provider: str, what: str, state: str, stop: list[str]
) -> None:
    if (provider, what) == ("mandrill", "delivered"):
        state = "sent"  # It tells of no delivery.
    tell = sent_by(provider, ELENA)

    assert tell(what, ELENA) == 200

    assert states(business) == {state: 1}
    assert stopped(business) == stop


@pytest.mark.parametrize("provider", sorted(RELAYS))
def test_of_several_readers_the_one_it_means_is_stopped(
    business: Business, sent_by: Tell, provider: str
) -> None:
    tell = sent_by(provider, ELENA, JONAS)

    assert tell("hard", JONAS) == 200

    with acting(business):
        assert Suppression.objects.get().contact.email == JONAS


def test_amazon_names_every_reader_at_the_domain_and_still_it_is_one_complaint(
    business: Business, sent_by: Tell
) -> None:
    tell = sent_by("amazon_ses", ELENA, JONAS)

    assert tell("complained", ELENA, JONAS) == 200

    assert stopped(business) == ["complained", "complained"]
    business.refresh_from_db()
    assert not business.is_paused


def test_that_one_of_amazons_several_readers_does_not_exist_is_no_riddle(
    business: Business, sent_by: Tell
) -> None:
    tell = sent_by("amazon_ses", ELENA, JONAS)

    tell("hard", JONAS, ELENA)

    assert stopped(business) == ["bounced"]


def test_amazon_asks_whether_it_may_tell_and_an_operator_finds_the_address_in_the_log() -> None:
    address = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"

    with capture_logs() as logs:
        assert by_amazon("SubscriptionConfirmation", SubscribeURL=address, Token="1") == 200

    assert [line["open"] for line in logs if "open" in line] == [address]


@pytest.mark.parametrize(
    "provider", ["mailersend", "mailtrap", "postal", "sendinblue", "unisender_go"]
)
def test_those_that_are_not_tried_are_shut(provider: str) -> None:
    assert Client().post(f"/providers/{provider}/tracking/", {}).status_code == 404


@pytest.mark.parametrize(
    ("host", "header"),
    [
        ("smtp.sendgrid.net", "X-SMTPAPI"),
        ("smtp-relay.brevo.com", "X-Mailin-custom"),
        ("smtp.eu.sparkpostmail.com", "X-MSYS-API"),
        ("email-smtp.eu-west-1.amazonaws.com", None),
        ("mail.lindqvist.example", None),
    ],
)
def test_a_header_of_theirs_goes_to_them_alone(
    business: Business, settings: Settings, host: str, header: str | None
) -> None:
    with acting(business):
        letter = a_letter(business)
    settings.EMAIL_HOST = host

    assert list(relays.given_along(letter.pk)) == ([header] if header else [])


def test_nothing_of_it_goes_by_http(business: Business, settings: Settings) -> None:
    with acting(business):
        letter = a_letter(business)
    settings.EMAIL_HOST, settings.EMAIL_PROVIDER = "smtp.sendgrid.net", "resend"

    assert relays.given_along(letter.pk) == {}
