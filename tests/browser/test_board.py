"""The board in a browser: a card is taken to another step by hand, and by the keyboard alone."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.places import Places
from tests.journeys.people import Owner

pytestmark = pytest.mark.stack


def lane(owner: Owner, key: str) -> Locator:
    return owner.page.locator(f'.lane[data-to="{key}"]')


def test_a_card_is_dragged_to_the_next_step_and_back_by_keyboard(
    owner: Owner, places: Places
) -> None:
    owner.page.goto(places.desk("the board"))
    card = lane(owner, "met").locator("[data-card]", has_text="Jonas Weber")

    card.drag_to(lane(owner, "proposed").locator("h2"))

    there = lane(owner, "proposed").locator("[data-card]", has_text="Jonas Weber")
    expect(there).to_be_visible()
    expect(lane(owner, "met")).not_to_contain_text("Jonas Weber")
    there.locator("summary").focus()
    owner.page.keyboard.press("Enter")
    there.get_by_role("button", name="Met").focus()
    owner.page.keyboard.press("Enter")
    expect(lane(owner, "met").locator("[data-card]", has_text="Jonas Weber")).to_be_visible()


@pytest.mark.parametrize("by", ["hand", "keyboard"])
def test_a_card_taken_to_won_opens_the_form_that_asks_for_the_amount(
    owner: Owner, places: Places, by: str
) -> None:
    page = owner.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(places.desk("the board"))
    card = lane(owner, "met").locator("[data-card]", has_text="Jonas Weber")
    # At a desk not all lanes are in view at once: these two are, when the last is.
    lane(owner, "won").locator("h2").scroll_into_view_if_needed()

    if by == "hand":
        card.drag_to(lane(owner, "won").locator("h2"))
    else:
        card.locator("summary").focus()
        page.keyboard.press("Enter")
        card.get_by_role("link", name="Won", exact=True).focus()
        page.keyboard.press("Enter")

    page.wait_for_url("**/referrals/*/?end=won#end")
    expect(page.get_by_label("Amount in")).to_be_in_viewport()
    # Nothing is won before the form says so.
    page.goto(places.desk("the board"))
    expect(card).to_be_visible()
    expect(lane(owner, "won")).not_to_contain_text("Jonas Weber")
