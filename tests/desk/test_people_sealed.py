"""Who was introduced is nobody's business, and not the owner's either, until they say yes."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions.models import Introduction
from introductions.services import (
    accept_introduction,
    advocate_for,
    complete_handshake,
    decline_introduction,
    draft_ask,
    offer_introduction,
    send_ask,
    undo_answer,
)
from tests.contacts.factories import make_contact

CANARY = ("Zebulon", "zebulon@canary.example", "Zebulon restores clocks.")


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(name="Elena Rossi")


@pytest.fixture
def introduction(elena: Contact, by_alice: Actor, alice: User) -> Introduction:
    now = clock.now()
    ask = draft_ask(
        contact=elena, wanted="somebody with a workshop", by=by_alice, sender=alice, now=now
    )
    send_ask(ask=ask, by=by_alice, now=now)
    return offer_introduction(
        advocate=advocate_for(contact=elena, now=now),
        ask=ask,
        first_name=CANARY[0],
        email=CANARY[1],
        words=CANARY[2],
        now=now,
    )


def _all_pages(client: Client, elena: Contact) -> str:
    at = f"/b/{elena.business.slug}/people/"
    pages = [
        client.get(f"{at}{elena.pk}/").text,
        client.get(at).text,
        client.get(at, {"q": "zebulon"}).text.replace("zebulon", ""),
        client.get(at + "search/", {"q": "zebulon"}).text,
    ]
    return "\n".join(pages)


def _no_canary(text: str) -> bool:
    return not any(sign.casefold() in text.casefold() for sign in CANARY)


def test_the_history_tells_it_without_a_name(
    alice_client: Client, elena: Contact, introduction: Introduction
) -> None:
    text = _all_pages(alice_client, elena)

    assert "You asked Elena for an introduction" in text
    assert "somebody with a workshop" in text
    assert "Elena Rossi is introducing somebody to you" in text
    assert _no_canary(text)


def test_an_answer_tells_no_name_either(
    alice_client: Client, elena: Contact, introduction: Introduction
) -> None:
    now = clock.now()
    accept_introduction(introduction=introduction, now=now)
    undo_answer(introduction=introduction, now=now)
    decline_introduction(introduction=introduction, now=now)

    text = _all_pages(alice_client, elena)

    assert "The person Elena introduced said yes" in text
    assert "The person Elena introduced took the answer back" in text
    assert "The person Elena introduced said no" in text
    assert _no_canary(text)


def test_after_the_handshake_they_are_named(
    alice_client: Client, elena: Contact, introduction: Introduction
) -> None:
    now = clock.now()
    accept_introduction(introduction=introduction, now=now)
    complete_handshake(introduction=introduction, now=now + timedelta(hours=1))
    met = Contact.objects.get(email=CANARY[1])

    sender = alice_client.get(f"/b/{elena.business.slug}/people/{elena.pk}/").text
    sent = alice_client.get(f"/b/{elena.business.slug}/people/{met.pk}/").text

    assert "Handshake between you, Zebulon and Elena Rossi" in sender
    assert "Handshake between you, Zebulon and Elena Rossi" in sent
    assert "A thank-you is waiting for introducing Zebulon" in sender
