"""Until a yes, a prospect's address is in the introduction's sealed column and nowhere else."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from playwright.sync_api import Page

from tests.database import POSTGRES_LOG
from tests.journeys.people import Advocate, Circle, Owner
from tests.journeys.stack import PatientStack, Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

# Where the prospects of this journey have their addresses, and nobody else.
CANARY = "canary-7391.example"
DELIVERED, REFUSED = f"marta@{CANARY}", f"nils@{CANARY}"
REFUSAL = f"550 5.1.1 <{REFUSED}>: {REFUSED} has no mailbox here"
SEARCHES = ["people/?q=canary-7391", "people/search/?q=canary-7391"]
KINDS = {"asks", "introductions", "people", "settings", "thank-yous"}
MOST_PAGES = 150


@pytest.fixture
def stack(patient_stack: PatientStack) -> Stack:
    return patient_stack


def test_the_address_is_found_nowhere_but_sealed(
    circle: Circle, stack: Stack, patient_stack: PatientStack
) -> None:
    patient_stack.post.fault("rcpt", "reply", REFUSAL, matching=REFUSED)
    owner = circle.settled_owner(javascript=False)
    asked = owner.ask("Tomás Berg", circle.address("tomas")).link("/a/")
    advocate = circle.advocate(asked)
    advocate.introduce_for_me("Marta", DELIVERED)
    advocate.open(asked)
    advocate.introduce_for_me("Nils", REFUSED)
    stack.pass_time(timedelta(minutes=11))
    eventually(lambda: stack.letters(DELIVERED))
    _try_again(owner, stack)
    for task in ("activity.tasks.number_events", "activity.tasks.run_later_reactions"):
        stack.run(task)

    assert _tables_with(stack, CANARY) == ["introductions_introduction"]
    assert _sealed_columns_with(stack, CANARY) == {"prospect_email"}
    assert _files_with(stack.directory / "d", CANARY) == []
    pages = _pages_of(owner, [*SEARCHES, "settings/health/"])
    assert {address.removeprefix(owner.desk).split("/")[0] for address in pages} >= KINDS
    assert [address for address, text in pages.items() if CANARY in text] == []
    _is_forgotten_when_the_advocate_sends_it(advocate, stack)


def _try_again(owner: Owner, stack: Stack) -> None:
    eventually(lambda: _failed(stack))
    owner.go("settings/health/")
    owner.sees("Tomás Berg’s introduction to Nils could not be sent.")
    owner.press("Try again")
    owner.sees("Nothing is sent to this address")


def _failed(stack: Stack) -> bool:
    return bool(stack.rows("SELECT 1 FROM outreach_message WHERE state = 'failed'"))


def _is_forgotten_when_the_advocate_sends_it(advocate: Advocate, stack: Stack) -> None:
    advocate.page.reload()
    advocate.reads("Nils did not get the letter.")
    advocate.press("Send it myself")
    advocate.reads("Now send it to Nils.")
    assert _tables_with(stack, REFUSED) == []


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
    logs = {*directory.glob("logs/*"), *directory.glob("*/*.log"), POSTGRES_LOG}
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
