"""What a phone shows: the yes without scrolling, nothing beside the screen, little to load."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route

from introductions.models import Advocate, Ask, Introduction
from tests.chromium import chromium
from tests.guests.factories import (
    ask_page,
    own_page,
    prospect_page,
    share_page,
    stop_page,
    vouch_page,
)
from tests.introductions.factories import accepted, came_by_link, offered, shaken, shared

pytestmark = pytest.mark.django_db

PHONE = {"width": 360, "height": 640}
MOST_BYTES = 100_000


Show = Callable[[bytes], Page]


@contextmanager
def a_phone(*, javascript: bool = True) -> Iterator[Show]:
    """Lays pages out as Chromium does. The database must not be asked meanwhile."""
    with chromium() as browser:

        def show(html: bytes) -> Page:
            page = browser.new_page(viewport=PHONE, java_script_enabled=javascript)
            page.route("**/*", partial(_answer, html))
            page.goto("http://handshake.example/")
            return page

        yield show


def _answer(html: bytes, route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/"))
        assert found, path
        route.fulfill(path=str(found))
    else:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("make", [offered, shared])
def test_the_yes_and_what_is_disclosed_are_in_sight_however_long_the_letter(
    guest: Client,
    marta: Advocate,
    now: datetime,
    make: Callable[[Advocate, datetime], Introduction],
) -> None:
    introduction = make(marta, now)
    introduction.words = "\n\n".join(["She has kept our books for six years. " * 5] * 10)[:2000]
    introduction.save()
    html = guest.get(prospect_page(introduction)).content

    with a_phone(javascript=False) as show:
        phone = show(html)
        for what in (
            phone.get_by_role("button", name="Yes, introduce us"),
            phone.get_by_text("Nobody is paid for this introduction."),
        ):
            box = what.bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= PHONE["height"]


def test_what_to_press_is_in_sight_where_somebody_comes_and_where_they_are_known(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    came = came_by_link(marta, now)
    pages = {
        "Ask Marta to introduce us": guest.get(share_page(marta)).content,
        "Yes, I know Jonas": guest.get(vouch_page(came)).content,
    }

    with a_phone(javascript=False) as show:
        for name, html in pages.items():
            box = show(html).get_by_role("button", name=name).bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= PHONE["height"]


def the_pages(guest: Client, marta: Advocate, ask: Ask, now: datetime) -> dict[str, bytes]:
    came = came_by_link(marta, now, "d@shoebox.example")
    kit = f"{own_page(marta)}kit/"
    to_make = guest.get(kit).content
    paths = {
        "share kit": kit,
        "who came waits": prospect_page(came),
        "do you know them": vouch_page(came),
        "share page": share_page(marta),
        "asked": ask_page(ask),
        "own": own_page(marta),
        "given": f"{own_page(marta)}given/{shared(marta, now, 'Bartholomew-Maximilian').pk}/",
        "question": prospect_page(offered(marta, now)),
        "said yes": prospect_page(accepted(marta, now, "b@shoebox.example")),
        "introduced": prospect_page(shaken(marta, now, "c@shoebox.example")),
        "stop": stop_page(marta.contact),
    }
    pages = {name: guest.get(path).content for name, path in paths.items()}
    return pages | {"share kit to make": to_make}


def test_nothing_stands_beside_the_screen(
    guest: Client, ask: Ask, marta: Advocate, now: datetime
) -> None:
    pages = the_pages(guest, marta, ask, now)

    with a_phone() as show:
        wide = {
            name: show(html).evaluate("document.documentElement.scrollWidth")
            for name, html in pages.items()
        }

    assert set(wide.values()) == {PHONE["width"]}


def test_a_page_weighs_little(guest: Client, ask: Ask, marta: Advocate, now: datetime) -> None:
    for name, html in the_pages(guest, marta, ask, now).items():
        files = set(re.findall(r'"/static/([^"]+)"', html.decode()))
        weight = len(html) + sum(Path(str(finders.find(file))).stat().st_size for file in files)

        assert files
        assert weight < MOST_BYTES, name
