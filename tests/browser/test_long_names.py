"""A name without a place to break, wider than a phone: it pushes no page aside."""

import pytest

from tests.browser.looking import Reader

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("browser")]

CAME = "Wolfeschlegelsteinhausenbergerdorff Sr., Hubert Blaine, of Philadelphia PA"
SENT_BY = "Maximiliane-Bartholomea von und zu Hohenlohe-Waldenburg-Schillingsfürst"


def test_a_long_name_stays_on_every_page_it_is_on(guest: Reader) -> None:
    page = guest.page
    guest.open("/")
    page.get_by_label("Your e-mail").fill("long@browser.example")
    page.get_by_label("What do you do, and for whom?").fill("Roofs for old houses")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/b/**")
    desk = page.url

    guest.open(f"{desk}sent/")
    page.get_by_label("Who came?").fill(CAME)
    page.locator("[name=sender_name]").fill(SENT_BY)
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/people/**")
    assert guest.faults() == []
    page.get_by_role("link", name="How it goes").click()
    page.wait_for_url("**/referrals/**")
    assert guest.faults() == []

    for place in ("", "people/", "introductions/", "thank-yous/"):
        guest.open(desk + place)
        assert guest.faults() == [], place
    page.get_by_role("link", name="Send a card").first.click()
    page.wait_for_url("**/thank-yous/*/**")
    assert guest.faults() == []
    page.context.clear_cookies()
