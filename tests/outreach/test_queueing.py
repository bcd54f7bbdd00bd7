"""What the outbox promises to those who write letters into it."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, User
from businesses.moves import NotPossibleNow
from outreach.letters import NoAddress, Party, Rendered
from outreach.models import AccountMessage, SuppressionReason
from outreach.sending import send_due_letters
from outreach.services import (
    cancel_messages,
    queue_account_message,
    release_held,
    retry_message,
    suppress_address,
)
from tests.outreach.factories import a_contact, a_letter, acting, an_event
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db


def test_the_same_letter_cannot_be_queued_twice(business: Business, smtp: SmtpServer) -> None:
    elena = a_contact(business)
    cause = an_event(business, elena)

    first = a_letter(business, elena, cause=cause)
    second = a_letter(business, elena, cause=cause)
    send_due_letters()

    assert first.pk == second.pk
    assert len(smtp.accepted) == 1
    assert Event.objects.filter(name="message.queued").count() == 1


def test_another_cause_is_another_letter(business: Business) -> None:
    elena = a_contact(business)

    assert a_letter(business, elena).pk != a_letter(business, elena).pk


@pytest.mark.parametrize("people", [1, 3])
def test_queueing_takes_few_statements_whoever_gets_it(business: Business, people: int) -> None:
    to = [a_contact(business) for _ in range(people)]
    cause = an_event(business, to[0])

    with CaptureQueriesContext(connection) as queries:
        a_letter(business, *to, cause=cause)

    assert len(queries) <= 6


def test_the_database_itself_refuses_a_second_row(business: Business) -> None:
    message = a_letter(business)
    message.pk = uuid4()
    message._state.adding = True

    with pytest.raises(IntegrityError, match="message_once"), transaction.atomic():
        message.save()


def test_who_has_no_address_cannot_be_written_to(business: Business) -> None:
    with pytest.raises(NoAddress):
        a_letter(business, a_contact(business, email=""))


def test_letters_wait_until_the_business_can_say_who_it_is(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    business.postal_address = ""
    business.save()
    message = a_letter(business)
    send_due_letters()
    assert (message.state, message.hold_reason) == ("held", "sender_details_missing")
    assert release_held(business=business, now=clock.now()) == 0

    business.postal_address = "Mill Lane 2, Lund"
    business.save()

    assert release_held(business=business, now=clock.now()) == 1
    send_due_letters()
    assert "Mill Lane 2, Lund" in smtp.accepted[0].part("plain")
    assert "Mill Lane 2, Lund" in smtp.accepted[0].part("html")


def test_letters_wait_until_the_owners_address_is_confirmed(
    business: Business, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    business.confirmed_at = None
    business.save()

    send_due_letters()

    message.refresh_from_db()
    assert (message.state, message.hold_reason) == ("held", "address_not_confirmed")
    assert smtp.accepted == []


def test_a_suppressed_address_gets_nothing(business: Business, smtp: SmtpServer) -> None:
    elena = a_contact(business, email="elena@rossi.example")
    before = a_letter(business, elena)
    suppress_address(
        business=business,
        address=" ELENA@rossi.example",
        why=SuppressionReason.NEVER,
        by=SYSTEM,
        now=clock.now(),
    )
    after = a_letter(business, elena)

    send_due_letters()

    before.refresh_from_db()
    assert (before.state, after.state) == ("suppressed", "suppressed")
    assert before.recipients.get().state == "suppressed"
    assert smtp.accepted == []


@pytest.mark.parametrize("is_stopped_first", [True, False])
def test_of_several_recipients_only_the_suppressed_one_is_left_out(
    business: Business, smtp: SmtpServer, is_stopped_first: bool
) -> None:
    elena, tomas = a_contact(business), a_contact(business, "Tomás")
    stop = partial(
        suppress_address,
        business=business,
        address=elena.email,
        why="never",
        by=SYSTEM,
        now=clock.now(),
    )

    if is_stopped_first:
        stop()
    message = a_letter(business, elena, tomas, one_click=False)
    if not is_stopped_first:
        stop()
    send_due_letters()

    [taken] = smtp.accepted
    assert taken.recipients == (tomas.email,)
    assert elena.email not in taken.letter["To"]
    assert [r.state for r in message.recipients.order_by("position")] == ["suppressed", "sent"]


def test_another_business_may_still_write(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    with acting(other_business):
        suppress_address(
            business=other_business,
            address="elena@rossi.example",
            why=SuppressionReason.NEVER,
            by=SYSTEM,
            now=clock.now(),
        )
    a_letter(business, a_contact(business, email="elena@rossi.example"))

    send_due_letters()

    assert len(smtp.accepted) == 1


def test_undo_calls_a_letter_back_until_it_leaves(business: Business, smtp: SmtpServer) -> None:
    elena = a_contact(business)
    message = a_letter(business, elena, due_at=clock.now() + timedelta(minutes=10))

    assert cancel_messages(subject=elena, now=clock.now()) == 1

    with clock.at(clock.now() + timedelta(minutes=11)):
        send_due_letters()
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert smtp.accepted == []
    assert Event.objects.filter(name="message.cancelled", subject_id=message.pk).exists()


def test_what_was_sent_is_not_called_back(business: Business, smtp: SmtpServer) -> None:
    elena = a_contact(business)
    message = a_letter(business, elena)
    send_due_letters()

    assert cancel_messages(subject=elena, now=clock.now()) == 0
    message.refresh_from_db()
    assert message.state == "sent"


def test_only_the_named_kinds_are_called_back(business: Business) -> None:
    elena = a_contact(business)
    note, ask = a_letter(business, elena), a_letter(business, elena, kind="ask")

    assert cancel_messages(subject=elena, kinds=["ask"], now=clock.now()) == 1

    note.refresh_from_db()
    ask.refresh_from_db()
    assert (note.state, ask.state) == ("scheduled", "cancelled")


def test_a_person_sends_an_uncertain_letter_again(
    business: Business, by_alice: Actor, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    smtp.fault("body", "drop")
    send_due_letters()

    retry_message(message=message, by=by_alice, now=clock.now())
    send_due_letters()

    message.refresh_from_db()
    assert message.state == "sent"
    # The same Message-ID: a mail program can tell that it is the same letter.
    assert len(set(smtp.message_ids())) == 1


def test_a_failed_letter_goes_to_the_mended_address(
    business: Business, by_alice: Actor, smtp: SmtpServer
) -> None:
    elena = a_contact(business, email="elana@rossi.example")
    message = a_letter(business, elena)
    smtp.fault("rcpt", "reply", "550 unknown")
    send_due_letters()
    elena.email = "elena@rossi.example"
    elena.save()

    retry_message(message=message, by=by_alice, now=clock.now())
    send_due_letters()

    assert [taken.recipients for taken in smtp.accepted] == [("elena@rossi.example",)]


def test_a_sent_letter_is_not_sent_again(
    business: Business, by_alice: Actor, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    send_due_letters()

    with pytest.raises(NotPossibleNow):
        retry_message(message=message, by=by_alice, now=clock.now())


def test_an_account_letter_leaves_first_and_its_text_is_not_kept(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    a_letter(business)
    code = Rendered("Your code", "The code is 123456.", "")
    message = queue_account_message(to=alice.email, rendered=code, user=alice, now=clock.now())

    send_due_letters()

    first = smtp.accepted[0]
    assert first.recipients == ("alice@lindqvist.example",)
    assert "123456" in str(first.letter.get_content())
    message.refresh_from_db()
    assert (message.state, message.text) == ("sent", "")
    assert AccountMessage.objects.count() == 1


@pytest.mark.parametrize("unfit", ["a@b\r\nBcc: x@y.example", "no-at-sign", "a b@c.example", "@x"])
def test_an_address_that_is_none_fails_and_the_others_are_sent(
    unfit: str, alice: User, smtp: SmtpServer
) -> None:
    code = Rendered("s", "t", "")
    bad = queue_account_message(to=unfit, rendered=code, user=None, now=clock.now())
    good = queue_account_message(to=alice.email, rendered=code, user=alice, now=clock.now())

    send_due_letters()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("failed", "sent")
    assert unfit not in bad.last_reason
    assert len(smtp.accepted) == 1


def test_a_party_may_be_a_name_with_an_address(business: Business, smtp: SmtpServer) -> None:
    elena = a_contact(business)
    owner = Party(name="Alice", address="alice@lindqvist.example")
    a_letter(business, elena, to=[owner], one_click=False)

    send_due_letters()

    assert smtp.accepted[0].recipients == ("alice@lindqvist.example",)
