"""Two who introduce the same person: one letter each, one referral, and the credit is shared."""

import pytest

from tests.journeys.people import Circle
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

MARTA = "Marta-Lou"


def test_the_second_is_told_kindly_heard_and_credited(circle: Circle, stack: Stack) -> None:
    owner = circle.settled_owner()
    owner.go("settings/introducing/")
    owner.type("You, in a sentence or two", "I am Elena, and I keep books.")
    owner.press("Keep")
    owner.sees("So you introduce yourself from now on.")
    asked = {
        who: owner.ask(name, circle.address(who)).link("/a/")
        for who, name in (("tomas", "Tomás Berg"), ("ines", "Ines Duarte"))
    }
    for who, link in asked.items():
        advocate = circle.advocate(link)
        advocate.introduce(MARTA)
        prospect = circle.prospect(advocate.link_to_send)
        prospect.say_yes(circle.address("marta"))
        letter = stack.letter(circle.address(who), "Both of you said yes to meeting.")
        assert "I am Elena, and I keep books." in letter.text

    told = stack.letter(circle.address("ines"), "and so did somebody else")
    assert "Tomás" not in told.text
    assert [
        one for one in stack.letters(circle.address("tomas")) if "somebody else" in one.text
    ] == []

    ines = circle.advocate(told.link("/a/"))
    ines.follow("Somebody I introduced is missing here")
    ines.type("Whom do you mean?", MARTA)
    ines.press("Tell Elena")
    ines.sees("Elena has it, and has not answered yet.")

    # On the page of what reminds of it: on Today many others of this stack may stand before it.
    ((reminder, claim),) = stack.rows(
        "SELECT r.id, c.id FROM outreach_reminder r JOIN referrals_creditclaim c "
        f"ON c.id = r.subject_id WHERE c.person = '{MARTA}' AND c.answer = ''"
    )
    owner.go(f"reminders/{reminder}/")
    owner.sees(f"Ines says they introduced {MARTA}, too")
    owner.follow("Read it and answer")
    owner.page.locator("main").get_by_role("link", name=MARTA).click()
    owner.unfold("Somebody else introduced")
    for name, share in (("Tomás Berg", "50"), ("Ines Duarte", "50")):
        owner.type(f"{name}, in percent", share)
    owner.press("Share it so")
    owner.sees("Ines Duarte (50 %)")
    owner.go(f"claims/{claim}/")
    owner.type("Your answer", "You are right, and I count it as the doing of both of you.")
    owner.press("Answer")
    owner.sees("Ines reads it on their own page, and gets a letter that it is there.")

    answered = stack.letter(circle.address("ines"), "wrote you an answer")
    ines = circle.advocate(answered.link("/a/"))
    ines.sees("You are right, and I count it as the doing of both of you.")
