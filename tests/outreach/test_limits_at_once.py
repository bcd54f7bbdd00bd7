"""The limits of a day, kept by workers and connections that send at the same time."""

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from outreach import outgoing, recording
from outreach.claiming import claim_batch
from outreach.models import DayCount, Message
from outreach.outgoing import Outgoing
from outreach.sending import send_due_letters
from tests.outreach.factories import a_contact, a_letter, acting, dues, some_letters, states
from tests.outreach.smtp import SmtpServer
from tests.outreach.times import NEXT_MORNING, NOON

pytestmark = pytest.mark.django_db(transaction=True)


def claimed(limit: int) -> list[Outgoing]:
    return outgoing.load(claim_batch(Message, limit=limit, now=NOON))


def mark(letter: Outgoing) -> str:
    with transaction.atomic():
        return recording.mark_in_data(letter, now=NOON)


def sweep_together(workers: int) -> None:
    """So many sweepers at once, each with connections of its own."""
    begin = threading.Barrier(workers)

    def work() -> None:
        try:
            with clock.at(NOON):
                begin.wait()
                send_due_letters()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_workers_that_send_at_once_keep_to_one_letter_a_day(
    mannered: Business, smtp: SmtpServer
) -> None:
    with clock.at(NOON), acting(mannered):
        people = [a_contact(mannered) for _ in range(4)]
        for _ in range(40):
            for person in people:
                a_letter(mannered, person)

    sweep_together(4)

    assert sorted(taken.recipients[0] for taken in smtp.accepted) == sorted(
        person.email for person in people
    )
    assert states(mannered) == {"sent": 4, "scheduled": 156}
    assert dues(mannered) == {NEXT_MORNING}


def test_workers_that_send_at_once_keep_to_the_limit_of_the_business_and_reach_it(
    mannered: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.LETTERS_A_DAY = 61
    with clock.at(NOON):
        some_letters(mannered, 220)

    sweep_together(4)

    assert len(smtp.accepted) == 61
    assert states(mannered) == {"sent": 61, "scheduled": 159}
    with acting(mannered):
        assert sum(DayCount.objects.values_list("used", flat=True)) == 61


def test_whoever_finds_the_last_place_just_taken_waits_to_see_whether_it_was(
    mannered: Business, settings: Settings
) -> None:
    settings.LETTERS_A_DAY = 2
    with clock.at(NOON):
        some_letters(mannered, 3)
    first, second, third = claimed(3)
    assert mark(first) == "set"
    marked: list[str] = []
    is_ready = threading.Event()

    def beside() -> None:
        try:
            connection.ensure_connection()
            is_ready.set()
            marked.append(mark(third))
        finally:
            connection.close()

    with transaction.atomic():
        assert recording.mark_in_data(second, now=NOON) == "set"
        thread = threading.Thread(target=beside)
        thread.start()
        is_ready.wait()
        time.sleep(0.5)  # It would have marked its letter by now, were it not made to wait.
        assert marked == []
        transaction.set_rollback(True)
    thread.join()

    assert marked == ["set"]
    assert mark(second) == "business"


def test_a_letter_over_the_limit_whose_worker_dies_is_not_in_doubt(
    mannered: Business, smtp: SmtpServer
) -> None:
    with clock.at(NOON), acting(mannered):
        contact = a_contact(mannered)
        a_letter(mannered, contact)
        a_letter(mannered, contact)
    first, second = claimed(2)
    assert (mark(first), mark(second)) == ("set", "recipient")

    with clock.at(NOON + configured.OUTREACH_LEASE + timedelta(seconds=1)):
        send_due_letters()

    assert states(mannered) == {"uncertain": 1, "scheduled": 1}
    assert dues(mannered) == {NEXT_MORNING}
