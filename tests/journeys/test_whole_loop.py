"""The main job once through: from the first contact to thanks, by *Send it myself*."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.people import Advocate, Circle, Owner
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

DISCLOSED = "Nobody is paid for this introduction."
PATIENCE = timedelta(days=3)


def test_from_first_contact_to_thanks(circle: Circle, stack: Stack) -> None:
    tomas = circle.address("tomas")
    owner = circle.owner()
    _the_first_ask_waits_for_the_confirmed_address(owner, circle, tomas)

    advocate = circle.advocate(shares=True)
    link = _an_introduction_takes_four_taps(
        advocate, stack.letter(tomas, "business note").link("/a/")
    )

    prospect = circle.prospect(link)
    prospect.sees(DISCLOSED)
    prospect.say_yes(circle.address("marta"))
    assert (prospect.taps, len(prospect.typed)) == (3, 1), prospect.costs()
    prospect.sees("You, Elena and Tomás get one e-mail")

    everybody = {circle.address("elena"), tomas, circle.address("marta")}
    for address in sorted(everybody):
        letter = stack.letter(address, "meet Elena")
        assert set(letter.to) == everybody, "reply-all reaches all three"

    _today_says_what_is_due(owner, stack)
    _it_goes_on_until_it_is_won(owner)
    _the_advocate_hears_and_is_thanked(owner, stack, tomas)
    owner.go()
    owner.does_not_see("Tomás Berg sent you")
    _the_timeline_tells_it_in_order(owner)


def _the_first_ask_waits_for_the_confirmed_address(
    owner: Owner, circle: Circle, tomas: str
) -> None:
    owner.sign_up(circle.address("elena"), "Bookkeeping for small workshops")
    owner.reads("Whom would you ask first?")
    owner.begin_ask("Tomás Berg", tomas)
    owner.press("Send it to Tomás")
    owner.reads("Who is it from?")
    owner.say_who_it_is_from("Elena Lindqvist", "Lindqvist Books", "Quay 1\n222 22 Lund")
    owner.press("Send my letter")
    owner.reads("You asked Tomás")
    assert (owner.screens, len(owner.typed)) == (5, 7), owner.costs()

    owner.sees("It leaves when you have confirmed your address")
    confirmation = owner.confirmation()
    owner.page.goto(confirmation)
    owner.reads("Is this your address?")
    circle.stack.no_letter(tomas, 1.5)
    owner.press("Yes, it is mine")
    owner.page.wait_for_url("**/b/**")


def _an_introduction_takes_four_taps(advocate: Advocate, link: str) -> str:
    """Make it, send it by the phone's own sheet and by each of the links; return its link."""
    advocate.open(link)
    advocate.introduce("Marta")
    advocate.press("Send it")
    assert advocate.taps == 4, advocate.costs()
    assert advocate.typed == ["Marta"]

    (handed,) = advocate.handed_over()
    made = advocate.link_to_send
    assert made in handed["text"]
    assert DISCLOSED in handed["text"]
    _the_links_say_the_same(advocate.page, handed["text"])

    advocate.open(link)
    advocate.introduce("Marta")
    assert advocate.link_to_send == made, "pressing again gives the same link"
    return made


def _the_links_say_the_same(page: Page, text: str) -> None:
    for name, argument in (
        ("By e-mail", "body"),
        ("By text message", "body"),
        ("By WhatsApp", "text"),
    ):
        href = page.get_by_role("link", name=name).get_attribute("href") or ""
        query = parse_qs(urlsplit(href).query, strict_parsing=False)
        assert _plain(query[argument][0]) == _plain(text), name


def _plain(text: str) -> str:
    return " ".join(unquote(text).split())


def _today_says_what_is_due(owner: Owner, stack: Stack) -> None:
    owner.has_waiting("Thank", re.compile(r"Tomás Berg\s+sent you\s+marta", re.IGNORECASE))
    stack.pass_time(PATIENCE)
    owner.has_waiting("Follow up", re.compile("marta", re.IGNORECASE))
    owner.go("introductions/")
    owner.follow("Marta")
    owner.reads("You and Marta are introduced")


def _it_goes_on_until_it_is_won(owner: Owner) -> None:
    for step in ("Talking", "Met", "Proposal made"):
        owner.move(step)
    owner.type("Amount in", "2,400")
    owner.press("Marta is a customer")
    owner.reads("Marta is a customer")
    owner.sees(re.compile(r"2\s400"))


def _the_advocate_hears_and_is_thanked(owner: Owner, stack: Stack, tomas: str) -> None:
    for step in ("and I have met", "has become a customer"):
        letter = stack.letter(tomas, step)
        assert not re.search(r"2[,.\s]?400", letter.text), "no amount is told"
    owner.has_waiting("Thank", "and business came of it")

    owner.start_counting()
    owner.follow("Send a card")
    owner.press("It is written")
    owner.sees("is waiting to be thanked")
    assert owner.taps == 2, owner.costs()

    owner.follow("Write to Tomás")
    words = "Dear Tomás,\n\nMarta is a joy to work with."
    owner.page.locator("#id_words").fill(words)
    owner.press("Send it to Tomás")
    owner.page.wait_for_url(re.compile(r"/b/[^/]+/$"))
    assert "a joy to work with" in stack.letter(tomas, "Thank you, Tomás").text


def _the_timeline_tells_it_in_order(owner: Owner) -> None:
    owner.go("people/?q=Tom")
    owner.follow("Tomás Berg")
    lines = owner.page.locator("ul.line li").all_inner_texts()[::-1]
    told = [
        "You added Tomás Berg",
        "You asked Tomás for an introduction",
        "passing your name on",
        "said yes",
        "Handshake between you",
        "came to you through Tomás",
        "You are talking with Marta",
        "You and Marta met",
        "Marta has your proposal",
        "Marta became a customer",
        "You thanked Tomás",
        "You thanked Tomás",
    ]
    found = iter(lines)
    for words in told:
        assert any(words in line for line in found), (words, lines)
