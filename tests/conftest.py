"""The database of each test process, and the cast.

Alice owns a business and Bob works in it. Charlie owns another and should never see the first.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, connections
from django.test import Client, TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, Role, User
from businesses.services import open_business
from businesses.tenancy import acting_for
from tests import database
from tests.demo import told


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database for this process, copied from one that the schema owner migrated."""
    url = settings.DATABASE_ADMIN_URL
    with database.copied(url, database.migrated(url), f"test_{os.getpid()}") as name:
        with django_db_blocker.unblock():
            database.use(url, name)
        with _emptied_after_tests(url, name):
            yield
        with django_db_blocker.unblock():
            connections.close_all()


@pytest.fixture(scope="session")
def told_demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database with the demo in it as of `told.NOW`, to look at or to copy."""
    with django_db_blocker.unblock(), told.a_database() as name:
        yield name


class QuickHasher(Argon2PasswordHasher):
    """Argon2 with next to no work, since nobody is after the passwords of tests."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


@pytest.fixture(scope="session", autouse=True)
def _quick_settings() -> Iterator[None]:
    """Without what takes long here and is no part of any promise."""
    with override_settings(
        PASSWORD_HASHERS=[f"{__name__}.{QuickHasher.__name__}"],
        # Each test's client is a server of its own, which would look through all static files.
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _modules_are_no_garbage() -> None:
    """Python looks through all that lives for garbage, again and again: not through the modules."""
    gc.collect()
    gc.freeze()


@contextmanager
def _emptied_after_tests(url: str, name: str) -> Iterator[None]:
    """What tests commit is deleted in Django's stead; the application may not, nor truncate."""
    with database.administrator(url, name) as cursor:
        of_the_template = set(database.tables_with_rows(cursor))

    def empty(case: TransactionTestCase) -> None:
        database.empty(url, name, but=of_the_template)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


def _opened(owner: User, tagline: str, name: str) -> Business:
    now = clock.now()
    business = open_business(
        user=owner,
        tagline=tagline,
        timezone="Europe/Stockholm",
        country="SE",
        currency="EUR",
        locale="en_GB",
        now=now,
    )
    business.name = name
    business.postal_address = "Harbour Street 1, 222 22 Lund, Sweden"
    business.confirmed_at = now
    business.save()
    return business


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice@lindqvist.example", name="Alice Lindqvist")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob@lindqvist.example", name="Bob Berg")


@pytest.fixture
def charlie(db: None) -> User:
    return User.objects.create_user("charlie@stranger.example", name="Charlie Stranger")


@pytest.fixture
def business(alice: User, bob: User) -> Iterator[Business]:
    """Alice's business, ready to send. The test acts for it, unless its transactions are real."""
    business = _opened(alice, "Bookkeeping for small workshops", "Lindqvist Bookkeeping")
    Membership.objects.create(business=business, user=bob, role=Role.MEMBER)
    if connection.in_atomic_block:
        with acting_for(business):
            yield business
    else:
        yield business


@pytest.fixture
def other_business(charlie: User) -> Business:
    """Charlie's business: nothing of the first may ever show there."""
    return _opened(charlie, "Roofs for old houses", "Stranger Roofs")


@pytest.fixture
def membership(business: Business, alice: User) -> Membership:
    return Membership.objects.select_related("business", "user").get(business=business, user=alice)


@pytest.fixture
def by_alice(membership: Membership) -> Actor:
    return Actor.member(membership)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def alice_client(alice: User, business: Business) -> Client:
    return _client(alice)


@pytest.fixture
def bob_client(bob: User, business: Business) -> Client:
    return _client(bob)


@pytest.fixture
def charlie_client(charlie: User, other_business: Business) -> Client:
    return _client(charlie)


@pytest.fixture
def guest() -> Client:
    """Somebody with a link and no login, whose browser sends CSRF tokens as browsers do."""
    return Client()
