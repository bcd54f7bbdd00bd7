"""An advocate shares a link of their own; somebody comes by it, is vouched for, and all meet."""

import pytest

from tests.journeys.people import Circle
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

WROTE = "We mend boats together. I look for somebody who keeps books."


def test_who_comes_by_a_link_is_vouched_for_with_one_tap_and_meets_the_owner(
    circle: Circle, stack: Stack
) -> None:
    asked = circle.settled_owner().ask("Tomás Berg", circle.address("tomas"))
    advocate = circle.advocate(asked.link("/a/"), javascript=False)
    advocate.follow("A link of your own to share")
    advocate.press("Make my link")
    advocate.reads("Your own link")

    prospect = circle.prospect(advocate.link_to_send)
    prospect.sees("Nobody is paid for this introduction.")
    prospect.type("Your first name", "Marta")
    prospect.type("Who you are, and what you look for", WROTE)
    prospect.type("Your e-mail or phone number", circle.address("marta"))
    prospect.press("Ask Tomás to introduce us")
    prospect.reads("Thank you, Marta.")

    letter = stack.letter(circle.address("tomas"), "See who it is")
    assert "Marta" not in letter.text
    advocate.start_counting()
    advocate.open(letter.link("/v/"))
    advocate.sees(WROTE)
    advocate.press("Yes, I know Marta")
    advocate.reads("Thank you, Tomás.")

    assert advocate.taps == 2, advocate.costs()
    assert advocate.typed == []
    for who in ("tomas", "marta"):
        introduced = stack.letter(circle.address(who), "Both of you said yes to meeting.")
        assert WROTE in introduced.text
        assert len(introduced.to) == 3
    prospect.page.reload()
    prospect.reads("You have been introduced.")


def test_who_is_not_known_is_not_introduced(circle: Circle, stack: Stack) -> None:
    asked = circle.settled_owner().ask("Tomás Berg", circle.address("tomas"))
    advocate = circle.advocate(asked.link("/a/"))
    advocate.follow("A link of your own to share")
    advocate.press("Make my link")
    advocate.reads("Your own link")
    prospect = circle.prospect(advocate.link_to_send)
    prospect.type("Your first name", "Marta")
    prospect.type("Who you are, and what you look for", WROTE)
    prospect.type("Your e-mail or phone number", circle.address("marta"))
    prospect.press("Ask Tomás to introduce us")

    advocate.open(stack.letter(circle.address("tomas"), "See who it is").link("/v/"))
    advocate.press("I do not know them")
    advocate.reads("Thank you for saying so.")

    prospect.page.reload()
    prospect.reads("Nothing came of it this time.")
    assert not [one for one in stack.letters() if circle.address("marta") in one.to]
