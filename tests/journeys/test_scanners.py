"""Programs that open every link of every letter, before its reader does, change nothing."""

import re
import urllib.error
import urllib.request

import pytest

from tests.journeys.people import Advocate, Circle, Owner
from tests.journeys.stack import Letter, Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]


def test_opening_every_link_changes_nothing(circle: Circle, stack: Stack) -> None:
    letters, pages = _one_of_each_letter(circle, stack)
    links = [*_links(letters, stack.url), *pages]
    kinds = {link.removeprefix(stack.url).split("/")[1] for link in links}
    assert {"a", "i", "u", "f", "s", "v", "accounts"} <= kinds

    before = stack.at_rest()
    for link in links:
        for method in ("HEAD", "GET"):
            assert _status(link, method) < 500
    reader = circle.prospect(javascript=True)
    for link in links:
        reader.page.goto(link, wait_until="networkidle")
        reader.page.mouse.wheel(0, 10_000)
    assert stack.at_rest() == before


def _one_of_each_letter(circle: Circle, stack: Stack) -> tuple[list[Letter], list[str]]:
    """Letters that lead to each kind of page; and pages that are one step further on."""
    fresh = circle.owner()
    fresh.sign_up(circle.address("fresh"), "Roofs for old houses")
    owner = circle.settled_owner()
    ask = owner.ask("Tomás Berg", circle.address("tomas"))
    advocate = circle.advocate(ask.link("/a/"))
    advocate.introduce_for_me("Marta", circle.address("marta"))
    advocate.open(ask.link("/a/"))
    advocate.introduce("Nils")
    circle.prospect(advocate.link_to_send).say_yes(circle.address("nils"))
    kit, own_link = _come_by_link(circle, advocate, ask)
    letters = [
        stack.letter(circle.address("fresh"), "Is this your address?"),
        ask,
        stack.letter(circle.address("marta"), "would like you to meet"),
        stack.letter(circle.address("nils"), "Both of you said yes to meeting."),
        stack.letter(circle.address("tomas"), "See who it is"),
        _how_it_was(circle, owner),
    ]
    return letters, [kit, own_link, ask.link("/a/") + "limits/", ask.link("/a/") + "too/"]


def _come_by_link(circle: Circle, advocate: Advocate, ask: Letter) -> tuple[str, str]:
    """The page with an advocate's own link, and that link, by which somebody came."""
    advocate.open(ask.link("/a/"))
    advocate.follow("A link of your own to share")
    advocate.press("Make my link")
    advocate.reads("Your own link")
    kit, own_link = advocate.page.url, advocate.link_to_send
    prospect = circle.prospect(own_link)
    prospect.type("Your first name", "Xenia")
    prospect.type("Who you are, and what you look for", "We sing in one choir.")
    prospect.type("Your e-mail or phone number", circle.address("xenia"))
    prospect.press("Ask Tomás to introduce us")
    prospect.reads("Thank you, Xenia.")
    return kit, own_link


def _how_it_was(circle: Circle, owner: Owner) -> Letter:
    """The question that a customer got."""
    owner.go("people/new/")
    owner.type("Name", "Cora Blix")
    owner.type("E-mail", circle.address("cora"))
    owner.press("Add")
    owner.follow("Ask Cora how it was")
    owner.press("Send it to Cora")
    return owner.stack.letter(circle.address("cora"), "One question")


def _links(letters: list[Letter], home: str) -> list[str]:
    """All that a scanner finds: in the text, in the HTML and in the headers."""
    found: dict[str, None] = {}
    for letter in letters:
        found |= dict.fromkeys(letter.links)
        found |= dict.fromkeys(
            re.findall(r"https?://[^\s<>\"]+", " ".join(letter.headers.values()))
        )
    return [link for link in found if link.startswith(home)]


def _status(link: str, method: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(link, method=method), timeout=10) as it:
            it.read()
            return int(it.status)
    except urllib.error.HTTPError as error:
        return error.code
