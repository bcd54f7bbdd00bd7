"""Every page, on a phone and at a desk, in light and dark: readable, within the screen, silent."""

import re

import pytest

from tests.browser.looking import Reader
from tests.browser.places import ACCOUNT, DESK, GUESTS, PUBLIC, Guests, Places
from tests.journeys.stack import Stack

pytestmark = pytest.mark.stack

MISSING = {"nowhere", "an unknown link"}
FILE = b"Name,E-mail 1 - Value\nMarta Kovacs,marta@bakery.example\n=cmd(),no address\n"


@pytest.mark.parametrize("name", DESK)
def test_the_owners_pages(owner: Reader, places: Places, name: str) -> None:
    owner.open(places.desk(name))

    assert owner.faults() == []


@pytest.mark.parametrize("name", ACCOUNT)
def test_the_pages_of_an_account(owner: Reader, name: str) -> None:
    owner.open(ACCOUNT[name])

    assert owner.faults() == []


@pytest.mark.parametrize("name", PUBLIC)
def test_the_pages_of_everybody(guest: Reader, name: str) -> None:
    guest.open(PUBLIC[name], 404 if name in MISSING else 200)

    assert guest.faults() == []


@pytest.mark.parametrize("name", GUESTS)
def test_the_pages_behind_mailed_links(guest: Reader, guests: Guests, name: str) -> None:
    guest.open(guests[name], 410 if name == "taken-back link" else 200)

    assert guest.faults() == []


def test_a_letter_as_mailed(guest: Reader, guests: Guests) -> None:
    """Its own page allows no script, not even one that looks: so elsewhere."""
    letter = guest.page.request.get(guests["a letter as mailed"]).text()
    guest.page.goto("about:blank")
    guest.page.set_content(letter)

    assert guest.faults() == []


@pytest.mark.parametrize("path", ["login/code/", "password/reset/"])
def test_where_a_code_is_typed(guest: Reader, path: str) -> None:
    guest.open(f"/accounts/{path}")
    guest.page.locator("main [name=email]").fill("nobody@browser.example")
    guest.page.locator("main .button.first").click()
    guest.page.locator("main [name=code]").wait_for()

    assert guest.faults() == []


def test_a_form_that_is_refused(guest: Reader) -> None:
    guest.open("/accounts/signup/")
    guest.page.get_by_label("E-mail").fill("nobody@browser")
    guest.page.locator("main form").first.evaluate("form => { form.noValidate = true; }")
    guest.page.locator("main .button.first").click()

    assert guest.page.locator(".errorlist").first.is_visible()
    assert guest.faults() == []


def test_a_file_that_was_read(owner: Reader, places: Places) -> None:
    owner.open(places.desk("a file of people"))
    owner.page.locator("input[type=file]").set_input_files(
        {"name": "contacts.csv", "mimeType": "text/csv", "buffer": FILE}
    )
    owner.page.get_by_role("button", name="Show me").click()

    assert owner.page.get_by_role("button", name="Add 1 person").is_visible()
    assert owner.faults() == []


def test_an_ask_as_it_will_be_read(owner: Reader, places: Places) -> None:
    owner.open(places.desk("an ask to write"))
    owner.page.get_by_label("I am looking for").fill("potters who fire with wood")
    owner.page.get_by_role("button", name="See the letter").click()

    assert owner.page.get_by_role("heading", name=re.compile("What .+ will read")).is_visible()
    assert owner.faults() == []


def test_the_desk_of_somebody_new(stack: Stack, guest: Reader) -> None:
    guest.open("/")
    guest.page.get_by_label("Your e-mail").fill("new@browser.example")
    guest.page.get_by_label("What do you do, and for whom?").fill("Roofs for old houses")
    guest.page.get_by_role("button", name="Begin").click()
    guest.page.wait_for_url("**/b/**")
    desk = guest.page.url

    for path in ("", "people/", "introductions/", "thank-yous/", "settings/", "settings/sender/"):
        guest.open(desk + path)
        assert guest.faults() == [], path
    guest.open("/accounts/password/set/")
    assert guest.faults() == []
    guest.page.context.clear_cookies()
