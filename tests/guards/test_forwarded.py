"""A link in a forwarded mail, opened by somebody else: what they may learn.

docs/security.md has the table. Somebody else is nobody in particular: a browser without anything.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business, Membership, User
from outreach.links import url_for
from outreach.models import Link, Reminder
from outreach.services import MONTH, MORNING, one_tap_url, stop_url
from tests.database import ROOT
from tests.guards.test_public_links import guests_kinds
from tests.guards.worlds import a_world

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
MARK = "Sparrow"
SECURITY = ROOT / "docs" / "security.md"

# Each text of a person that stands in the world, by what it is.
TEXTS: Mapping[str, str] = {
    f"{MARK} Advocate": "the advocate's name",
    f"{MARK} Firm": "where the advocate works",
    f"{MARK} title": "where the advocate works",
    f"{MARK} Street": "the advocate's postal address",
    f"{MARK} note": "the business's notes",
    f"{MARK} said": "the business's notes",
    f"{MARK} key": "the business's keys",
    f"{MARK} ask note": "what the ask says",
    f"{MARK} wanted": "what the ask says",
    f"{MARK} Shared": "first names of those introduced",
    f"{MARK} Came": "first names of those introduced",
    f"{MARK} Prospect": "first names of those introduced",
    f"{MARK} words": "what the advocate wrote",
    f"{MARK} of the other": "what the business says of the other",
    f"{MARK} wrote": "what whoever came wrote",
    f"{MARK} Missing": "what the advocate misses",
    f"{MARK} claim": "what the advocate misses",
    f"{MARK} why": "what the customer answered",
    f"{MARK} is never ever late": "the words proposed to the customer",
    f"{MARK} is never late": "the published words",
    f"{MARK} reminder": "one thing to do",
    f"{MARK} thanks": "the thanks",
    f"{MARK} in public": "the thanks meant for others to read",
    f"{MARK} further": "what was earned",
}
# What whoever opens it reads, beside the firm and who it is there: in the words of the table.
SHOWN: Mapping[str, set[str]] = {
    "a": {
        *("what the ask says", "first names of those introduced", "what the advocate misses"),
    },
    "i": {
        *("the advocate's name", "first names of those introduced", "what the advocate wrote"),
        *("what whoever came wrote", "the published words"),
    },
    "s": {"the advocate's name", "the published words"},
    "v": {"first names of those introduced", "what whoever came wrote"},
    "f": {
        "what the customer answered",
        "the words proposed to the customer",
        "the published words",
    },
    "g": {"what the business says of the other", "where the advocate works"},
    "k": {"the thanks meant for others to read"},
    "u": set(),
    "r": {"the advocate's name", "first names of those introduced", "one thing to do"}
    | {"what the advocate misses"},
    "m": set(),
    "n": set(),
}


@pytest.fixture
def pages(business: Business, alice: User) -> Iterator[list[str]]:
    """Every link that was mailed, and the pages that one of them leads on to."""
    with clock.at(NOW):
        a_world(business, alice, MARK, NOW)
        member = Membership.objects.select_related("business", "user").get(user=alice)
        for kind in (MORNING, MONTH):
            stop_url(member=member, kind=kind, now=NOW)
        for reminder in Reminder.objects.all():
            one_tap_url(reminder=reminder, member=member, now=NOW)
        mailed = [urlsplit(url_for(link)).path for link in Link.objects.all()]
        beyond = [f"{page}{more}/" for page in mailed for more in ("limits", "too", "kit")]
        yield [*mailed, *(page for page in beyond if page.startswith("/a/"))]


def read(page: str) -> str:
    """What somebody else reads there, in the page and in its source."""
    answer = Client().get(page)
    assert answer.status_code == 200, page
    return unescape(answer.content.decode())


def test_a_link_in_a_forwarded_mail_shows_somebody_else_what_its_reader_sees_and_no_more(
    pages: list[str],
) -> None:
    seen: dict[str, set[str]] = {door: set() for door in guests_kinds() if len(door) == 1}

    for page in pages:
        text = read(page)
        seen[page[1]] |= {what for words, what in TEXTS.items() if words in text}

    assert seen == SHOWN


def test_no_page_behind_a_link_shows_an_address_or_a_number_in_full(pages: list[str]) -> None:
    for page in pages:
        text = read(page)

        assert not re.search(r"[\w.+-]+@\w[\w-]*\.\w", text), page
        assert not re.search(r"\+\d{6,}|tel:", text), page


def test_the_table_in_the_documentation_says_so() -> None:
    rows = re.findall(r"^\| `/(\w)/…` \| ([^|]*?) \|", SECURITY.read_text(), re.MULTILINE)

    table = {
        door: set() if what == "nothing" else {one.strip() for one in what.split(";")}
        for door, what in rows
    }
    assert table == SHOWN
