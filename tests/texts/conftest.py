"""A letter in other words: where it is kept, and Elena, to whom it goes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions.services import draft_ask, send_ask
from outreach.models import Message
from outreach.services import own_letter
from tests.outreach.conftest import smtp
from tests.outreach.factories import a_contact

__all__ = ["smtp"]

Keep = Callable[..., Any]
Asks = Callable[..., Message]


@pytest.fixture
def elena(business: Business) -> Contact:
    return a_contact(business, "Elena Rossi", "elena@rossi.example")


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/settings/letters/"


@pytest.fixture
def keep(alice_client: Client, business: Business, at: str) -> Keep:
    """Alice keeps a letter in other words; by default only what is named is other."""

    def keep(key: str, **told: str) -> Any:
        found = own_letter(business=business, key=key)
        said = {"subject": found.words.subject, "body": found.words.body, "seen": found.version}
        return alice_client.post(f"{at}{key}/", {"who": "", **said, **told})

    return keep


@pytest.fixture
def asks(elena: Contact, by_alice: Actor, alice: User) -> Asks:
    """Alice asks Elena; the letter that is queued."""

    def asks(wanted: str = "a baker", **more: str) -> Message:
        now = clock.now()
        ask = draft_ask(contact=elena, by=by_alice, sender=alice, now=now, wanted=wanted, **more)
        send_ask(ask=ask, by=by_alice, now=now)
        return Message.objects.get(kind="ask_to_advocate", subject_id=ask.pk)

    return asks
