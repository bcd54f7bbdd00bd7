"""An advocate brings two people together: the appointment, the morning after, and another day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.people import Circle
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

THERE = ZoneInfo("Europe/Stockholm")


def test_the_advocate_says_how_it_was_with_one_tap_and_the_owner_reads_it(
    circle: Circle, stack: Stack
) -> None:
    owner = circle.settled_owner()
    asked = owner.ask("Tomás Berg", circle.address("tomas"))
    advocate = circle.advocate(asked.link("/a/"), javascript=False)
    advocate.introduce("Marta")
    link = advocate.link_to_send
    advocate.unfold("Add more")
    advocate.page.get_by_label("I will bring you together").check()
    day = (stack.now() + timedelta(days=1)).astimezone(THERE).date()
    advocate.page.get_by_label("On which day?").fill(day.isoformat())
    advocate.type("Where?", "Café by the harbour")
    advocate.press("Keep this")
    advocate.sees("Kept, thank you.")
    circle.prospect(link).say_yes(circle.address("marta"))
    stack.letter(circle.address("marta"), "Both of you said yes to meeting.")

    stack.pass_time(timedelta(days=3))
    letter = stack.letter(circle.address("tomas"), "How was it with Marta?")
    advocate.open(letter.link("/a/"))
    advocate.reads("Did you bring Marta and Elena together?")
    advocate.start_counting()
    advocate.unfold("We moved it to another day")
    later = (stack.now() + timedelta(days=1)).astimezone(THERE).date()
    advocate.page.get_by_label("To which day?").fill(later.isoformat())
    advocate.press("Move it")
    advocate.reads("You bring Marta and Elena together.")
    for who in ("marta", "tomas"):
        moved = stack.letter(circle.address(who), "has moved the day on which you meet")
        assert len(moved.to) == 3
        assert f"{later.day} {later:%B}, Café by the harbour" in moved.text

    stack.pass_time(timedelta(days=3))
    again = stack.letter(circle.address("tomas"), f"{later.day} {later:%B}. Did it")
    advocate.open(again.link("/a/"))
    advocate.start_counting()
    advocate.press("It took place")
    advocate.reads("Thank you, Tomás.")
    assert advocate.taps == 1, advocate.costs()

    owner.go("introductions/")
    ((introduction,),) = stack.rows(
        "SELECT i.id FROM introductions_introduction i JOIN contacts_contact c "
        f"ON c.id = i.contact_id WHERE c.email = '{circle.address('marta')}'"
    )
    owner.go(f"introductions/{introduction}/")
    owner.sees("It took place, says Tomás")
