"""A running product and browsers of people who do not know one another."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.chromium import chromium
from tests.journeys.people import Circle
from tests.journeys.stack import PatientStack, Stack

PHONE = ViewportSize(width=360, height=640)
DESK = ViewportSize(width=1280, height=900)

NewPage = Callable[..., Page]


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """One for all journeys: each has its own business in it.

    In the afternoon: what an owner is sent of a morning would come into it at any moment.
    """
    now = datetime.now(ZoneInfo("Europe/Stockholm"))
    afternoon = now.replace(hour=13, minute=0)
    running = Stack(ahead=max(timedelta(), afternoon - now))
    yield running
    running.stop()


@pytest.fixture(scope="package")
def patient_stack() -> Iterator[PatientStack]:
    """For journeys in which something is undone, or a mail server refuses a letter."""
    running = PatientStack()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def new_page(browser: Browser, stack: Stack) -> Iterator[NewPage]:
    """A page in a browser profile of its own: nobody shares a cookie with anybody."""
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(
        *, phone: bool = False, javascript: bool = True, cookies: Sequence[Any] = ()
    ) -> Page:
        context = browser.new_context(
            base_url=stack.url,
            viewport=PHONE if phone else DESK,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/Stockholm",
        )
        opened.append(context)
        context.set_default_timeout(12_000)
        context.add_cookies([*cookies])
        page = context.new_page()
        # A breach of the Content-Security-Policy, or a script that fails, shows here.
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    for context in opened:
        context.close()
    assert [text for text in problems if "status of 4" not in text] == []


@pytest.fixture
def circle(stack: Stack, new_page: NewPage, request: pytest.FixtureRequest) -> Circle:
    """The people of this journey, at addresses that no other journey has."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())
    return Circle(stack, new_page, name.strip("-")[:60].strip("-"))
