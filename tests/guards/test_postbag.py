"""One of every letter arrives: scanners may open all of it, and it is shown as it was sent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import Settings

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from config.local.letters import find_letter
from outreach.catalogue import LETTERS
from tests.guards.all_letters import folders, ways
from tests.guards.letters_to_guests import TO_GUESTS
from tests.guards.letters_to_members import TO_MEMBERS
from tests.guards.postbag import NOW, Arrived, Postbag
from tests.outreach.conftest import smtp
from tests.outreach.smtp import SmtpServer

__all__ = ["smtp"]

pytestmark = pytest.mark.django_db

HOME = "http://testserver"
# What a visit itself leaves behind, and nothing that a person said or did.
VISITS = {"sessions.Session"}
# A link of a guest's letter by which its reader says something; the others only stop mail.
SPEAKING = re.compile(rf"{HOME}/[afgiksv]/")


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def bag(business: Business, alice: User, by_alice: Actor, smtp: SmtpServer) -> Postbag:
    return Postbag(business, alice, by_alice, smtp)


@pytest.fixture(scope="module")
def read_before() -> list[Arrived]:
    """Letters that arrived in one of these tests, to be read in the others."""
    return []


@pytest.fixture
def letters(bag: Postbag, read_before: list[Arrived]) -> Sequence[Arrived]:
    read_before[:] = [bag.collect(key, write) for key, write in ways()]
    return read_before


@pytest.fixture
def read(read_before: list[Arrived], request: pytest.FixtureRequest) -> Sequence[Arrived]:
    """To be read only: what they were about may be gone."""
    return read_before or request.getfixturevalue("letters")


def everything() -> Mapping[str, Any]:
    return {
        model._meta.label: [*model._default_manager.order_by("pk").values()]
        for model in apps.get_models()
        if model._meta.label not in VISITS
    }


def test_every_letter_is_in_the_postbag() -> None:
    assert set(TO_GUESTS) == set(LETTERS)
    assert set(TO_MEMBERS) == folders()


def test_a_robot_that_opens_every_link_of_every_letter_changes_nothing(
    letters: Sequence[Arrived], bag: Postbag
) -> None:
    mailed = {link for one in letters for link in one.links if link.startswith(HOME)}
    for key, looks in TO_GUESTS.items():
        with_button = [one for one in letters if one.key.split(".")[0] == key]
        assert len(with_button) == len(looks)
        if LETTERS[key].labels.keys() - {"booking_link"}:
            assert all(any(map(SPEAKING.match, one.links)) for one in with_button), key
    before = everything()

    with clock.at(bag.now):
        answers = {link: _opened(link) for link in mailed}
        beyond = {link for found in answers.values() for link in found} - mailed
        for link in sorted(beyond):
            _opened(link)

    assert len(mailed) > 40
    assert beyond
    assert everything() == before


def _opened(link: str) -> Sequence[str]:
    """As a scanner does it: HEAD, then GET, by redirects if there are any; what it finds there."""
    for method in ("head", "get"):
        robot = Client(headers={"user-agent": "Mozilla/5.0 (compatible; LinkScanner/1.0)"})
        answer = getattr(robot, method)(urlsplit(link)._replace(scheme="", netloc="").geturl())
        assert answer.status_code in {200, 302, 303, 404, 410}, (link, answer.status_code)
    if "html" not in answer.headers.get("Content-Type", "") or answer.status_code != 200:
        return []
    found = re.findall(r'(?:href|src)="([^"#]+)', answer.content.decode())
    leading = [urljoin(link, unescape(one)) for one in found if "/static/" not in one]
    return [one for one in leading if one.startswith(HOME)]


def test_each_letter_reads_whole_as_text(read: Sequence[Arrived]) -> None:
    for one in read:
        lines = one.text.splitlines()

        assert "\n\n\n" not in one.text, one.key
        assert not re.search(r"[{}]|: None\b", one.text + str(one.letter["Subject"])), one.key
        assert all(line == line.strip() for line in lines if not line.startswith("  ")), one.key
        for number, line in enumerate(lines):
            if line.strip().startswith("http"):
                said = [words for words in lines[:number] if words][-1]
                assert said.endswith((":", ".")) or said.startswith("- "), (one.key, said)


def test_each_letter_reads_whole_as_html(read: Sequence[Arrived]) -> None:
    for one in read:
        buttons = re.findall(r"<a\s[^>]*>(.*?)</a>", one.html, re.DOTALL)

        assert all(re.sub(r"<.*?>|\s", "", words) for words in buttons), one.key
        assert not re.search(r"\{\w+[:}]", one.html), one.key
        assert "prefers-color-scheme: dark" in one.html, one.key
        assert not re.search(r"<(img|script|link|iframe|form)\b", one.html), one.key


def test_each_letter_is_shown_in_the_inbox_as_it_was_sent(
    read: Sequence[Arrived], client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.LOCAL_DIR = tmp_path
    directory = tmp_path / "letters"
    directory.mkdir()
    for number, one in enumerate(read):
        letter_id = f"01795315414337722060-{number:06d}"
        (directory / f"{letter_id}.eml").write_bytes(one.taken.content)

        page = client.get(f"/inbox/{letter_id}/").content.decode()
        frame = client.get(f"/inbox/{letter_id}/html/").content.decode()
        shown = find_letter(directory, letter_id)

        assert shown is not None
        assert str(one.letter["Subject"]) == shown.subject
        assert set(shown.links) <= set(one.links)
        assert frame.replace('<base target="_blank">', "").replace("\r\n", "\n") == one.html
        for link in shown.links:
            assert link in frame or f'href="{link}"' in page, (one.key, link)
