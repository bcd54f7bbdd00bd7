"""A way out that is unwell is left alone, so that what waits is neither in doubt nor failed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from outreach.models import Message
from outreach.sending import BATCH, send_due_letters
from outreach.transports.base import NotLetIn, Reply
from outreach.transports.smtp import SmtpTransport
from tests.outreach.factories import a_contact, a_letter, acting, many_letters, some_letters, states
from tests.outreach.provider import Provider
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

SWEEP = timedelta(seconds=3)


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    server = Provider()
    settings.EMAIL_PROVIDER = "resend"
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "RESEND_API_KEY": "re_secret",
        "RESEND_API_URL": server.address,
    }
    yield server
    server.close()


def sweep_for(time: timedelta) -> datetime:
    """Sweep like beat, by a clock that is moved; when it was done."""
    now, until = clock.now(), clock.now() + time
    while now < until:
        with clock.at(now):
            send_due_letters()
        now += SWEEP
    return now


def test_a_server_that_drops_after_each_text_makes_few_letters_doubtful(
    business: Business, smtp: SmtpServer
) -> None:
    smtp.fault("body", "drop", times=1000)
    some_letters(business, 40)

    send_due_letters()
    assert states(business) == {"uncertain": 3, "scheduled": 37}
    later = sweep_for(timedelta(minutes=30))

    # After 30 seconds, and then 1, 2, 4, 8 and 10 minutes, one letter tries.
    assert states(business) == {"uncertain": 9, "scheduled": 31}
    smtp.behave()
    with clock.at(later + timedelta(minutes=10)):
        send_due_letters()
    assert states(business) == {"uncertain": 9, "sent": 31}
    assert len(set(smtp.message_ids())) == len(smtp.accepted) == 40


def test_a_provider_that_answers_503_makes_few_letters_doubtful(
    business: Business, provider: Provider
) -> None:
    provider.fault("answer", 503, times=1000)
    some_letters(business, 30)

    sweep_for(timedelta(seconds=25))

    assert states(business) == {"uncertain": 3, "scheduled": 27}


def test_letters_that_fall_due_one_by_one_are_counted_together(
    business: Business, smtp: SmtpServer
) -> None:
    smtp.fault("body", "drop", times=1000)
    now = clock.now()

    for nth in range(6):
        some_letters(business, 1)
        with clock.at(now + nth * SWEEP + timedelta(seconds=1)):
            send_due_letters()

    assert states(business) == {"uncertain": 3, "scheduled": 3}


def test_each_connection_leaves_one_in_doubt_at_most_once_it_rests(
    business: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.OUTREACH_CONNECTIONS = 4
    smtp.fault("body", "drop", times=1000)
    now = clock.now()
    with acting(business):
        many_letters(business, [1] * BATCH * 3, [now] * BATCH * 3)

    sweep_for(timedelta(seconds=15))

    assert states(business)["uncertain"] <= 3 + 3


def test_doubts_between_letters_that_are_taken_stop_nothing(
    business: Business, smtp: SmtpServer
) -> None:
    letters = some_letters(business, 12)
    for letter in letters[::3]:
        smtp.fault("body", "drop", matching=str(letter.pk))

    send_due_letters()

    assert states(business) == {"uncertain": 4, "sent": 8}


class TurnsOneAway(SmtpTransport):
    """The real way out, which lets one reader's letters in never."""

    def offer(self, sender: str, addresses: Sequence[str]) -> Mapping[str, Reply]:
        if "never@guests.example" in addresses:
            raise NotLetIn(Reply(403))
        return super().offer(sender, addresses)


def test_one_letter_that_is_never_let_in_keeps_the_others_once(
    business: Business, smtp: SmtpServer
) -> None:
    with acting(business):
        one = a_letter(business, a_contact(business, email="never@guests.example"))
    now = clock.now()
    for minutes in range(4):
        if minutes:
            some_letters(business, 3)
        with clock.at(now + timedelta(minutes=minutes)):
            send_due_letters(open_transport=TurnsOneAway)

    assert states(business) == {"scheduled": 1, "sent": 9}
    with acting(business):
        assert Message.objects.get(pk=one.pk).attempts > 0


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_provider_that_does_not_let_us_in_fails_no_letter(
    business: Business, provider: Provider, status: int
) -> None:
    provider.fault("answer", status, times=1000)
    some_letters(business, 5)

    later = sweep_for(timedelta(minutes=10))

    assert states(business) == {"scheduled": 5}
    assert provider.requests < 10
    with acting(business):
        assert set(Message.objects.values_list("attempts", flat=True)) == {0}
        reasons = set(Message.objects.exclude(last_reason="").values_list("last_reason", flat=True))
    assert reasons == {f"The mail server does not let us in ({status})."}
    provider.forgive()
    with clock.at(later + timedelta(minutes=10)):
        send_due_letters()
    assert states(business) == {"sent": 5}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("530 5.7.0 Authentication required", "530 5.7.0"),
        ("535 authentication failed", "535"),
        ("538 encryption required", "538"),
        ("550 5.7.1 <letters@localhost>: not yours to send from", "550 5.7.1"),
    ],
)
def test_a_mail_server_that_does_not_let_us_in_fails_no_letter(
    business: Business, smtp: SmtpServer, answer: str, said: str
) -> None:
    smtp.fault("mail", "reply", answer, times=1000)
    some_letters(business, 5)

    later = sweep_for(timedelta(minutes=2))

    assert states(business) == {"scheduled": 5}
    with acting(business):
        reasons = set(Message.objects.exclude(last_reason="").values_list("last_reason", flat=True))
    assert reasons == {f"The mail server does not let us in ({said})."}
    smtp.behave()
    with clock.at(later + timedelta(minutes=10)):
        send_due_letters()
    assert states(business) == {"sent": 5}


def test_a_wrong_password_fails_no_letter(
    business: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "letters", "wrong"
    smtp.fault("ehlo", "reply", "250-at your service\r\n250 AUTH PLAIN", times=1000)
    some_letters(business, 3)

    sweep_for(timedelta(minutes=2))

    assert states(business) == {"scheduled": 3}
    assert smtp.connections < 5


def test_a_rule_against_one_reader_is_about_that_letter(
    business: Business, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", "550 5.7.1 not to them")
    some_letters(business, 3)

    send_due_letters()

    assert states(business) == {"failed": 1, "sent": 2}
