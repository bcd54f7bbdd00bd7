"""Servers that misbehave, by chance or for a while: each letter is sent once, or listed.

`make faults SUITE=misbehaving` does the same to a thousand letters each, with workers as processes.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from outreach.models import Message
from outreach.sending import send_due_letters
from tests.outreach.chaos import HTTP_WAYS, SMTP_WAYS, HttpChaos, HttpWay, SmtpChaos, SmtpWay
from tests.outreach.factories import acting, many_letters

pytestmark = pytest.mark.django_db(transaction=True)

LETTERS = 24
# Few letters, so that each way must strike more often to strike at all.
OFTENER = 4
# After so many the way out is left alone.
IN_A_ROW = 3
# What lasts is over before the second sweep, and not before the first one is.
SHORTER = 10
# Later than the last of all tries.
SWEEPS = 12
BETWEEN = timedelta(hours=25)


@pytest.fixture
def server(settings: Settings) -> Iterator[SmtpChaos]:
    chaos = SmtpChaos()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", chaos.port
    yield chaos
    chaos.close()


@pytest.fixture
def provider(settings: Settings) -> Iterator[HttpChaos]:
    chaos = HttpChaos()
    settings.EMAIL_PROVIDER = "resend"
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "RESEND_API_KEY": "re_secret",
        "RESEND_API_URL": chaos.address,
    }
    yield chaos
    chaos.close()


def patience(way: SmtpWay | HttpWay) -> int:
    """Seconds. Only who hangs is late, however busy this machine is."""
    return 3 if way.deed == "hang" else 20


def oftener(way: SmtpWay | HttpWay) -> int:
    """Of a thousand. What strikes everything for a while needs no more."""
    return way.per_mille if way.lasts else min(600, way.per_mille * OFTENER)


def the_way_of_all(
    business: Business, way: SmtpWay | HttpWay, doubts: int, taken: list[str]
) -> None:
    """Each letter came once and is known to have, or somebody is asked to look at it."""
    with acting(business):
        states = {str(row.pk): row.state for row in Message.objects.all()}
        listed = {str(row.pk) for row in Message.objects.needing_attention()}
    assert len(states) == LETTERS
    assert set(states.values()) <= {"sent", "failed", "uncertain"}
    assert max(Counter(taken).values(), default=0) <= 1, "one came twice"
    assert set(taken) >= {key for key, state in states.items() if state == "sent"}
    assert not set(taken) & {key for key, state in states.items() if state == "failed"}
    assert listed == {key for key, state in states.items() if state != "sent"}
    assert Counter(states.values())["uncertain"] <= doubts
    if way.lasts:
        assert doubts <= IN_A_ROW
        assert Counter(states.values())["sent"] == LETTERS - doubts


def sent_until_nothing_is_tried(business: Business, way: SmtpWay | HttpWay) -> None:
    now = clock.now()
    with acting(business):
        many_letters(business, [1] * LETTERS, [now] * LETTERS)
    for nth in range(SWEEPS):
        with clock.at(now + nth * BETWEEN):
            send_due_letters()
        if not nth:
            time.sleep(0.3 + way.lasts / SHORTER)


@pytest.mark.parametrize("way", SMTP_WAYS, ids=lambda way: way.name)
def test_a_mail_server(
    way: SmtpWay, business: Business, server: SmtpChaos, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = patience(way)
    server.begin(replace(way, per_mille=oftener(way), lasts=way.lasts / SHORTER), "short")

    sent_until_nothing_is_tried(business, way)

    taken = [name.strip("<>").partition("@")[0] for name in server.message_ids()]
    the_way_of_all(business, way, server.doubts, taken)


@pytest.mark.parametrize("way", HTTP_WAYS, ids=lambda way: way.name)
def test_a_provider(
    way: HttpWay, business: Business, provider: HttpChaos, settings: Settings
) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "REQUESTS_TIMEOUT": patience(way)}
    provider.begin(
        replace(
            way,
            per_mille=oftener(way),
            seconds=min(way.seconds, 0.2),
            lasts=way.lasts / SHORTER,
        ),
        "short",
    )

    sent_until_nothing_is_tried(business, way)

    the_way_of_all(business, way, provider.doubts, provider.letters())
