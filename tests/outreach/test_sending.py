"""What comes of a letter, by what the mail server does. Every server here is real, and ours."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from outreach.models import Message
from outreach.sending import send_due_letters
from outreach.services import retry_message
from outreach.verdicts import RETRY_AFTER
from tests.outreach.factories import a_contact, a_letter
from tests.outreach.smtp import Deed, Phase, SmtpServer

pytestmark = pytest.mark.django_db


def sent_and_fresh(message: Message) -> Message:
    send_due_letters()
    message.refresh_from_db()
    return message


def test_a_letter_goes_all_the_way(business: Business, smtp: SmtpServer) -> None:
    elena = a_contact(business, email="elena@rossi.example")
    message = a_letter(business, elena, words="Good morning.", reply_to="alice@lindqvist.example")

    message = sent_and_fresh(message)

    assert (message.state, message.last_reason) == ("sent", "")
    [taken] = smtp.accepted
    assert taken.recipients == ("elena@rossi.example",)
    letter = taken.letter
    assert letter["From"] == '"Alice Lindqvist, Lindqvist Bookkeeping" <letters@localhost>'
    assert letter["To"] == "Elena Rossi <elena@rossi.example>"
    assert letter["Reply-To"] == "alice@lindqvist.example"
    assert letter["Message-ID"] == f"<{message.pk}@localhost>"
    assert "Good morning." in taken.part("plain")
    assert "Harbour Street 1" in taken.part("plain")
    assert "Good morning." in taken.part("html")
    assert message.recipients.get().state == "sent"
    assert Event.objects.filter(name="message.sent", subject_id=message.pk).count() == 1


def test_a_letter_is_not_sent_before_its_time(business: Business, smtp: SmtpServer) -> None:
    message = a_letter(business, due_at=clock.now() + timedelta(minutes=10))

    assert sent_and_fresh(message).state == "scheduled"

    with clock.at(clock.now() + timedelta(minutes=11)):
        assert sent_and_fresh(message).state == "sent"


@pytest.mark.parametrize("connections_before", [0, 1])
def test_who_takes_one_command_at_a_time_is_not_hurried(
    connections_before: int, business: Business, smtp: SmtpServer
) -> None:
    """Every second connection of this server says that it takes several at once."""
    smtp.connections = connections_before
    smtp.fault("rcpt", "reply", "550 unknown", matching="gone@")
    both = [a_contact(business, email=f"{name}@rossi.example") for name in ("gone", "elena")]
    message = a_letter(business, *both)

    assert sent_and_fresh(message).state == "sent"

    [taken] = smtp.accepted
    assert taken.recipients == ("elena@rossi.example",)
    assert set(message.recipients.values_list("address", "state")) == {
        ("gone@rossi.example", "failed"),
        ("elena@rossi.example", "sent"),
    }


def test_one_connection_serves_a_batch(business: Business, smtp: SmtpServer) -> None:
    for _ in range(20):
        a_letter(business)

    send_due_letters()

    assert len(smtp.accepted) == 20
    assert smtp.connections == 1


@pytest.mark.parametrize(
    ("phase", "deed", "reply"),
    [
        ("connect", "drop", ""),
        ("connect", "reply", "421 busy"),
        ("connect", "reply", "554 no"),
        ("ehlo", "drop", ""),
        ("mail", "drop", ""),
        ("mail", "reply", "421 closing"),
        ("mail", "reply", "451 later"),
        ("rcpt", "drop", ""),
        ("rcpt", "reply", "421 closing"),
        ("rcpt", "reply", "450 4.2.0 greylisted"),
        ("data", "drop", ""),
        ("data", "reply", "421 closing"),
        ("data", "reply", "451 later"),
        ("body", "reply", "421 closing"),
        ("body", "reply", "452 full"),
    ],
)
def test_what_was_surely_not_taken_is_tried_again(
    phase: Phase, deed: Deed, reply: str, business: Business, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    smtp.fault(phase, deed, reply)

    message = sent_and_fresh(message)

    assert (message.state, message.attempts) == ("scheduled", 1)
    assert message.last_reason
    assert timedelta(seconds=40) < message.due_at - clock.now() < timedelta(seconds=80)
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert sent_and_fresh(message).state == "sent"
    assert len(smtp.accepted) == 1


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "body"])
def test_a_final_refusal_fails_and_is_not_tried_again(
    phase: Phase, business: Business, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    smtp.fault(phase, "reply", "550 5.1.1 no such box")

    message = sent_and_fresh(message)

    assert message.state == "failed"
    assert "550 5.1.1" in message.last_reason
    assert message.recipients.get().state == "failed"
    assert list(Message.objects.needing_attention()) == [message]
    with clock.at(clock.now() + timedelta(days=30)):
        assert sent_and_fresh(message).state == "failed"
    assert smtp.accepted == []


@pytest.mark.parametrize("reply", ["451 later", "554 no"])
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "body"])
def test_after_a_refusal_the_next_letter_goes_over_the_same_connection_to_its_own_reader(
    phase: Phase, reply: str, business: Business, smtp: SmtpServer
) -> None:
    """What the server has heard of the refused one is taken back, else it would mix them up."""
    now = clock.now()
    a_letter(business, due_at=now - timedelta(seconds=2))
    message = a_letter(business, due_at=now - timedelta(seconds=1))
    smtp.fault(phase, "reply", reply)

    assert sent_and_fresh(message).state == "sent"
    assert smtp.connections == 1
    [taken] = smtp.accepted
    assert taken.recipients == (message.recipients.get().address,)


@pytest.mark.parametrize("deed", ["drop", "hang"])
def test_no_answer_after_the_text_is_uncertain_and_never_sent_again_by_itself(
    deed: Deed, business: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    message = a_letter(business)
    smtp.fault("body", deed, seconds=2)

    message = sent_and_fresh(message)

    assert message.state == "uncertain"
    assert list(Message.objects.needing_attention()) == [message]
    assert Event.objects.filter(name="message.uncertain").exists()
    with clock.at(clock.now() + timedelta(days=30)):
        assert sent_and_fresh(message).state == "uncertain"
    assert len(smtp.accepted) == 1


def test_a_hanging_server_costs_one_timeout_and_no_letter(
    business: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    letters = [a_letter(business) for _ in range(3)]
    smtp.fault("mail", "hang", seconds=2)

    send_due_letters()

    assert {sent_and_fresh(letter).state for letter in letters} == {"scheduled", "sent"}
    assert len(smtp.accepted) == 2


def test_a_server_that_closes_after_each_letter_is_connected_to_again(
    business: Business, smtp: SmtpServer
) -> None:
    for _ in range(5):
        a_letter(business)
    smtp.fault("answered", "drop", times=5)

    send_due_letters()

    assert len(smtp.accepted) == 5
    assert Message.objects.filter(state="sent").count() == 5


def test_a_server_that_is_away_puts_everything_off(business: Business, smtp: SmtpServer) -> None:
    letters = [a_letter(business) for _ in range(5)]
    smtp.close()

    send_due_letters()

    for letter in letters:
        letter.refresh_from_db()
        assert (letter.state, letter.attempts) == ("scheduled", 1)
        assert letter.due_at > clock.now()


def test_delays_grow_and_then_the_letter_rests_as_failed(
    business: Business, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    smtp.fault("body", "reply", "451 later", times=100)
    waits = []

    for _ in range(len(RETRY_AFTER) + 1):
        with clock.at(message.due_at):
            before = message.due_at
            message = sent_and_fresh(message)
            waits.append(message.due_at - before)

    assert message.state == "failed"
    assert waits[:-1] == sorted(waits[:-1])
    assert sum(waits, timedelta()) > timedelta(days=1)


def test_of_three_recipients_the_refused_one_is_written_down(
    business: Business, smtp: SmtpServer
) -> None:
    people = [a_contact(business, email=f"{name}@three.example") for name in ("a", "b", "c")]
    message = a_letter(business, *people, one_click=False)
    smtp.fault("rcpt", "reply", "550 5.7.1 not you: <b@three.example>", matching="b@three")

    message = sent_and_fresh(message)

    assert message.state == "sent"
    assert [r.state for r in message.recipients.order_by("position")] == ["sent", "failed", "sent"]
    refused = message.recipients.get(state="failed")
    assert "550 5.7.1 not you" in refused.reason
    assert "b@three.example" not in refused.reason
    assert list(Message.objects.needing_attention()) == [message]

    retry_message(message=message, by=SYSTEM, now=clock.now())
    assert sent_and_fresh(message).state == "sent"
    assert [taken.recipients for taken in smtp.accepted] == [
        ("a@three.example", "c@three.example"),
        ("b@three.example",),
    ]
    assert not Message.objects.needing_attention().exists()


def test_a_recipient_who_was_put_off_gets_it_later_and_the_others_do_not_again(
    business: Business, smtp: SmtpServer
) -> None:
    people = [a_contact(business, email=f"{name}@three.example") for name in ("a", "b")]
    message = a_letter(business, *people, one_click=False)
    smtp.fault("rcpt", "reply", "450 greylisted", matching="b@three")

    assert sent_and_fresh(message).state == "scheduled"
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert sent_and_fresh(message).state == "sent"

    assert [taken.recipients for taken in smtp.accepted] == [
        ("a@three.example",),
        ("b@three.example",),
    ]
    assert "a@three.example" in smtp.accepted[1].letter["To"]
    assert not Message.objects.needing_attention().exists()
