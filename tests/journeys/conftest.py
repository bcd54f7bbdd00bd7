"""A running product and browsers of people who do not know one another."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.stack import Stack

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 900}

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    running = Stack()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found or None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, stack: Stack) -> Iterator[NewPage]:
    """A page in a browser profile of its own: nobody shares a cookie with anybody."""
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(*, phone: bool = False, javascript: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=stack.url,
            viewport=PHONE if phone else DESK,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="Europe/Stockholm",
        )
        opened.append(context)
        page = context.new_page()
        # A breach of the Content-Security-Policy, or a script that fails, shows here.
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    for context in opened:
        context.close()
    assert [text for text in problems if "status of 4" not in text] == []
