"""Whoever is late changes nothing, whatever it has to say; and who gets no mail is read anew."""

from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from outreach import outgoing, recording
from outreach.claiming import claim_batch
from outreach.letters import Rendered
from outreach.models import AccountMessage, Message
from outreach.outgoing import Outgoing
from outreach.services import queue_account_message, suppress_address
from outreach.states import MessageState, RecipientState
from outreach.verdicts import Verdict
from tests.outreach.factories import a_contact, a_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def past_lease(settings: Settings) -> timedelta:
    lease: timedelta = settings.OUTREACH_LEASE
    return lease + timedelta(seconds=1)


def taken(model: type[Message] | type[AccountMessage], later: timedelta = timedelta()) -> Outgoing:
    [letter] = outgoing.load(claim_batch(model, limit=1, now=clock.now() + later))
    return letter


def test_that_it_was_sent_is_not_believed_of_whoever_lost_it(
    business: Business, past_lease: timedelta
) -> None:
    message = a_letter(business)
    late = taken(Message)
    taken(Message, past_lease)
    sent = {recipient.id: (RecipientState.SENT, "") for recipient in late.recipients}

    with transaction.atomic():
        believed = recording.record(
            late, Verdict(MessageState.SENT, recipients=sent), now=clock.now()
        )

    message.refresh_from_db()
    assert not believed
    assert (message.state, message.recipients.get().state) == ("sending", "waiting")


def test_a_letter_about_an_account_is_marked_only_by_whoever_has_it(
    db: None, past_lease: timedelta
) -> None:
    words = Rendered(subject="Your code", text="123456", html="")
    queue_account_message(to="bob@lindqvist.example", rendered=words, user=None, now=clock.now())
    late = taken(AccountMessage)
    its = taken(AccountMessage, past_lease)

    with transaction.atomic():
        marked = [recording.mark_in_data(letter, now=clock.now()) for letter in (late, its)]

    assert marked == ["lost", "set"]


def test_who_stops_mail_while_a_letter_waits_is_left_out_when_it_is_taken_in_hand(
    business: Business,
) -> None:
    elena = a_contact(business)
    a_letter(business, elena, a_contact(business))
    suppress_address(
        business=business, address=elena.email, why="never", by=SYSTEM, now=clock.now()
    )

    letter = taken(Message)

    assert elena.pk not in {recipient.contact_id for recipient in letter.waiting}
    assert len(letter.waiting) == 1


def test_who_stopped_mail_before_a_letter_was_written_is_left_out_at_once(
    business: Business,
) -> None:
    elena = a_contact(business)
    suppress_address(
        business=business, address=elena.email, why="never", by=SYSTEM, now=clock.now()
    )

    message = a_letter(business, elena)

    assert (message.state, message.recipients.get().state) == ("suppressed", "suppressed")
