"""The API at a browser: a key made in Settings, and the page on which requests can be tried."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import DESK, LOOKS, Reader
from tests.browser.places import Places
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("browser")]


def test_a_key_that_is_made_is_shown_and_can_be_used(
    stack: Stack, owner: Reader, places: Places
) -> None:
    page = owner.page
    owner.open(places.desk("keys"))
    page.get_by_label("What is it for?").fill("Spreadsheet")
    page.get_by_role("button", name="Make a key").dblclick()
    key = page.get_by_label("Key for Spreadsheet").input_value()

    assert owner.faults() == []
    told = page.request.get("/api/v1/", headers={"Authorization": f"Bearer {key}"})
    assert told.json()["key"]["name"] == "Spreadsheet"
    owner.open(places.desk("keys"))
    row = page.locator("li.row", has_text="Spreadsheet")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("last used today")
    assert key not in page.content()

    row.locator("summary", has_text="Withdraw").click()
    row.get_by_role("button", name="Withdraw it").click()

    expect(row).to_contain_text("withdrawn today")
    gone = page.request.get("/api/v1/", headers={"Authorization": f"Bearer {key}"})
    assert gone.status == 401


def test_the_page_to_try_it_fits_and_is_silent(guest: Reader) -> None:
    _open(guest)

    for size, scheme in LOOKS:
        guest.page.set_viewport_size(size)
        guest.page.emulate_media(color_scheme=scheme)
        assert guest.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert guest.complaints() == []


def test_a_request_is_tried_with_a_key(stack: Stack, guest: Reader) -> None:
    page = guest.page
    page.set_viewport_size(DESK)
    _open(guest)
    page.get_by_role("button", name="Authorize").click()
    page.locator(".auth-container input").fill(stack.api_key)
    page.locator(".auth-btn-wrapper").get_by_role("button", name=re.compile("Apply|Auth")).click()
    page.locator(".auth-btn-wrapper").get_by_role("button", name="Close").click()

    assert _tried(page, "get", "/api/v1/")["business"]["name"] == "Lindqvist Bookkeeping"
    created = _tried(page, "post", "/api/v1/contacts", {"name": "Ulla Tried"})
    assert created["name"] == "Ulla Tried"
    assert guest.complaints() == []


def _open(reader: Reader) -> None:
    """The page with what it reads, which is much for a machine that is busy."""
    reader.open("/api/docs/")
    expect(reader.page.locator(".opblock").first).to_be_visible(timeout=60_000)


def _tried(page: Page, method: str, path: str, body: object = None) -> dict[str, object]:
    """Send a request from the page and read the answer where the page shows it."""
    block = page.locator(f".opblock-{method}", has=page.locator(f"[data-path='{path}']"))
    # What is far below is drawn when somebody comes there.
    for _ in range(100):
        if block.count():
            break
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(100)
    block.locator(".opblock-summary-control").click()
    if body is not None:
        block.locator("textarea.body-param__text").fill(json.dumps(body))
    block.get_by_role("button", name="Execute").click()
    answer: Locator = block.locator(".live-responses-table .highlight-code code").first
    return dict(json.loads(answer.inner_text()))
