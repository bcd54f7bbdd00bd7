"""A letter that did not surely arrive is settled by a person who has looked."""

import pytest

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.moves import NotPossibleNow
from outreach.models import Message
from outreach.sending import send_due_letters
from outreach.services import retry_message, settle_message
from tests.outreach.factories import a_letter
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db


def test_what_arrived_counts_as_sent_and_is_not_sent_again(
    business: Business, by_alice: Actor, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    smtp.fault("body", "drop")
    send_due_letters()

    settle_message(message=message, by=by_alice, now=clock.now())

    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("sent", message.in_data_at)
    assert message.recipients.get().state == "sent"
    assert not Message.objects.needing_attention().exists()
    assert Event.objects.about(message)[0].actor_id == by_alice.id
    with pytest.raises(NotPossibleNow):
        retry_message(message=message, by=by_alice, now=clock.now())


def test_what_could_not_be_sent_is_left_unsent(
    business: Business, by_alice: Actor, smtp: SmtpServer
) -> None:
    message = a_letter(business)
    smtp.fault("rcpt", "reply", "550 unknown")
    send_due_letters()

    settle_message(message=message, by=by_alice, now=clock.now())
    send_due_letters()

    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("cancelled", None)
    assert not Message.objects.needing_attention().exists()
    assert smtp.accepted == []


@pytest.mark.parametrize("state", ["scheduled", "sent", "cancelled"])
def test_only_what_a_person_has_to_look_at_is_settled(
    business: Business, by_alice: Actor, state: str
) -> None:
    message = a_letter(business)
    Message.objects.filter(pk=message.pk).update(state=state, sent_at=clock.now())

    with pytest.raises(NotPossibleNow):
        settle_message(message=message, by=by_alice, now=clock.now())

    message.refresh_from_db()
    assert message.state == state
