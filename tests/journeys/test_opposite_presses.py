"""Of two opposite buttons at one moment one counts, and whoever was slower hears it kindly."""

import re
import time
from contextlib import ExitStack

import pytest

from tests.journeys.people import Advocate, Circle, Owner, Person
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

PRESS_AT = "(button, instant) => setTimeout(() => button.click(), instant - Date.now())"
TOO_LATE = "That is no longer possible: somebody was quicker"
TAKEN_BACK = re.compile("was taken back|is no longer used")


@pytest.fixture
def owner(circle: Circle) -> Owner:
    return circle.settled_owner()


@pytest.fixture
def advocate(circle: Circle, owner: Owner) -> Advocate:
    """Tomás, at the page of his letter; the owner is at the page of the ask."""
    return circle.advocate(owner.ask("Tomás Berg", circle.address("tomas")).link("/a/"))


def test_of_yes_and_no_one_counts(circle: Circle, stack: Stack, advocate: Advocate) -> None:
    advocate.introduce_for_me("Marta", circle.address("marta"))
    letter = stack.letter(circle.address("marta"), "would like you to meet")
    here, there = (circle.prospect(letter.link("/i/"), javascript=True) for _ in range(2))

    _at_once((here, "Yes, introduce us"), (there, "No, thank you"))

    if _the_one_of(stack, advocate.page.url, "accepted", "declined") == "accepted":
        what_came = re.compile("It is a yes|You have been introduced")
        stack.letter(circle.address("marta"), "Both of you said yes to meeting.")
    else:
        what_came = re.compile("That is quite all right")
    here.reads(what_came)
    there.reads(what_came)


def test_of_a_yes_and_the_owner_taking_back_one_counts(
    circle: Circle, stack: Stack, owner: Owner, advocate: Advocate
) -> None:
    advocate.introduce("Marta")
    owner.page.reload()
    owner.follow("Marta")
    owner.unfold("Take it back")

    if _is_taken_back_while_they_say_yes(owner, circle, stack, advocate):
        owner.sees("It was taken back, and the link leads nowhere.")
    else:
        owner.sees(TOO_LATE)
        owner.sees("It is a yes")


def test_of_a_yes_and_the_advocate_taking_back_one_counts(
    circle: Circle, stack: Stack, advocate: Advocate
) -> None:
    advocate.introduce("Marta")
    advocate.unfold("Take it back")

    if _is_taken_back_while_they_say_yes(advocate, circle, stack, advocate):
        advocate.reads("It is taken back.")
    else:
        advocate.sees(TOO_LATE)


def test_of_an_introduction_and_taking_the_ask_back_one_counts(
    owner: Owner, advocate: Advocate
) -> None:
    owner.unfold("Take it back")
    advocate.type("Their first name", "Marta")

    _at_once((owner, "Take it back"), (advocate, "Send it myself"))

    if TAKEN_BACK.search(advocate.page.title()):
        advocate.reads(TAKEN_BACK)
        owner.reads("You took this ask back")
    else:
        advocate.reads("Now send it to Marta.")
        owner.sees("This was already answered.")
        owner.reads("Tomás answered with an introduction")


def _is_taken_back_while_they_say_yes(
    other: Person, circle: Circle, stack: Stack, advocate: Advocate
) -> bool:
    """Whether it is; if not, it was a yes."""
    prospect = circle.prospect(advocate.link_to_send, javascript=True)
    prospect.type("Your e-mail or phone number", circle.address("marta"))
    made = advocate.page.url

    _at_once((other, "Take it back"), (prospect, "Yes, introduce us"))

    if _the_one_of(stack, made, "withdrawn", "accepted") == "withdrawn":
        prospect.reads(TAKEN_BACK)
        return True
    prospect.reads("It is a yes")
    stack.letter(circle.address("marta"), "Both of you said yes to meeting.")
    return False


def _at_once(*presses: tuple[Person, str]) -> None:
    """Each presses their button, in a browser of their own, at the same instant."""
    instant = 1000 * (time.time() + 0.5)
    with ExitStack() as answers:
        for person, name in presses:
            answers.enter_context(person.page.expect_navigation())
            person.button(name).first.evaluate(PRESS_AT, instant)


def _the_one_of(stack: Stack, page: str, *names: str) -> str:
    """Which of these has happened to the introduction of this page of the advocate's."""
    made = page.rstrip("/").rpartition("/")[2]
    events = stack.rows(f"SELECT name FROM activity_event WHERE subject_id = '{made}'")
    happened = [str(name).removeprefix("introduction.") for (name,) in events]
    (one,) = [name for name in happened if name in names]
    return one
