"""Who may knock: keys that are known, and what each may do."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from businesses import clock
from businesses.keys import withdraw_api_key
from businesses.models import ApiKey, Business, User
from contacts.models import Contact
from tests.api.client import ApiClient, refusal, with_a_key
from tests.api.racing import in_a_thread


def test_a_key_tells_whose_it_is(api: ApiClient, business: Business) -> None:
    answer = api.get("/")

    key = ApiKey.objects.get()
    assert answer.json() == {
        "business": {
            "id": str(business.pk),
            "name": "Lindqvist Bookkeeping",
            "slug": business.slug,
            "timezone": "Europe/Stockholm",
            "currency": "EUR",
        },
        "key": {"id": str(key.pk), "name": "Shop", "scope": "write"},
    }


def test_without_a_key_there_is_no_answer(guest: ApiClient, business: Business) -> None:
    answer = guest.get("/contacts")

    assert refusal(answer) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("path", ["/contacts", "/nothing/here", "/contacts/not-an-id"])
def test_without_a_key_nobody_learns_what_there_is(
    guest: ApiClient, business: Business, path: str
) -> None:
    assert guest.get(path).json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    "secret", ["hs_invented", "nonsense", "hs_" + "x" * 5000, "hs_\N{SNOWMAN}", "hs_a hs_b"]
)
def test_an_unknown_key_opens_nothing(business: Business, secret: str) -> None:
    answer = ApiClient(secret).get("/contacts")

    assert refusal(answer) == (401, "authentication_failed")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_key_sent_in_another_way_opens_nothing(api: ApiClient) -> None:
    as_password = ApiClient(api.secret, scheme="Basic")

    assert refusal(as_password.get("/contacts")) == (401, "authentication_failed")


def test_a_withdrawn_key_opens_nothing_at_once(api: ApiClient) -> None:
    assert api.get("/contacts").status_code == 200

    withdraw_api_key(key=ApiKey.objects.get(), now=clock.now())

    assert refusal(api.get("/contacts")) == (401, "authentication_failed")


def test_who_is_signed_in_still_needs_a_key(alice_client: Client) -> None:
    assert refusal(alice_client.get("/api/v1/contacts")) == (401, "not_authenticated")


def test_a_key_that_reads_reads_and_changes_nothing(reader: ApiClient, api: ApiClient) -> None:
    marta = f"/contacts/{api.post('/contacts', {'name': 'Marta'}).json()['id']}"

    assert reader.get(marta).status_code == 200
    assert refusal(reader.patch(marta, {"name": "Eve"})) == (403, "permission_denied")
    assert refusal(reader.post("/contacts", {"name": "Eve"})) == (403, "permission_denied")
    assert Contact.objects.get().name == "Marta"


def test_the_owner_sees_when_a_key_was_used_last(api: ApiClient) -> None:
    noon = clock.now().replace(microsecond=0)

    for seconds in (0, 59, 61):
        with clock.at(noon + timedelta(seconds=seconds)):
            api.get("/contacts")
        # Noted once a minute, so that reading is not writing each time.
        assert ApiKey.objects.get().last_used_at == noon + timedelta(seconds=seconds // 60 * 61)


@pytest.mark.django_db(transaction=True)
def test_no_request_waits_for_another_of_the_same_key(business: Business, alice: User) -> None:
    api = with_a_key(business, alice)

    with transaction.atomic():
        ApiKey.objects.select_for_update().get()
        answer = in_a_thread(lambda: api.get("/contacts"))

    assert answer.status_code == 200
