"""With JavaScript off every page still answers, and what matters can be pressed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.places import DESK, Guests, Places
from tests.journeys.people import Advocate, Owner, Prospect
from tests.journeys.stack import Stack

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("name", DESK)
def test_the_owners_pages_answer(plain_owner: Owner, places: Places, name: str) -> None:
    answer = plain_owner.page.goto(places.desk(name))

    assert answer is not None
    assert answer.status == 200
    expect(plain_owner.page.get_by_role("heading", level=1)).not_to_be_empty()


def test_a_reminder_is_done_from_today(plain_owner: Owner, places: Places) -> None:
    plain_owner.page.goto(places.desk("today"))
    row = plain_owner.page.locator("li.row", has_text="Jonas would like a proposal")

    row.get_by_role("button", name="Done").click()

    expect(row).to_have_count(0)
    plain_owner.reads("Elena")


def test_a_card_is_written(plain_owner: Owner, places: Places) -> None:
    plain_owner.page.goto(places.desk("today"))
    row = plain_owner.page.locator("li.row", has_text="sent you Jonas Weber")
    row.get_by_role("link", name="Send a card").click()

    plain_owner.type("Postal address", "Kiln Lane 4\n222 22 Lund")
    plain_owner.press("Show the label")

    page = plain_owner.page
    expect(page.locator("main")).to_contain_text("Dear Marta,")
    label = page.locator("address.label")
    expect(label).to_contain_text("222 22 Lund")
    # Printed, the page is the label alone.
    page.emulate_media(media="print")
    said = label.inner_text()
    expect(page.locator("body")).to_have_text(said, use_inner_text=True)
    page.emulate_media(media="screen")

    plain_owner.press("It is written")

    plain_owner.sees("Marta is thanked.")
    expect(row).to_have_count(0)


def test_somebody_is_found_and_a_call_kept(plain_owner: Owner, places: Places) -> None:
    plain_owner.page.goto(places.desk("people"))
    plain_owner.page.get_by_role("searchbox").fill("deepa")
    plain_owner.page.keyboard.press("Enter")
    plain_owner.follow("Deepa Kaur")
    plain_owner.type("What happened?", "She is four now, and sleeps.")
    plain_owner.press("Keep it")

    plain_owner.sees("She is four now, and sleeps.")


def test_an_advocate_gets_a_link_and_a_prospect_says_yes(
    stack: Stack, guests: Guests, plain_guest: Page
) -> None:
    advocate = Advocate(stack, plain_guest)
    advocate.open(guests["advocate asked"])
    advocate.introduce("Yasmin")
    link = advocate.link_to_send
    expect(plain_guest.get_by_role("link", name="By e-mail")).to_have_attribute(
        "href", re.compile("^mailto:")
    )

    prospect = Prospect(stack, plain_guest)
    prospect.open(link)
    prospect.say_yes("yasmin@browser.example")

    prospect.press("Undo")
    prospect.sees("would like you to meet")
