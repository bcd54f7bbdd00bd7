"""The database of each test process, and the cast.

Alice owns a business and Bob works in it. Charlie owns another and should never see the first.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from fasteners import InterProcessLock
from pytest_django import DjangoDbBlocker

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, Role, User
from businesses.services import open_business
from businesses.tenancy import acting_for, as_schema_owner
from tests import database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database for this process, copied from one that the schema owner migrated."""
    url = settings.DATABASE_ADMIN_URL
    template = _migrated_template(url)
    name = f"test_{os.getpid()}"
    database.copy(url, template, name)
    with django_db_blocker.unblock():
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        settings.DATABASES["default"]["NAME"] = name
        settings.DATABASE_OWNER["NAME"] = name
        host = urlsplit(url).query.removeprefix("host=")
        os.environ["DATABASE_URL"] = f"postgresql://referrals_web@/{name}?host={host}"
        os.environ["DATABASE_OWNER_URL"] = f"postgresql://referrals_owner@/{name}?host={host}"
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    database.drop(url, name)


def _migrated_template(url: str) -> str:
    template = database.template_name()
    with InterProcessLock(database.DIRECTORY / "template.lock"):
        if database.exists(url, template):
            return template
        making = f"{template}_making"
        database.drop(url, making)
        host = urlsplit(url).query.removeprefix("host=")
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://referrals_web@/{making}?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://referrals_owner@/{making}?host={host}",
        }
        for command in (["roles"], ["migrate", "--skip-checks"]):
            subprocess.run(
                [sys.executable, str(Path(database.ROOT, "manage.py")), *command, "-v", "0"],
                check=True,
                env=environment,
                stdout=subprocess.DEVNULL,
            )
        with database.administrator(url) as cursor:
            cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
    return template


@pytest.fixture(scope="session", autouse=True)
def _flush_as_the_owner() -> Iterator[None]:
    """The application may not truncate; after a transactional test the schema owner does."""
    flush = TransactionTestCase._fixture_teardown

    def flush_as_owner(case: TransactionTestCase) -> None:
        with as_schema_owner():
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_as_owner)
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
