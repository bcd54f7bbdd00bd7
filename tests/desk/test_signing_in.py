"""Signing in with a code that comes by e-mail, or with a password by those who have one."""

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from businesses.models import Business, User
from outreach.models import AccountMessage


@pytest.fixture(autouse=True)
def _nothing_was_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def ask_for_code(client: Client, email: str) -> AccountMessage:
    response = client.post("/accounts/login/", {"login": email})
    assert response.headers["Location"] == "/accounts/login/code/confirm/"
    return AccountMessage.objects.latest("created_at")


def code_in(letter: AccountMessage) -> str:
    return letter.subject.split(" ")[0]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_code_in_the_letter_signs_in(guest: Client, alice: User, business: Business) -> None:
    letter = ask_for_code(guest, "alice@lindqvist.example")

    response = guest.post("/accounts/login/code/confirm/", {"code": code_in(letter)}, follow=True)

    assert letter.address == alice.email
    assert is_signed_in(guest)
    assert response.redirect_chain[-1][0] == f"/b/{business.slug}/"


def test_the_code_is_in_text_and_html(guest: Client, alice: User) -> None:
    letter = ask_for_code(guest, alice.email)

    assert code_in(letter) in letter.text
    assert code_in(letter) in letter.html


@pytest.mark.django_db
def test_who_signs_in_with_a_code_has_confirmed_the_address(guest: Client) -> None:
    Client().post("/accounts/signup/", {"email": "mia@berg.example", "tagline": "Boats"})
    letter = ask_for_code(guest, "mia@berg.example")

    guest.post("/accounts/login/code/confirm/", {"code": code_in(letter)})

    assert Business.objects.get().confirmed_at is not None


def test_a_wrong_code_is_said_kindly_and_can_be_tried_again(guest: Client, alice: User) -> None:
    letter = ask_for_code(guest, alice.email)

    page = guest.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"}).content.decode()
    guest.post("/accounts/login/code/confirm/", {"code": code_in(letter)})

    assert "That is not the code we sent." in page
    assert is_signed_in(guest)


def test_guessing_codes_ends_after_a_few(guest: Client, alice: User) -> None:
    letter = ask_for_code(guest, alice.email)

    for _ in range(6):
        guest.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"})
    guest.post("/accounts/login/code/confirm/", {"code": code_in(letter)})

    assert not is_signed_in(guest)


def test_another_code_can_be_sent(guest: Client, alice: User) -> None:
    first = ask_for_code(guest, alice.email)

    guest.post("/accounts/login/code/confirm/", {"action": "resend"})

    second = AccountMessage.objects.latest("created_at")
    assert second.pk != first.pk
    guest.post("/accounts/login/code/confirm/", {"code": code_in(second)})
    assert is_signed_in(guest)


def test_a_password_signs_in_at_once(guest: Client, alice: User) -> None:
    alice.set_password("a kiln that is paid off")
    alice.save()

    guest.post("/accounts/login/", {"login": alice.email, "password": "a kiln that is paid off"})

    assert is_signed_in(guest)
    assert not AccountMessage.objects.exists()


def test_a_wrong_password_keeps_the_address(guest: Client, alice: User) -> None:
    page = guest.post(
        "/accounts/login/", {"login": alice.email, "password": "not this one"}
    ).content.decode()

    assert f'value="{alice.email}"' in page
    assert "do not belong together" in page
    assert "not this one" not in page
    assert not is_signed_in(guest)


def test_passwords_cannot_be_guessed_for_long(guest: Client, alice: User) -> None:
    alice.set_password("a kiln that is paid off")
    alice.save()

    for _ in range(6):
        guest.post("/accounts/login/", {"login": alice.email, "password": "wrong one"})
    page = guest.post(
        "/accounts/login/", {"login": alice.email, "password": "a kiln that is paid off"}
    )

    assert not is_signed_in(guest)
    assert "Please wait a few minutes" in page.content.decode()


@pytest.mark.django_db
def test_a_strangers_address_looks_the_same_and_gets_a_letter_that_says_so(guest: Client) -> None:
    letter = ask_for_code(guest, "nobody@elsewhere.example")

    page = guest.get("/accounts/login/code/confirm/").content.decode()
    assert "Which code did we send you?" in page
    assert letter.subject == "There is no account with this address"


@pytest.mark.django_db
def test_a_wrong_address_is_said_kindly(guest: Client) -> None:
    page = guest.post("/accounts/login/", {"login": "alice@"}).content.decode()

    assert "That is not an e-mail address." in page


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_a_wrong_address_is_said_kindly_wherever_a_code_is_asked_for(
    guest: Client, at: str
) -> None:
    page = guest.post(at, {"email": "mia@berg"}).content.decode()

    assert "That is not an e-mail address." in page
    assert 'value="mia@berg"' in page


def test_signing_in_leads_back_to_the_page_that_was_wanted(guest: Client, alice: User) -> None:
    wanted = "/b/somewhere/people/"
    assert guest.get(wanted).headers["Location"] == f"/accounts/login/?next={wanted}"
    alice.set_password("a kiln that is paid off")
    alice.save()

    response = guest.post(
        f"/accounts/login/?next={wanted}",
        {"login": alice.email, "password": "a kiln that is paid off"},
    )

    assert response.headers["Location"] == wanted


def test_it_never_leads_to_another_site(guest: Client, alice: User) -> None:
    alice.set_password("a kiln that is paid off")
    alice.save()

    response = guest.post(
        "/accounts/login/?next=https://elsewhere.example/",
        {"login": alice.email, "password": "a kiln that is paid off"},
    )

    assert response.headers["Location"] == "/"


def test_opening_the_sign_out_page_signs_nobody_out(alice_client: Client) -> None:
    alice_client.get("/accounts/logout/")
    assert is_signed_in(alice_client)

    alice_client.post("/accounts/logout/")
    assert not is_signed_in(alice_client)


def test_a_password_can_be_chosen_and_is_written_about(alice_client: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    new = {"password1": "a kiln that is paid off", "password2": "a kiln that is paid off"}

    alice_client.post("/accounts/password/set/", new)

    alice.refresh_from_db()
    assert alice.check_password("a kiln that is paid off")
    assert AccountMessage.objects.get().kind == "password_set"


def test_a_forgotten_password_is_replaced_with_a_code(guest: Client, alice: User) -> None:
    guest.post("/accounts/password/reset/", {"email": alice.email})
    letter = AccountMessage.objects.get()
    new = {"password1": "a kiln that is paid off", "password2": "a kiln that is paid off"}

    guest.post("/accounts/password/reset/confirm/", {"code": code_in(letter)})
    guest.post("/accounts/password/reset/complete/", new)

    alice.refresh_from_db()
    assert alice.check_password("a kiln that is paid off")


def test_a_new_address_takes_over_once_it_is_confirmed(alice_client: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    alice_client.post("/accounts/email/", {"email": "new@lindqvist.example", "action_add": "yes"})
    letter = AccountMessage.objects.get(address="new@lindqvist.example")
    link = re.search(r"http://testserver(/\S+)", letter.text)
    assert link

    alice.refresh_from_db()
    assert alice.email == "alice@lindqvist.example"
    alice_client.post(link[1])

    alice.refresh_from_db()
    assert alice.email == "new@lindqvist.example"


def test_a_mistyped_address_is_put_right_before_it_is_confirmed(
    alice_client: Client, alice: User
) -> None:
    alice_client.get("/accounts/email/")

    alice_client.post("/accounts/email/", {"email": "right@lindqvist.example", "action_add": "yes"})

    alice.refresh_from_db()
    assert alice.email == "right@lindqvist.example"
    assert AccountMessage.objects.get().address == "right@lindqvist.example"


def test_somebody_elses_address_cannot_be_taken(
    alice_client: Client, alice: User, charlie: User
) -> None:
    page = alice_client.post("/accounts/email/", {"email": charlie.email, "action_add": "yes"})

    assert "There is an account with this address already." in page.content.decode()
    alice.refresh_from_db()
    assert alice.email == "alice@lindqvist.example"
