"""The demo's tests read one telling of the story, since telling it takes seconds."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from demo.story import tell_story

# A year when nobody has written this yet: the story is always of today.
NOW = datetime(2028, 3, 9, 14, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def firm(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Business]:
    """The demo business as of NOW; the test acts for it. Rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        business = tell_story(now=NOW)
        with acting_for(business), clock.at(NOW):
            yield business
        transaction.set_rollback(True)
