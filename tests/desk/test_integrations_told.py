"""What an integration did is told on the timeline under the name of its key."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import Actor, ActorKind
from businesses import clock
from businesses.keys import make_api_key, withdraw_api_key
from businesses.models import ApiKey, Business, Scope, User
from contacts.models import Contact
from contacts.services import change_contact, log_interaction
from tests.contacts.factories import make_contact


@pytest.fixture
def shop(business: Business, alice: User) -> ApiKey:
    return a_key(business, alice, "Shop")


def a_key(business: Business, alice: User, name: str) -> ApiKey:
    key, _ = make_api_key(
        business=business, name=name, scope=Scope.WRITE, made_by=alice, now=clock.now()
    )
    return key


def by(key: ApiKey) -> Actor:
    return Actor(ActorKind.INTEGRATION, key.pk)


def read(client: Client, contact: Contact) -> str:
    answer = client.get(f"/b/{contact.business.slug}/people/{contact.pk}/")
    assert answer.status_code == 200
    return answer.text


def test_it_is_named_by_its_key(alice_client: Client, shop: ApiKey) -> None:
    marta = make_contact(name="Marta Oliveira", by=by(shop))
    log_interaction(
        contact=marta, kind="call", text="About the oven.", by=by(shop), now=clock.now()
    )

    text = read(alice_client, marta)

    assert "Shop (integration) added Marta Oliveira" in text
    assert "by Shop (integration)" in text


def test_it_keeps_its_name_after_the_key_was_withdrawn(alice_client: Client, shop: ApiKey) -> None:
    marta = make_contact(name="Marta Oliveira", by=by(shop))

    withdraw_api_key(key=shop, now=clock.now())

    assert "Shop (integration) added Marta Oliveira" in read(alice_client, marta)


def test_more_integrations_are_no_more_queries(
    alice_client: Client, business: Business, alice: User, shop: ApiKey
) -> None:
    marta = make_contact(by=by(shop))
    read(alice_client, marta)
    with CaptureQueriesContext(connection) as with_one:
        read(alice_client, marta)

    for number in range(5):
        key = a_key(business, alice, f"Till {number}")
        now = clock.now() + timedelta(seconds=number)
        change_contact(contact=marta, changes={"job_title": f"Baker {number}"}, by=by(key), now=now)

    with CaptureQueriesContext(connection) as with_six:
        assert "Till 4 (integration) changed what they do there" in read(alice_client, marta)
    assert len(with_six) == len(with_one)
