"""*Send it for me*: a letter in the advocate's words, and each of the four answers."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Circle, Prospect
from tests.journeys.stack import Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]


@pytest.fixture
def asked(circle: Circle) -> str:
    """The link in the letter by which Tomás was asked."""
    letter = circle.settled_owner().ask("Tomás Berg", circle.address("tomas"))
    return letter.link("/a/")


def test_the_letter_carries_the_words_and_a_yes_takes_two_taps(
    circle: Circle, stack: Stack, asked: str
) -> None:
    advocate = circle.advocate(asked)
    advocate.type("Your message", "You two both mend old boats. Talk to each other!")
    advocate.introduce_for_me("Marta", circle.address("marta"))
    advocate.sees("The letter to Marta leaves")

    letter = stack.letter(circle.address("marta"), "would like you to meet")
    assert letter.to == [circle.address("marta")]
    assert "You two both mend old boats." in letter.text
    assert "Nobody is paid for this introduction." in letter.text

    prospect = circle.prospect(letter.link("/i/"))
    prospect.sees("You two both mend old boats.")
    prospect.say_yes()
    assert prospect.taps == 2, prospect.costs()
    assert prospect.typed == []
    for who in ("tomas", "marta"):
        stack.letter(circle.address(who), "Both of you said yes to meeting.")


def test_after_a_no_nothing_of_them_is_kept(circle: Circle, stack: Stack, asked: str) -> None:
    advocate = circle.advocate(asked)
    advocate.introduce_for_me("Marta", circle.address("marta"))
    given = advocate.page.url
    letter = stack.letter(circle.address("marta"), "would like you to meet")
    prospect = circle.prospect(letter.link("/i/"))
    prospect.press("No, thank you")
    prospect.reads("That is quite all right.")

    def erased() -> bool:
        advocate.page.goto(given)
        return advocate.page.get_by_text("Nothing came of it this time").count() == 1

    eventually(erased)
    eventually(lambda: not _kept(stack, circle.address("marta")))
    prospect.page.reload()
    prospect.sees("What was kept about you is erased")
    assert len(stack.letters(circle.address("marta"))) == 1


def test_never_binds_every_advocate_of_the_firm(circle: Circle, stack: Stack, asked: str) -> None:
    advocate = circle.advocate(asked)
    advocate.introduce_for_me("Marta", circle.address("marta"))
    letter = stack.letter(circle.address("marta"), "would like you to meet")
    prospect = circle.prospect(letter.link("/i/"))
    prospect.unfold("Never contact me")
    prospect.press("Never contact me")
    prospect.sees("Nobody writes to you from here again for Lindqvist Books.")
    eventually(lambda: not _kept(stack, circle.address("marta")))

    advocate.open(asked)
    advocate.type("Their first name", "Marta")
    advocate.unfold("Or send it for me")
    advocate.type("Their e-mail address", circle.address("marta"))
    assert advocate.press_for_answer("Send it for me").status in (409, 422)
    expect(advocate.page.locator(".errorlist")).to_be_visible()
    assert len(stack.letters(circle.address("marta"))) == 1


def test_not_now_is_asked_once_more_on_its_day_and_not_before(
    circle: Circle, stack: Stack, asked: str
) -> None:
    marta = circle.address("marta")
    circle.advocate(asked).introduce_for_me("Marta", marta)
    prospect = circle.prospect(stack.letter(marta, "would like you to meet").link("/i/"))
    prospect.unfold("Not now, ask me again later")
    prospect.press("In a month")
    prospect.reads("Not just now.")
    morning = _nine_on_the_day_that(prospect)

    # Once the answer can no longer be taken back, the advocate hears of it.
    advocate = circle.advocate(asked)
    later = advocate.page.get_by_text("Not just now, perhaps later.")
    eventually(lambda: advocate.page.reload() and later.count() == 1)
    assert _kept(stack, marta), "until the day that was chosen"

    stack.pass_time(morning - timedelta(minutes=10) - stack.now())
    _sweep(stack)
    assert len(stack.letters(marta)) == 1
    stack.pass_time(timedelta(minutes=10))
    _sweep(stack)
    _sweep(stack)
    again, first = stack.letters(marta)
    assert again.subject == first.subject
    prospect.open(again.link("/i/"))
    assert prospect.button("Yes, introduce us").is_visible()
    assert prospect.page.get_by_text("ask me again later").count() == 0, "once more, not twice"


def _nine_on_the_day_that(prospect: Prospect) -> datetime:
    """When the page says that they are asked once more."""
    said = re.compile(r"You are asked once more on (\d+ \w+ \d{4}), and not before")
    prospect.sees(said)
    found = said.search(prospect.page.locator("main").inner_text())
    assert found is not None
    place = ZoneInfo("Europe/Stockholm")
    return datetime.strptime(f"{found[1]} 9", "%d %B %Y %H").replace(tzinfo=place)


def _sweep(stack: Stack) -> None:
    """What beat would have the worker do within five minutes."""
    for task in ("introductions.tasks.expire_unanswered", "outreach.tasks.send_due_letters"):
        stack.run(task)


def _kept(stack: Stack, address: str) -> bool:
    return bool(
        stack.rows(f"SELECT 1 FROM introductions_introduction WHERE prospect_email = '{address}'")
    )
