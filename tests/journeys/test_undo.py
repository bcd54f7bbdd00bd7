"""What a guest's button causes can be taken back for a while; here the while is ten minutes."""

import pytest

from introductions.states import SECOND_THOUGHT
from tests.journeys.people import Circle
from tests.journeys.stack import PatientStack, Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

# Longer than the sweepers take to come round.
ROUND_SECONDS = 5.0


@pytest.fixture
def stack(patient_stack: PatientStack) -> Stack:
    return patient_stack


@pytest.fixture
def asked(circle: Circle) -> str:
    letter = circle.settled_owner().ask("Tomás Berg", circle.address("tomas"))
    return letter.link("/a/")


def test_an_offer_taken_back_sends_no_letter(circle: Circle, stack: Stack, asked: str) -> None:
    advocate = circle.advocate(asked)
    advocate.introduce_for_me("Marta", circle.address("marta"))
    advocate.sees("leaves in about 10 minutes")
    advocate.press("Undo")
    advocate.reads("It is taken back.")
    stack.no_letter(circle.address("marta"), ROUND_SECONDS)
    made = advocate.page.url.rstrip("/").rpartition("/")[2]
    assert stack.rows(
        "SELECT prospect_email, prospect_first_name, words, state "
        f"FROM introductions_introduction WHERE id = '{made}'"
    ) == [("", "", "", "withdrawn")]


def test_a_yes_taken_back_introduces_nobody(circle: Circle, stack: Stack, asked: str) -> None:
    advocate = circle.advocate(asked)
    advocate.introduce("Marta")
    prospect = circle.prospect(advocate.link_to_send)
    prospect.say_yes(circle.address("marta"))
    prospect.press("Undo")
    prospect.sees("would like you to meet")
    stack.no_letter(circle.address("marta"), ROUND_SECONDS)
    assert prospect.button("Yes, introduce us").is_visible(), "the question is open again"


def test_a_yes_can_be_added_to_and_sent_at_once(circle: Circle, stack: Stack, asked: str) -> None:
    advocate = circle.advocate(asked)
    advocate.introduce("Marta")
    prospect = circle.prospect(advocate.link_to_send)
    prospect.say_yes(circle.address("marta"))
    prospect.type("A sentence of your own", "I have three boxes of receipts.")
    prospect.press("Keep this")
    prospect.sees("Kept. It goes with the letter.")
    assert stack.letters(circle.address("marta")) == [], "the window is open"
    stack.pass_time(SECOND_THOUGHT)
    prospect.open(prospect.page.url)
    prospect.press("Send it now")
    prospect.reads("You have been introduced.")
    for who in ("tomas", "marta"):
        letter = stack.letter(circle.address(who), "Both of you said yes to meeting.")
        assert "I have three boxes of receipts." in letter.text


def test_what_can_be_undone_pressed_twice(circle: Circle, stack: Stack, asked: str) -> None:
    advocate = circle.advocate(asked, javascript=False)
    advocate.introduce_for_me("Marta", circle.address("marta"))
    advocate.press_twice("Undo")
    advocate.reads("It is taken back.")
    advocate.open(asked)
    advocate.introduce("Nils")
    prospect = circle.prospect(advocate.link_to_send)
    prospect.say_yes(circle.address("nils"))
    prospect.press_twice("Undo")
    prospect.sees("would like you to meet")
    prospect.say_yes(circle.address("nils"))
    prospect.type("A sentence of your own", "I have three boxes of receipts.")
    prospect.press_twice("Keep this")
    stack.pass_time(SECOND_THOUGHT)
    prospect.open(prospect.page.url)
    prospect.press_twice("Send it now")
    prospect.reads("You have been introduced.")
    for who in ("tomas", "nils"):
        stack.letter(circle.address(who), "I have three boxes of receipts.")
    assert [len(stack.letters(circle.address(who))) for who in ("tomas", "nils")] == [2, 1]
    assert stack.letters(circle.address("marta")) == []
