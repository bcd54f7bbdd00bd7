"""A second press that comes while the first is under way shows what the first has made of it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from businesses.tenancy import acting_for, locked
from introductions.services import decline_ask
from tests.guests.factories import ask_page, sent_ask
from tests.introductions.factories import an_advocate
from tests.introductions.racing import committed

WAITING = (
    "SELECT count(*) FROM pg_locks "
    "WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
)


@pytest.mark.django_db(transaction=True)
def test_nobody_comes_to_mind_is_thanked_for_twice(
    business: Business, alice: User, by_alice: Actor, now: datetime
) -> None:
    marta = committed(business, lambda: an_advocate(business, now))
    ask = committed(business, lambda: sent_ask(marta.contact, alice, by_alice, now))
    page = committed(business, lambda: ask_page(ask))

    def press() -> tuple[int, str]:
        try:
            with clock.at(now):
                answer = Client().post(f"{page}decline/", follow=True)
        finally:
            connections.close_all()
        return answer.status_code, answer.content.decode()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), acting_for(business):
            first = locked(ask)
            second = pool.submit(press)
            _until_it_waits()
            decline_ask(ask=first, now=now)
        status, text = second.result(10)

    assert status == 200
    assert "Thank you for thinking about it." in text


def _until_it_waits() -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("The second press did not come to wait for the first.")
