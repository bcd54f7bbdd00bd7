"""Robots are slowed down; people are not, and least of all when nobody can count."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest
import redis
from django.test import Client, RequestFactory
from pytest_django import Settings
from structlog.testing import capture_logs

from businesses import clock
from businesses.models import Business, Membership, Role
from guests import throttling
from introductions.models import Advocate
from outreach.services import MORNING, is_suppressed, stop_url
from tests.guests.factories import own_page, prospect_page, stop_page
from tests.introductions.factories import offered

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_an_address_that_comes_too_often_is_asked_to_wait(
    guest: Client, marta: Advocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "VISITS_FROM_AN_ADDRESS", 3)
    page = own_page(marta)

    answers = [guest.get(page) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "That was a little too often." in answers[3].content.decode()
    assert answers[3]["Retry-After"] == "600"
    assert guest.get(page, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_link_that_is_pressed_too_often_rests_wherever_it_is_pressed_from(
    guest: Client, marta: Advocate, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "VISITS_TO_A_LINK", 2)
    introduction = offered(marta, now)
    page = prospect_page(introduction)

    for number in range(2):
        assert guest.get(page, REMOTE_ADDR=f"203.0.113.{number}").status_code == 200

    assert guest.post(page + "yes/", REMOTE_ADDR="203.0.113.9").status_code == 429
    introduction.refresh_from_db()
    assert introduction.state == "offered"
    assert guest.get(own_page(marta)).status_code == 200


def test_who_guesses_tokens_is_stopped_sooner(
    guest: Client, marta: Advocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "WRONG_TOKENS_FROM_AN_ADDRESS", 3)

    answers = [guest.get(f"/i/guess{number}/").status_code for number in range(4)]

    assert answers == [404, 404, 404, 429]
    assert guest.get(own_page(marta)).status_code == 429


def test_a_wish_to_hear_no_more_is_heard_however_many_come_from_one_address(
    guest: Client, marta: Advocate, business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One-click POSTs come from a few machines of a mailbox provider, for all who use it."""
    for limit in ("VISITS_FROM_AN_ADDRESS", "WRONG_TOKENS_FROM_AN_ADDRESS", "VISITS_TO_A_LINK"):
        monkeypatch.setattr(throttling, limit, 1)
    page = stop_page(marta.contact)
    member = Membership.objects.get(business=business, role=Role.OWNER)
    own = urlsplit(stop_url(member=member, kind=MORNING, now=clock.now())).path
    answers = [guest.get("/i/guess/").status_code for _ in range(2)]
    assert answers == [404, 429]

    for where in (page, page, own, own):
        assert guest.post(where, ONE_CLICK).status_code == 200

    assert is_suppressed(business=business, address="marta@oliveira.example")
    member.refresh_from_db()
    assert not member.morning_letter


def test_who_guesses_tokens_by_one_click_is_stopped_as_well(
    guest: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "WRONG_TOKENS_FROM_AN_ADDRESS", 3)

    answers = [guest.post(f"/u/guess{number}/", ONE_CLICK).status_code for number in range(4)]

    assert answers == [404, 404, 404, 429]


def test_the_count_ends_with_its_window(guest: Client, marta: Advocate) -> None:
    guest.get(own_page(marta))

    client = throttling._client()
    keys = list(client.scan_iter("guests:*"))
    assert len(keys) == 2
    assert all(0 < client.ttl(key) <= throttling.WINDOW_SECONDS for key in keys)
    assert not any(b"127.0.0.1" in key for key in keys)


def test_without_redis_the_pages_stay_open(
    guest: Client, marta: Advocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = redis.Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    monkeypatch.setattr(throttling, "_client", lambda: away)

    with capture_logs() as logs:
        assert guest.get(own_page(marta)).status_code == 200
        assert guest.get("/i/invented/").status_code == 404

    assert {line["event"] for line in logs} == {"guests.uncounted"}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "found"),
    [
        (0, "198.51.100.7", "203.0.113.5", "203.0.113.5"),
        (0, "", "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.7", "10.0.0.1", "198.51.100.7"),
        (1, "typed by anybody, 198.51.100.7", "10.0.0.1", "198.51.100.7"),
        (2, "1.2.3.4, 198.51.100.7, 10.0.0.2", "10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1", "10.0.0.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:203.0.113.5", "203.0.113.5"),
        (0, "", "", "unknown"),
    ],
)
def test_an_address_is_believed_from_counted_proxies_only(
    settings: Settings, proxies: int, forwarded: str, peer: str, found: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)

    assert throttling.client_address(request) == found
