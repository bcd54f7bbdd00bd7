"""Signing up takes an address and one line; the rest is guessed, the address confirmed."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, Role, User
from businesses.services import introduce_sender
from businesses.tenancy import acting_for
from introductions.services import draft_ask, send_ask
from outreach.models import AccountMessage, Message
from outreach.states import MessageState
from tests.introductions.factories import a_contact

pytestmark = pytest.mark.django_db

SIGN_UP = {"email": "Elena@Lindqvist.example", "tagline": "Bookkeeping for small workshops"}


@pytest.fixture(autouse=True)
def _nothing_was_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_up(client: Client, **more: str) -> Business:
    response = client.post("/accounts/signup/", {**SIGN_UP, **more})
    assert response.status_code == 302, response.content.decode()
    return Business.objects.get(memberships__user__email="elena@lindqvist.example")


def link_in(letter: AccountMessage) -> str:
    found = re.search(r"http://testserver(/accounts/confirm-email/\S+)", letter.text)
    assert found
    return found[1]


def test_two_fields_open_a_business_and_sign_in(guest: Client) -> None:
    business = sign_up(guest)

    assert business.tagline == "Bookkeeping for small workshops"
    assert Membership.objects.get(business=business).role == Role.OWNER
    assert guest.get("/").headers["Location"] == f"/b/{business.slug}/"


def test_no_password_is_made(guest: Client) -> None:
    sign_up(guest)

    assert not User.objects.get().has_usable_password()


def test_the_front_page_asks_for_two_things(guest: Client) -> None:
    page = guest.get("/").content.decode()

    assert re.findall(r'<input(?![^>]*type="hidden")[^>]*name="(\w+)"', page) == [
        "email",
        "tagline",
    ]


def test_the_place_is_guessed_from_the_browsers_clock_and_language(guest: Client) -> None:
    business = sign_up(guest, timezone="Europe/Stockholm", language="sv-SE")

    assert (business.timezone, business.country) == ("Europe/Stockholm", "SE")
    assert (business.currency, business.locale) == ("SEK", "sv_SE")


def test_the_clock_says_where_even_if_the_language_is_from_elsewhere(guest: Client) -> None:
    business = sign_up(guest, timezone="Europe/Lisbon", language="en-US")

    assert (business.country, business.currency, business.locale) == ("PT", "EUR", "en_PT")


def test_without_scripts_the_language_that_is_asked_for_is_enough(guest: Client) -> None:
    guest.defaults["HTTP_ACCEPT_LANGUAGE"] = "da-DK,da;q=0.9,en;q=0.5"

    business = sign_up(guest)

    assert (business.timezone, business.currency) == ("Europe/Copenhagen", "DKK")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "x" * 60])
def test_a_made_up_clock_falls_back(guest: Client, zone: str) -> None:
    business = sign_up(guest, timezone=zone, language="?")

    assert (business.timezone, business.currency) == ("Europe/London", "GBP")


def test_a_letter_asks_whether_the_address_is_theirs(guest: Client) -> None:
    sign_up(guest)

    letter = AccountMessage.objects.get()
    assert letter.address == "elena@lindqvist.example"
    assert letter.subject == "Is this your address?"
    assert link_in(letter) in letter.html


def test_opening_the_link_confirms_nothing(guest: Client) -> None:
    business = sign_up(guest)
    link = link_in(AccountMessage.objects.get())

    page = Client().get(link)
    Client().head(link)

    assert "Yes, it is mine" in page.content.decode()
    business.refresh_from_db()
    assert business.confirmed_at is None


def test_its_button_confirms_the_address(guest: Client) -> None:
    business = sign_up(guest)

    guest.post(link_in(AccountMessage.objects.get()))

    business.refresh_from_db()
    assert business.confirmed_at is not None


def test_it_also_works_in_a_browser_that_is_not_signed_in(guest: Client) -> None:
    business = sign_up(guest)

    Client().post(link_in(AccountMessage.objects.get()))

    business.refresh_from_db()
    assert business.confirmed_at is not None


def test_a_used_link_gets_a_kind_page(guest: Client) -> None:
    sign_up(guest)
    link = link_in(AccountMessage.objects.get())
    guest.post(link)

    opened, pressed = guest.get(link), guest.post(link)

    assert (opened.status_code, pressed.status_code) == (200, 409)
    for response in (opened, pressed):
        assert "This link has been used, or is too old." in response.content.decode()


def test_an_invented_link_gets_the_same_page(guest: Client) -> None:
    page = guest.get("/accounts/confirm-email/MQ:invented/").content.decode()

    assert "This link has been used, or is too old." in page


@pytest.mark.parametrize("email", ["", "elena", "elena@", "a b@example.com", "x@y.z\nBcc: q@w.e"])
def test_a_wrong_address_keeps_what_was_typed(guest: Client, email: str) -> None:
    page = guest.post("/accounts/signup/", {**SIGN_UP, "email": email}).content.decode()

    assert "Bookkeeping for small workshops" in page
    assert "e-mail address" in page
    assert not User.objects.exists()


def test_an_empty_line_is_asked_for(guest: Client) -> None:
    page = guest.post("/accounts/signup/", {**SIGN_UP, "tagline": " "}).content.decode()

    assert "Please say in a few words what you do, and for whom." in page
    assert "Elena@Lindqvist.example" in page
    assert not Business.objects.exists()


def test_a_known_address_is_sent_to_signing_in(guest: Client) -> None:
    sign_up(guest)

    page = Client().post("/accounts/signup/", SIGN_UP).content.decode()

    assert "There is an account with this address already." in page
    assert Business.objects.count() == 1


def test_a_second_press_finds_the_business_that_the_first_opened(guest: Client) -> None:
    business = sign_up(guest)

    response = guest.post("/accounts/signup/", SIGN_UP, follow=True)

    assert response.redirect_chain[-1][0] == f"/b/{business.slug}/"
    assert Business.objects.count() == 1


def test_two_businesses_of_one_kind_get_addresses_of_their_own(guest: Client) -> None:
    first = sign_up(guest)
    Client().post("/accounts/signup/", {**SIGN_UP, "email": "mia@berg.example"})

    second = Business.objects.get(memberships__user__email="mia@berg.example")
    assert second.slug != first.slug


def test_markup_in_the_line_stays_text(guest: Client) -> None:
    business = sign_up(guest, tagline="<script>alert(1)</script>")

    assert re.fullmatch(r"[-a-z0-9]+", business.slug)


def test_an_ask_written_before_the_address_is_confirmed_leaves_then(guest: Client) -> None:
    business, now = sign_up(guest), clock.now()
    membership = Membership.objects.get(business=business)
    introduce_sender(
        business=business,
        user=membership.user,
        name="Elena Lindqvist",
        firm="Lindqvist",
        postal_address="Harbour Street 1, Lund",
    )
    confirmation = link_in(AccountMessage.objects.get())
    with acting_for(business):
        by = Actor.member(membership)
        ask = draft_ask(
            contact=a_contact(business, now),
            wanted="a workshop",
            by=by,
            sender=membership.user,
            now=now,
        )
        send_ask(ask=ask, by=by, now=now)
        assert Message.objects.get().state == MessageState.HELD

    guest.post(confirmation)

    with acting_for(business):
        assert Message.objects.get().state == MessageState.SCHEDULED
