"""Sweepers beside each other: no letter is taken twice, and whoever is late changes nothing."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from businesses.tenancy import across_businesses
from outreach import outgoing, recording, verdicts
from outreach.claiming import Claim, claim_batch, hand_back, renew
from outreach.models import Message
from outreach.sending import send_due_letters
from outreach.services import cancel_messages, release_held, suppress_address
from tests.outreach.factories import a_contact, a_letter, acting, an_event, some_letters, states
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


def claim(later: timedelta = timedelta(), limit: int = 50) -> list[Claim]:
    return claim_batch(Message, limit=limit, now=clock.now() + later)


def in_threads(number: int, work: Callable[[], object]) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def past_lease(settings: Settings) -> timedelta:
    lease: timedelta = settings.OUTREACH_LEASE
    return lease + timedelta(seconds=1)


def test_four_sweepers_at_once_send_each_letter_once(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    some_letters(business, 60)
    some_letters(other_business, 20)

    in_threads(4, send_due_letters)

    assert len(smtp.accepted) == len(set(smtp.message_ids())) == 80
    assert states(business) == {"sent": 60}
    assert states(other_business) == {"sent": 20}


def test_a_claimed_letter_is_not_claimed_again_before_its_lease_is_over(
    business: Business, past_lease: timedelta
) -> None:
    some_letters(business, 3)

    assert len(claim()) == 3
    assert claim() == []
    assert len(claim(past_lease)) == 3


def test_what_another_is_just_claiming_is_skipped_and_not_waited_for(business: Business) -> None:
    some_letters(business, 3)
    others: list[Claim] = []

    with transaction.atomic():
        assert len(claim(limit=2)) == 2  # Not yet committed.
        sweeper = threading.Thread(target=lambda: in_threads(1, lambda: others.extend(claim())))
        sweeper.start()
        sweeper.join(5)
        waited = sweeper.is_alive()
    sweeper.join()

    assert not waited
    assert len(others) == 1


def test_a_renewed_lease_keeps_a_slow_batch(business: Business, past_lease: timedelta) -> None:
    some_letters(business, 1)
    claims = claim()

    renew(claims, now=clock.now() + past_lease)

    assert claim(past_lease) == []


def test_whoever_is_late_changes_nothing(
    business: Business, past_lease: timedelta, smtp: SmtpServer
) -> None:
    [message] = some_letters(business, 1)
    [late] = outgoing.load(claim())
    claim(past_lease)

    with transaction.atomic():
        marked = recording.mark_in_data(late, now=clock.now())
        verdict = verdicts.failed(late, "too late")
        recorded = recording.record(late, verdict, now=clock.now())
    hand_back([late.claim], due_at=clock.now())

    assert (marked, recorded) == ("lost", False)
    with acting(business):
        message.refresh_from_db()
    assert message.state == "sending"


def test_a_lease_that_ran_out_after_the_marker_is_uncertain(
    business: Business, past_lease: timedelta, smtp: SmtpServer
) -> None:
    some_letters(business, 1)
    [letter] = outgoing.load(claim())
    with transaction.atomic():
        assert recording.mark_in_data(letter, now=clock.now()) == "set"

    with clock.at(clock.now() + past_lease):
        send_due_letters()

    assert states(business) == {"uncertain": 1}
    assert smtp.accepted == []


def test_a_letter_cancelled_after_it_was_claimed_does_not_leave(
    business: Business, smtp: SmtpServer
) -> None:
    with acting(business):
        elena = a_contact(business)
        a_letter(business, elena)
    pausing = smtp.fault("rcpt", "pause")
    sender = threading.Thread(target=lambda: in_threads(1, send_due_letters))
    sender.start()
    assert pausing.met.wait(5)

    with acting(business):
        assert cancel_messages(subject=elena, now=clock.now()) == 1
    smtp.behave()
    sender.join()

    assert states(business) == {"cancelled": 1}
    assert smtp.accepted == []


def test_an_address_suppressed_after_it_was_claimed_gets_nothing(
    business: Business, smtp: SmtpServer
) -> None:
    with acting(business):
        elena = a_contact(business)
        a_letter(business, elena)
    pausing = smtp.fault("rcpt", "pause")
    sender = threading.Thread(target=lambda: in_threads(1, send_due_letters))
    sender.start()
    assert pausing.met.wait(5)

    with acting(business):
        suppress_address(
            business=business, address=elena.email, why="never", by=SYSTEM, now=clock.now()
        )
    smtp.behave()
    sender.join()

    assert states(business) == {"suppressed": 1}
    assert smtp.accepted == []


def test_what_is_leaving_this_moment_can_no_longer_be_called_back(
    business: Business, smtp: SmtpServer
) -> None:
    with acting(business):
        elena = a_contact(business)
        a_letter(business, elena)
    pausing = smtp.fault("body", "pause")
    sender = threading.Thread(target=lambda: in_threads(1, send_due_letters))
    sender.start()
    assert pausing.met.wait(5)

    with acting(business):
        assert cancel_messages(subject=elena, now=clock.now()) == 0
    smtp.behave()
    sender.join()

    assert states(business) == {"sent": 1}


def test_the_same_letter_queued_by_two_at_once_is_one(business: Business, smtp: SmtpServer) -> None:
    with acting(business):
        elena = a_contact(business)
        cause = an_event(business, elena)
    together = threading.Barrier(4)

    def queue() -> None:
        with acting(business):
            together.wait()
            a_letter(business, elena, cause=cause, kind="twice")

    in_threads(4, queue)

    with acting(business):
        assert Message.objects.filter(kind="twice").count() == 1


def test_a_letter_queued_while_the_owner_is_confirmed_does_not_stay_held(
    business: Business,
) -> None:
    Business.objects.update(confirmed_at=None)
    unconfirmed = Business.objects.get(pk=business.pk)
    queued = threading.Event()

    def confirm() -> None:
        queued.wait(5)
        with acting(business):
            Business.objects.filter(pk=business.pk).update(confirmed_at=clock.now())
            release_held(business=Business.objects.get(pk=business.pk), now=clock.now())

    confirming = threading.Thread(target=lambda: in_threads(1, confirm))
    confirming.start()
    with acting(business):
        assert a_letter(unconfirmed).state == "held"
        queued.set()
        confirming.join(0.5)
    confirming.join()

    assert states(business) == {"scheduled": 1}


def test_a_sweep_that_finds_nothing_costs_one_query_a_table(business: Business) -> None:
    some_letters(business, 1)
    with acting(business):
        Message.objects.update(due_at=clock.now() + timedelta(days=1))
    send_due_letters()

    with CaptureQueriesContext(connection) as queries:
        assert claim() == []

    looks = [query for query in queries if "outreach_message" in query["sql"]]
    assert len(looks) == 1


def test_across_businesses_only_what_a_claim_needs_can_be_read(business: Business) -> None:
    some_letters(business, 1)

    for column in ("text", "subject", "from_name", "headers", "last_reason"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            across_businesses(),
        ):
            list(Message.objects.values_list(column))
