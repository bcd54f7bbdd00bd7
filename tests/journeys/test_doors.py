"""Links that lead nowhere: a kind page with the right status, which reveals nothing."""

import pytest

from tests.journeys.people import Advocate, Circle, Owner, Prospect
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]


@pytest.fixture
def owner(circle: Circle) -> Owner:
    return circle.settled_owner()


@pytest.fixture
def link(circle: Circle, owner: Owner) -> str:
    """The link in the letter by which Tomás was asked."""
    return owner.ask("Tomás Berg", circle.address("tomas")).link("/a/")


def _opens(guest: Advocate | Prospect, link: str, status: int) -> None:
    assert guest.open(link) == status
    if status != 200:
        guest.does_not_see("Tomás")
        guest.does_not_see("Marta")
        assert guest.page.get_by_role("heading", level=1).count() == 1


def test_links_cut_short_invented_or_of_another_kind(circle: Circle, link: str) -> None:
    guest = circle.advocate()
    for wrong in (link[:-8], link[:-2] + "x/", link.replace("/a/", "/i/")):
        _opens(guest, wrong, 404)
    _opens(guest, link, 200)


def test_a_request_that_was_taken_back(circle: Circle, owner: Owner, link: str) -> None:
    owner.unfold("Take it back")
    owner.press("Take it back")
    owner.reads("You took this ask back")
    _opens(circle.advocate(), link, 410)


def test_an_introduction_that_was_taken_back(circle: Circle, link: str) -> None:
    advocate = circle.advocate(link)
    advocate.introduce("Marta")
    given, sent = advocate.page.url, advocate.link_to_send
    prospect = circle.prospect(sent)
    advocate.unfold("Take it back")
    advocate.press("Take it back")
    advocate.reads("It is taken back.")
    prospect.type("Your e-mail or phone number", circle.address("marta"))
    assert prospect.press_for_answer("Yes, introduce us").status == 410
    _opens(prospect, sent, 410)
    assert advocate.open(given) == 200


def test_a_link_that_was_used_says_how_it_stands(circle: Circle, stack: Stack, link: str) -> None:
    advocate = circle.advocate(link)
    advocate.introduce("Marta")
    sent = advocate.link_to_send
    circle.prospect(sent).say_yes(circle.address("marta"))
    stack.letter(circle.address("marta"), "Both of you said yes to meeting.")
    late = circle.prospect(sent)
    late.reads("You have been introduced.")
    late.does_not_see(circle.address("marta"))
    assert late.button("Yes, introduce us").count() == 0
