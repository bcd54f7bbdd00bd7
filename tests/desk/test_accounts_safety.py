"""Who signs up with somebody else's address gains nothing by it."""

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from businesses.models import User
from outreach.models import AccountMessage

pytestmark = pytest.mark.django_db

EMAIL = "mia@berg.example"
SIGN_UP = {"email": EMAIL, "tagline": "Boats for small harbours"}
PASSWORD = "a kiln that is paid off"
CHOSEN = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _nothing_was_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def stranger() -> Client:
    """Somebody who signed up with Mia's address."""
    client = Client()
    client.post("/accounts/signup/", SIGN_UP)
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/email/").status_code == 200


def newest() -> AccountMessage:
    return AccountMessage.objects.latest("created_at")


def confirmation() -> str:
    letter = AccountMessage.objects.filter(kind__startswith="email_confirmation").latest(
        "created_at"
    )
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", letter.text)
    assert link
    return link[1]


def sign_in_by_code(client: Client, email: str = EMAIL) -> None:
    client.post("/accounts/login/", {"login": email})
    client.post("/accounts/login/code/confirm/", {"code": newest().subject.split(" ")[0]})


def with_a_password_from_before() -> None:
    user = User.objects.get(email=EMAIL)
    user.set_password(PASSWORD)
    user.save()


def can_sign_in_by_password(email: str = EMAIL) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return is_in(client)


def test_no_password_can_be_set_before_the_address_is_proven(stranger: Client) -> None:
    shown = stranger.get("/accounts/password/set/").content.decode()
    refused = stranger.post("/accounts/password/set/", CHOSEN).content.decode()

    assert "Please confirm first that the address is yours" in shown
    assert "Please confirm first that the address is yours" in refused
    assert 'name="password1"' not in shown
    assert not can_sign_in_by_password()


def test_nor_changed(guest: Client, alice: User) -> None:
    alice.set_password("an older one of hers")
    alice.save()
    guest.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")

    page = guest.post(
        "/accounts/password/change/", {**CHOSEN, "oldpassword": "an older one of hers"}
    )

    assert "Please confirm first that the address is yours" in page.content.decode()
    assert not can_sign_in_by_password(alice.email)


def test_once_it_is_proven_one_can_be_chosen(guest: Client) -> None:
    guest.post("/accounts/signup/", SIGN_UP)
    guest.post(confirmation())

    guest.post("/accounts/password/set/", CHOSEN)

    assert is_in(guest)
    assert can_sign_in_by_password()


def test_a_code_signs_everybody_else_out(stranger: Client, guest: Client) -> None:
    sign_in_by_code(guest)

    assert is_in(guest)
    assert not is_in(stranger)


def test_and_ends_a_password_from_before(guest: Client) -> None:
    Client().post("/accounts/signup/", SIGN_UP)
    with_a_password_from_before()

    sign_in_by_code(guest)

    assert is_in(guest)
    assert not can_sign_in_by_password()


def test_the_button_keeps_the_browser_it_is_pressed_in(guest: Client) -> None:
    guest.post("/accounts/signup/", SIGN_UP)

    guest.post(confirmation())

    assert is_in(guest)


def test_the_button_elsewhere_signs_everybody_out(stranger: Client, guest: Client) -> None:
    with_a_password_from_before()

    page = guest.get(confirmation()).content.decode()
    guest.post(confirmation())

    assert "If it was not you, do not press." in page
    assert not is_in(stranger)
    assert not can_sign_in_by_password()


def test_asking_for_a_new_password_signs_everybody_out(stranger: Client, guest: Client) -> None:
    guest.post("/accounts/password/reset/", {"email": EMAIL})

    guest.post("/accounts/password/reset/confirm/", {"code": newest().subject.split(" ")[0]})

    assert not is_in(stranger)


def test_an_address_added_to_a_strangers_account_is_not_shared(guest: Client) -> None:
    stranger = Client()
    stranger.post("/accounts/signup/", {**SIGN_UP, "email": "stranger@elsewhere.example"})
    stranger.post(confirmation())
    stranger.post("/accounts/password/set/", CHOSEN)
    stranger.post("/accounts/email/", {"email": EMAIL, "action_add": "yes"})

    sign_in_by_code(guest)

    assert not is_in(stranger)
    assert not can_sign_in_by_password()
    assert not can_sign_in_by_password("stranger@elsewhere.example")


def test_who_is_proven_changes_the_address_and_stays(alice_client: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    alice_client.post("/accounts/password/set/", CHOSEN)
    alice_client.post("/accounts/email/", {"email": "new@lindqvist.example", "action_add": "yes"})

    alice_client.post(confirmation())

    assert is_in(alice_client)
    assert can_sign_in_by_password("new@lindqvist.example")


def test_later_codes_sign_nobody_out(guest: Client) -> None:
    sign_up = Client()
    sign_up.post("/accounts/signup/", SIGN_UP)
    sign_up.post(confirmation())

    sign_in_by_code(guest)

    assert is_in(guest)
    assert is_in(sign_up)


def test_staff_sign_in_where_guesses_are_counted(guest: Client) -> None:
    asked = guest.get("/staff/login/?next=/staff/")
    guessed = guest.post("/staff/login/?next=/staff/", {"username": EMAIL, "password": PASSWORD})

    assert asked.headers["Location"] == "/accounts/login/?next=%2Fstaff%2F"
    assert guessed.headers["Location"] == "/accounts/login/?next=%2Fstaff%2F"


def test_who_is_not_staff_is_turned_away(alice_client: Client) -> None:
    assert alice_client.get("/staff/login/?next=/staff/").status_code == 403
