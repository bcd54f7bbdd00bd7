"""The demo business in a running product, and a browser with its owner and with a guest."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import Reader
from tests.browser.places import Guests, Places, open_guests_pages
from tests.chromium import chromium
from tests.demo import told
from tests.journeys.people import Owner
from tests.journeys.stack import Stack

# Of this package alone: two browsers cannot be driven at once from one thread.


@pytest.fixture(scope="package")
def stack(told_demo: str) -> Iterator[Stack]:
    """Goes on where the story ends. Nobody is in a hurry, so that what can be undone stays so."""
    running = Stack(
        template=told_demo,
        secrets=told.secrets(),
        ahead=told.NOW - datetime.now(UTC),
        UNDO_WINDOW="600",
    )
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser(stack: Stack) -> Iterator[Browser]:
    """Begins last, since the database cannot be asked from here while it is driven."""
    with chromium() as running:
        yield running


def a_page(browser: Browser, stack: Stack, *, javascript: bool = True) -> Page:
    """In a profile of its own. Without motion, which would be caught half-way."""
    context = browser.new_context(
        base_url=stack.url,
        java_script_enabled=javascript,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Stockholm",
    )
    context.set_default_timeout(12_000)
    return context.new_page()


def sign_in(stack: Stack, page: Page) -> Owner:
    """As the demo's owner; her page is Today."""
    owner = Owner(stack, page)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(stack.email)
    page.locator("[name=password]").fill(stack.password)
    owner.press("Sign in")
    page.wait_for_url("**/b/**")
    return owner


@pytest.fixture(scope="package")
def owner(browser: Browser, stack: Stack) -> Reader:
    page = a_page(browser, stack)
    sign_in(stack, page)
    return Reader(page)


@pytest.fixture(scope="package")
def guest(browser: Browser, stack: Stack) -> Reader:
    """Somebody who is not signed in."""
    return Reader(a_page(browser, stack))


@pytest.fixture(scope="package")
def plain_owner(browser: Browser, stack: Stack) -> Owner:
    """The owner at a browser without JavaScript."""
    return sign_in(stack, a_page(browser, stack, javascript=False))


@pytest.fixture(scope="package")
def plain_guest(browser: Browser, stack: Stack) -> Page:
    return a_page(browser, stack, javascript=False)


@pytest.fixture(scope="package")
def places(stack: Stack) -> Places:
    return Places(stack)


@pytest.fixture(scope="package")
def guests(stack: Stack, plain_owner: Owner, plain_guest: Page) -> Guests:
    """The pages behind mailed links, made at browsers without JavaScript."""
    return open_guests_pages(stack, plain_owner, plain_guest)
