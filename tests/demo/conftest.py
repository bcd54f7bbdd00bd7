"""The demo, once to look at and once to change."""

import os
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from demo.firm import find_firm
from tests import database
from tests.demo.told import NOW


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def firm(told_demo: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Business]:
    """The demo business as of NOW; the test acts for it. Rolled back after the module."""
    url = settings.DATABASE_ADMIN_URL
    with django_db_blocker.unblock(), database.used(url, told_demo), transaction.atomic():
        business = find_firm()
        assert business is not None
        with acting_for(business), clock.at(NOW):
            yield business
        transaction.set_rollback(True)


@pytest.fixture
def own_copy(told_demo: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database with the demo, which the test may change; its transactions are real."""
    url = settings.DATABASE_ADMIN_URL
    with (
        database.copied(url, told_demo, f"told_{os.getpid()}_1") as name,
        django_db_blocker.unblock(),
        database.used(url, name),
    ):
        yield
