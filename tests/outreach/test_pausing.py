"""A business whose letters are too often marked as unwanted is paused, and told so."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from outreach.models import Message
from outreach.sending import send_due_letters
from tests.outreach.factories import a_contact, a_letter, acting, some_letters, states
from tests.outreach.providers import SECRET, postmark, tell
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

Complain = Callable[[int], None]


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": [SECRET]}


@pytest.fixture
def complain(business: Business, smtp: SmtpServer) -> Complain:
    """So many people mark a letter that they had from the business."""

    def complain(people: int) -> None:
        letters = some_letters(business, people)
        send_due_letters()
        for letter in letters:
            with acting(business):
                address = letter.recipients.get().address
            tell("postmark", postmark("SpamComplaint", letter.pk, address))

    return complain


def sent_before(business: Business, number: int, days: int = 1) -> None:
    """So many letters that left so many days ago."""
    with acting(business):
        first = a_letter(business, a_contact(business))
        at = clock.now() - timedelta(days=days)
        values = {
            field.attname: getattr(first, field.attname)
            for field in Message._meta.concrete_fields
            if field.attname not in ("id", "dedupe_key")
        }
        values.update(state="sent", sent_at=at, in_data_at=at)
        Message.objects.bulk_create(
            [Message(**values, dedupe_key=f"before-{days}-{n}") for n in range(number)]
        )
        first.delete()


def is_paused(business: Business) -> bool:
    business.refresh_from_db()
    return business.is_paused


def test_above_three_in_a_thousand_its_letters_wait_and_its_owner_is_told(
    business: Business, complain: Complain, smtp: SmtpServer, alice_client: Client
) -> None:
    complain(2)
    assert is_paused(business)

    some_letters(business, 3)
    send_due_letters()

    assert states(business) == {"complained": 2, "held": 3}
    to_owner = smtp.accepted[-1]
    assert to_owner.recipients == ("alice@lindqvist.example",)
    assert "marked a letter" in to_owner.part("plain")
    assert "too many were marked as unwanted" in alice_client.get(f"/b/{business.slug}/").text
    health = alice_client.get(f"/b/{business.slug}/settings/health/").text
    assert "marked as unwanted" in health


def test_one_complaint_pauses_nobody(business: Business, complain: Complain) -> None:
    complain(1)

    assert not is_paused(business)


@pytest.mark.parametrize(("sent", "paused"), [(664, True), (665, False)])
def test_it_is_the_share_that_counts(
    business: Business, complain: Complain, sent: int, paused: bool
) -> None:
    """Two of 666 letters are more than 0.3 %, two of 667 are not."""
    sent_before(business, sent)

    complain(2)

    assert is_paused(business) is paused


def test_letters_of_more_than_a_month_ago_do_not_count(
    business: Business, complain: Complain
) -> None:
    sent_before(business, 2000, days=31)

    complain(2)

    assert is_paused(business)


def test_another_business_goes_on(
    business: Business, other_business: Business, complain: Complain, smtp: SmtpServer
) -> None:
    complain(2)
    some_letters(other_business, 2)

    send_due_letters()

    assert states(other_business) == {"sent": 2}


def test_an_operator_lets_it_send_again_and_counting_begins_anew(
    business: Business, complain: Complain, smtp: SmtpServer
) -> None:
    complain(2)
    some_letters(business, 3)
    send_due_letters()
    said = StringIO()

    call_command("resume_sending", business.slug, stdout=said)
    send_due_letters()

    assert "3 letters go out now" in said.getvalue()
    assert states(business) == {"complained": 2, "sent": 3}
    complain(1)
    assert not is_paused(business)


def test_the_command_says_what_there_is_nothing_to_do_for(business: Business) -> None:
    said = StringIO()

    call_command("resume_sending", business.slug, stdout=said)

    assert "is not paused" in said.getvalue()
    with pytest.raises(CommandError, match="There is no business"):
        call_command("resume_sending", "nobody")
