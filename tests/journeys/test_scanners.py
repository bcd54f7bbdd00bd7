"""Programs that open every link of every letter, before its reader does, change nothing."""

import re
import urllib.error
import urllib.request

import pytest

from tests.journeys.people import Circle
from tests.journeys.stack import Letter, Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]


def test_opening_every_link_changes_nothing(circle: Circle, stack: Stack) -> None:
    links = _links(_one_of_each_letter(circle, stack), stack.url)
    kinds = {link.removeprefix(stack.url).split("/")[1] for link in links}
    assert {"a", "i", "u", "accounts"} <= kinds

    before = stack.at_rest()
    for link in links:
        for method in ("HEAD", "GET"):
            assert _status(link, method) < 500
    reader = circle.prospect(javascript=True)
    for link in links:
        reader.page.goto(link, wait_until="networkidle")
    assert stack.at_rest() == before


def _one_of_each_letter(circle: Circle, stack: Stack) -> list[Letter]:
    """A confirmation, an ask, an introduction without an answer, and a handshake."""
    fresh = circle.owner()
    fresh.sign_up(circle.address("fresh"), "Roofs for old houses")
    ask = circle.settled_owner().ask("Tomás Berg", circle.address("tomas"))
    advocate = circle.advocate(ask.link("/a/"))
    advocate.introduce_for_me("Marta", circle.address("marta"))
    advocate.open(ask.link("/a/"))
    advocate.introduce("Nils")
    circle.prospect(advocate.link_to_send).say_yes(circle.address("nils"))
    return [
        stack.letter(circle.address("fresh"), "Is this your address?"),
        ask,
        stack.letter(circle.address("marta"), "would like you to meet"),
        stack.letter(circle.address("nils"), "Both of you said yes to meeting."),
    ]


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
