"""Until a yes, a prospect's address is in the introduction's sealed column and nowhere else."""

import re
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from playwright.sync_api import Page

from tests.journeys.people import Circle, Owner
from tests.journeys.stack import Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

CANARY = "canary-7391@prospect.example"
MOST_PAGES = 150


def test_the_address_is_found_nowhere_but_sealed(circle: Circle, stack: Stack) -> None:
    owner = circle.settled_owner()
    ask = owner.ask("Tomás Berg", circle.address("tomas"))
    circle.advocate(ask.link("/a/")).introduce_for_me("Marta", CANARY)
    # Not by `?to=`: that would put the address into the web's log of requests.
    eventually(lambda: any(CANARY in letter.to for letter in stack.letters()))
    stack.at_rest()

    assert _tables_with(stack, CANARY) == ["introductions_introduction"]
    assert _sealed_columns_with(stack, CANARY) == {"prospect_email"}
    assert _files_with(stack.directory / "d", CANARY) == []
    pages = _pages_of(owner, ["people/?q=canary-7391", "people/search/?q=canary-7391"])
    assert len(pages) > 10
    assert [address for address, text in pages.items() if CANARY in text] == []


def _tables_with(stack: Stack, words: str) -> list[str]:
    tables = stack.rows(
        "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [
        name
        for (name,) in tables
        if stack.rows(f"SELECT 1 FROM {name} t WHERE t::text ILIKE '%{words}%' LIMIT 1")
    ]


def _sealed_columns_with(stack: Stack, words: str) -> set[str]:
    found = stack.rows(
        "SELECT c.key FROM introductions_introduction i, jsonb_each_text(to_jsonb(i)) c "
        f"WHERE c.value ILIKE '%{words}%'"
    )
    return {name for (name,) in found}


def _files_with(directory: Path, words: str) -> list[str]:
    """The logs of all processes, PostgreSQL's and Valkey's too."""
    logs = {*directory.glob("logs/*"), *directory.glob("*/*.log"), directory / "postgres" / "log"}
    kept = sorted(log for log in logs if log.is_file())
    assert len(kept) > 3
    return [log.name for log in kept if words.encode() in log.read_bytes()]


def _pages_of(owner: Owner, places: list[str]) -> dict[str, str]:
    """Every page that links lead to from Today, and these, as the owner's browser gets them."""
    waiting = [owner.desk, *(owner.desk + place for place in places)]
    pages: dict[str, str] = {}
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.pop(0)
        if address not in pages:
            pages[address] = _text(owner.page, address)
            links = re.findall(r'(?:href|hx-get|data-url)="([^"]+)"', pages[address])
            found = (urldefrag(urljoin(address, link.replace("&amp;", "&")))[0] for link in links)
            waiting += [link for link in found if link.startswith(owner.desk)]
    return pages


def _text(page: Page, address: str) -> str:
    answer = page.request.get(address)
    assert answer.ok, (address, answer.status)
    return answer.text()
