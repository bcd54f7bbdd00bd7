"""After a yes: the page says who really gets the letter."""

from datetime import datetime

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from introductions.models import Advocate, Introduction
from introductions.states import SECOND_THOUGHT
from outreach.services import suppress_address
from tests.guests.factories import prospect_page
from tests.introductions.factories import an_advocate, offered, shared

pytestmark = pytest.mark.django_db


def after_yes(guest: Client, introduction: Introduction, reach: str = "") -> tuple[str, str]:
    """The page after the yes, and after the letter has left."""
    page = prospect_page(introduction)
    said = guest.post(page + "yes/", {"reach": reach}, follow=True)
    with clock.at(clock.now() + SECOND_THOUGHT):
        sent = guest.post(page + "send-now/", follow=True)
    assert (said.status_code, sent.status_code) == (200, 200)
    return said.content.decode(), sent.content.decode()


def test_all_three(guest: Client, marta: Advocate, now: datetime) -> None:
    said, sent = after_yes(guest, offered(marta, now))

    assert "You, Alice and Marta get one e-mail" in said
    assert "The letter went to the three of you" in sent


def test_an_advocate_who_wants_no_mail_gets_none(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    suppress_address(
        business=business, address=marta.contact.email, why="never", by=SYSTEM, now=now
    )

    said, sent = after_yes(guest, introduction)

    assert "You and Alice get one e-mail" in said
    assert "The letter went to you and Alice" in sent
    assert "three of you" not in said + sent


@pytest.mark.parametrize("email", ["", "walter@holm.example"])
def test_with_a_number_only(guest: Client, business: Business, now: datetime, email: str) -> None:
    walter = an_advocate(business, now, name="Walter Holm", email=email)

    said, sent = after_yes(guest, shared(walter, now), "070-123 45 67")

    assert "Alice will ring you at the number you gave." in said
    if email:
        assert "Alice and Walter get one e-mail that introduces the two of you." in said
    else:
        assert "Alice gets an e-mail that says so." in said
    assert "Alice has your number and will ring." in sent
