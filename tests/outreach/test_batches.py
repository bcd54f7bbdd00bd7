"""Letters of one batch: each as its own business wrote it, and few statements for each."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from activity.models import Event
from activity.tasks import number_events, run_later_reactions
from api.tasks import forget_old_answers
from businesses import clock
from businesses.models import Business
from desk.tasks import write_member_letters
from giving.tasks import complete_agreed, expire_given
from introductions.tasks import complete_due_handshakes, erase_answered
from outreach.models import Message
from outreach.sending import BATCH, send_due_letters
from outreach.tasks import send_due_letters as send_letters
from outreach.tasks import take_due_steps
from tests.outreach.factories import a_contact, a_letter, acting, some_letters, states
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


# As beat starts them.
SWEEPS = (
    *(send_letters, take_due_steps, run_later_reactions, number_events, write_member_letters),
    *(complete_due_handshakes, erase_answered, complete_agreed, expire_given),
    forget_old_answers,
)


def statements_for(business: Business, letters: int) -> int:
    some_letters(business, letters)
    with CaptureQueriesContext(connection) as queries:
        send_due_letters()
    return len(queries)


def test_a_letter_more_costs_one_statement(business: Business, smtp: SmtpServer) -> None:
    """Whose it is, the result with its event, and the next marker: one trip to the database."""
    few = statements_for(business, 5)

    assert statements_for(business, 25) - few == 20
    assert states(business) == {"sent": 30}
    assert len(smtp.accepted) == 30


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: str(sweep.name))
def test_a_sweep_that_finds_nothing_costs_one_query(
    sweep: Callable[[], None], business: Business
) -> None:
    sweep()

    with CaptureQueriesContext(connection) as queries:
        sweep()

    assert len(queries) == 1


def test_more_than_a_batch_goes_over_several_connections(
    business: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.OUTREACH_CONNECTIONS = 3
    some_letters(business, BATCH * 4)

    assert send_due_letters() == BATCH * 4

    assert smtp.connections == 3
    assert states(business) == {"sent": BATCH * 4}
    assert len({taken.recipients for taken in smtp.accepted}) == len(smtp.accepted) == BATCH * 4


def test_a_server_that_is_away_stops_every_connection_and_no_letter_is_lost(
    business: Business, smtp: SmtpServer
) -> None:
    smtp.fault("connect", "drop", times=100)
    some_letters(business, BATCH * 3)

    send_due_letters()

    assert states(business) == {"scheduled": BATCH * 3}
    assert smtp.accepted == []


def test_letters_of_several_businesses_go_each_under_its_own_name(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    for number in range(6):
        tenant = (business, other_business)[number % 2]
        with acting(tenant):
            a_letter(tenant, a_contact(tenant, email=f"p{number}@guests.example"))

    send_due_letters()

    for taken in smtp.accepted:
        is_first = int(taken.recipients[0][1]) % 2 == 0
        own, others = (business, other_business) if is_first else (other_business, business)
        letter = taken.content.decode()
        assert own.name in letter
        assert others.name not in letter
        assert "/u/" in taken.part("plain")
        assert "{link:" not in letter
    assert len(smtp.accepted) == 6


def test_each_result_is_written_down_in_its_own_business(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", "550 unknown", matching="p3@")
    for number in range(6):
        tenant = (business, other_business)[number % 2]
        with acting(tenant):
            a_letter(tenant, a_contact(tenant, email=f"p{number}@guests.example"))

    send_due_letters()

    assert states(business) == {"sent": 3}
    assert states(other_business) == {"sent": 2, "failed": 1}
    with acting(business):
        assert Event.objects.filter(name="message.sent").count() == 3
    with acting(other_business):
        assert Event.objects.filter(name="message.sent").count() == 2
        assert Event.objects.filter(name="message.failed").count() == 1
        [failed] = Message.objects.needing_attention()
        assert failed.recipients.get().address == "p3@guests.example"


def test_one_more_business_in_a_batch_costs_four_statements_to_read(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    """Its letters and their recipients, and to act for it and for the former again."""
    alone = statements_for(business, 2)
    now = clock.now()
    for tenant in (business, other_business):
        with acting(tenant):
            a_letter(tenant, due_at=now)

    with CaptureQueriesContext(connection) as queries:
        send_due_letters()

    # The result and the next marker, of two businesses, are no longer one statement by itself but
    # two in one transaction, and the second business is acted for within it.
    assert len(queries) == alone + 4 + 6
    assert len(smtp.accepted) == 4
