"""A clock that stands still, and two people whom Alice would like to introduce."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from giving.models import GivenIntroduction
from guests import throttling
from outreach.models import Link, LinkPurpose
from tests.giving import factories
from tests.guests.factories import path_of

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.at(NOW):
        yield NOW


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    """All tests come from one address; none pays for the others."""
    client = throttling._client()
    for key in client.scan_iter("guests:*"):
        client.delete(key)


@pytest.fixture
def jonas(business: Business, now: datetime) -> Contact:
    return factories.jonas(business, now)


@pytest.fixture
def elena(business: Business, now: datetime) -> Contact:
    return factories.elena(business, now)


@pytest.fixture
def partner(business: Business, now: datetime) -> Contact:
    """Elena, with whose firm referrals go both ways."""
    return factories.a_partner(business, now)


@pytest.fixture
def given(jonas: Contact, elena: Contact, alice: User, now: datetime) -> GivenIntroduction:
    """Both are asked."""
    return factories.asked(jonas, elena, alice, now)


@pytest.fixture
def sent(jonas: Contact, partner: Contact, alice: User, now: datetime) -> GivenIntroduction:
    """A customer and a partner firm are asked."""
    return factories.asked(jonas, partner, alice, now)


def page_of(given: GivenIntroduction, contact: Contact) -> str:
    """Where the link in this one's letter leads."""
    link = Link.objects.get(
        purpose=LinkPurpose.GIVEN, subject_id=given.pk, contact_id=contact.pk, withdrawn_at=None
    )
    return path_of(link)
