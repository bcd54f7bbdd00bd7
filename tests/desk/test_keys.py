"""API keys in Settings: made, shown once, withdrawn; by whoever may."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from businesses import clock
from businesses.keys import find_api_key, make_api_key
from businesses.models import ApiKey, Business, Membership, Scope, User

SHOP = {"name": "Our shop", "scope": "write"}
SECRET = re.compile(r'value="(hs_[\w-]{43})"')


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/settings/keys/"


def a_key(business: Business, user: User, name: str = "Our shop") -> tuple[ApiKey, str]:
    return make_api_key(
        business=business, name=name, scope=Scope.READ, made_by=user, now=clock.now()
    )


def asked_with(secret: str) -> Any:
    return Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/")


def test_settings_lead_there(alice_client: Client, at: str, business: Business) -> None:
    assert f'href="{at}"' in alice_client.get(f"/b/{business.slug}/settings/").text
    assert 'href="/api/docs/"' in alice_client.get(at).text


def test_a_key_is_made_and_opens_the_api(
    alice_client: Client, at: str, business: Business, alice: User
) -> None:
    answer = alice_client.post(at, SHOP | {"name": "  Our  shop "})

    [secret] = SECRET.findall(answer.text)
    told = asked_with(secret).json()
    assert told["business"]["id"] == str(business.pk)
    assert (told["key"]["name"], told["key"]["scope"]) == ("Our shop", "write")
    assert ApiKey.objects.get().made_by == alice


def test_it_is_shown_once_and_kept_nowhere(alice_client: Client, at: str) -> None:
    answer = alice_client.post(at, SHOP)
    [secret] = SECRET.findall(answer.text)

    later = alice_client.get(at)

    assert secret not in later.text
    assert secret not in str(dict(alice_client.session)) + str(alice_client.cookies)
    assert secret not in str(ApiKey.objects.values())
    assert "no-store" in answer["Cache-Control"]


def test_the_list_says_what_each_may_by_whom_and_since_when(
    alice_client: Client, bob: User, at: str, business: Business
) -> None:
    key, secret = a_key(business, bob, "Spreadsheet")
    asked_with(secret)

    text = alice_client.get(at).text

    for shown in (
        "Spreadsheet",
        "Look at everything, and change nothing",
        f"{key.prefix}…",
        "made by Bob Berg",
        "last used",
    ):
        assert shown in text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", " ", "Please say what it is for"),
        ("name", "x" * 76, "Please keep it under 75 characters."),
        ("scope", "", "Please choose what it may do."),
        ("scope", "anything", "anything"),
    ],
)
def test_what_cannot_be_is_kept_in_the_form(
    alice_client: Client, at: str, field: str, typed: str, sentence: str
) -> None:
    answer = alice_client.post(at, SHOP | {field: typed})

    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert not ApiKey.objects.exists()


def test_a_second_press_makes_no_second_key_and_says_so(alice_client: Client, at: str) -> None:
    alice_client.post(at, SHOP)

    answer = alice_client.post(at, SHOP)

    assert answer.status_code == 409
    assert "shown only once" in answer.text
    assert not SECRET.findall(answer.text)
    assert ApiKey.objects.count() == 1


def test_another_of_the_same_name_can_be_made_later_or_after_withdrawing(
    alice_client: Client, at: str
) -> None:
    alice_client.post(at, SHOP)
    alice_client.post(f"{at}{ApiKey.objects.get().pk}/withdraw/")

    assert SECRET.findall(alice_client.post(at, SHOP).text)
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert SECRET.findall(alice_client.post(at, SHOP).text)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_key(alice: User, business: Business, at: str) -> None:
    together = Barrier(2)

    def press(_number: int) -> int:
        client = Client()
        client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
        together.wait()
        try:
            return client.post(at, SHOP).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [200, 409]
    assert ApiKey.objects.count() == 1


def test_a_withdrawn_key_opens_nothing_and_stays_in_the_list(
    alice_client: Client, alice: User, at: str, business: Business
) -> None:
    key, secret = a_key(business, alice)
    assert asked_with(secret).status_code == 200

    answers = [alice_client.post(f"{at}{key.pk}/withdraw/", follow=True) for _press in range(2)]

    for answer in answers:
        assert "opens nothing any more" in answer.text
        assert "withdrawn <time" in answer.text
        assert f"{key.pk}/withdraw/" not in answer.text
    assert asked_with(secret).status_code == 401


@pytest.mark.parametrize(("role", "may"), [("manager", True), ("member", False), ("viewer", False)])
def test_only_the_owner_and_managers_make_and_withdraw(
    bob_client: Client, bob: User, alice: User, at: str, business: Business, role: str, may: bool
) -> None:
    Membership.objects.filter(user=bob).update(role=role)
    key, secret = a_key(business, alice)

    page = bob_client.get(at).text
    made = bob_client.post(at, SHOP)
    withdrawn = bob_client.post(f"{at}{key.pk}/withdraw/")

    assert "Our shop" in page
    assert ("made and withdrawn by the owner and by managers" in page) is not may
    assert ("<button" in page.partition('id="main"')[2]) is may
    assert (made.status_code, withdrawn.status_code) == ((200, 302) if may else (403, 403))
    assert (find_api_key(secret) is None) is may


def test_a_strangers_keys_are_not_found(
    charlie_client: Client,
    other_business: Business,
    alice: User,
    business: Business,
    at: str,
) -> None:
    key, secret = a_key(business, alice)
    own = f"/b/{other_business.slug}/settings/keys/"

    assert charlie_client.get(at).status_code == 404
    assert "Our shop" not in charlie_client.get(own).text
    assert charlie_client.post(f"{own}{key.pk}/withdraw/").status_code == 404
    assert find_api_key(secret) == key


def test_looking_withdraws_nothing(
    alice_client: Client, alice: User, at: str, business: Business
) -> None:
    key, secret = a_key(business, alice)

    assert alice_client.get(f"{at}{key.pk}/withdraw/").status_code == 405
    assert find_api_key(secret) is not None


def test_no_more_queries_for_more_keys(
    alice_client: Client, alice: User, at: str, business: Business
) -> None:
    alice_client.get(at)
    a_key(business, alice, "First")
    from_one = _queries(alice_client, at)
    for number in range(20):
        a_key(business, User.objects.create_user(f"{number}@x.example"), f"Key {number}")

    assert _queries(alice_client, at) == from_one


def _queries(client: Client, at: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(at).status_code == 200
    return len(queries)
