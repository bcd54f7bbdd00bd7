"""Somebody who is there, and what they came in as another time."""

from datetime import datetime

import pytest

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from introductions.models import Advocate
from tests.introductions.factories import a_contact, an_advocate


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def m_oliveira(business: Business, now: datetime) -> Contact:
    """The same person, who came in another way."""
    return a_contact(business, now, "M. Oliveira", "info@oliveira.example", "+46701234567")
