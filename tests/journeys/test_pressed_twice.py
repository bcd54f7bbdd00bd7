"""A double click on any button of the loop makes one of everything, and shows no error.

Where buttons are pressed twice the browsers have no scripts, so that both presses reach the server,
and either may be the first to be worked on.
"""

import re
from collections import Counter
from datetime import timedelta

import pytest

from tests.journeys.people import Advocate, Circle, Owner
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

# All that was done in the business by the end: each press counted once. Letters are counted apart,
# and what plans do by themselves belongs to no press.
DEEDS = {
    "address.restored": 1,
    "address.suppressed": 1,
    "ask.answered": 1,
    "ask.declined": 1,
    "ask.drafted": 2,
    "ask.sent": 2,
    "ask.withdrawn": 1,
    "business.closed": 2,
    "business.corrected": 1,
    "contact.added": 6,
    "contact.changed": 3,
    "interaction.logged": 2,
    "introduction.accepted": 1,
    "introduction.declined": 3,
    "introduction.offered": 1,
    "introduction.postponed": 2,
    "introduction.shared": 5,
    "introduction.shook_hands": 1,
    "introduction.withdrawn": 2,
    "referral.credited": 3,
    "referral.lost": 1,
    "referral.moved": 4,
    "referral.opened": 3,
    "referral.reopened": 1,
    "referral.won": 1,
    "reminder.added": 7,
    "reminder.done": 2,
    "reminder.snoozed": 1,
    "thanks.given": 3,
    "thanks.owed": 4,
    "thanks.waived": 1,
}


def test_a_double_click_on_every_button_of_the_loop(circle: Circle, stack: Stack) -> None:
    owner = _signed_up(circle)
    asked = _ask(owner, circle)
    advocate = circle.advocate(asked, javascript=False)
    _limits_and_an_offer(advocate, circle)
    _answers_to_what_is_shared(advocate, circle, asked)
    _yes(circle, stack)
    _taking_back(owner, circle)
    _someone_was_sent(owner, stack)
    _until_it_is_won_or_lost(owner)
    _thanks(owner)

    for news in ("Thank you, Tove", "has become a customer"):
        stack.letter(circle.address("tove"), news)
    assert _deeds(stack, owner) == DEEDS
    letters = _letters_of(circle, stack)
    assert letters == dict.fromkeys(letters, 1), "no letter came twice"
    assert len(letters) == 8


def _deeds(stack: Stack, owner: Owner) -> dict[str, int]:
    """How often each thing has happened in the owner's business."""
    return dict(
        stack.rows(
            "SELECT e.name, count(*) FROM activity_event e "
            "JOIN businesses_membership m ON m.business_id = e.business_id "
            "JOIN businesses_user u ON u.id = m.user_id "
            f"WHERE u.email = '{owner.email}' AND e.name NOT SIMILAR TO '(message|plan).%' "
            "AND NOT EXISTS (SELECT FROM outreach_reminder r"
            " WHERE r.id = e.subject_id AND r.dedupe LIKE 'plan:%') GROUP BY 1"
        )
    )


def _letters_of(circle: Circle, stack: Stack) -> Counter[tuple[str, ...]]:
    """How often each letter has come; but for the owner's of the morning, if it is that now."""
    home = circle.address("")
    ours = (letter for letter in stack.letters() if letter.to[0].endswith(home))
    letters = [letter for letter in ours if not letter.subject.endswith("for today")]
    return Counter((letter.subject, *letter.to) for letter in letters)


def _signed_up(circle: Circle) -> Owner:
    """Begun and confirmed with scripts, as most people have them; they are off from then on."""
    owner = circle.owner()
    owner.page.goto("/")
    owner.email = circle.address("elena")
    owner.type("Your e-mail", owner.email)
    owner.type("What do you do, and for whom?", "Bookkeeping for small workshops")
    owner.press_twice_with_scripts("Begin")
    owner.reads("Whom would you ask first?")
    owner.page.goto(owner.confirmation())
    owner.press_twice_with_scripts("Yes, it is mine")
    owner.page.wait_for_url("**/b/**")
    return circle.again(owner, javascript=False)


def _ask(owner: Owner, circle: Circle) -> str:
    """From the first page; the link in Tove's letter."""
    owner.type("Their name", "Tove Nyman")
    owner.type("Their e-mail", circle.address("tove"))
    owner.press_twice("Write to them")
    owner.press_twice("Send it to Tove")
    owner.reads("Who is it from?")
    owner.say_who_it_is_from("Elena Lindqvist", "Lindqvist Books", "Quay 1\n222 22 Lund")
    owner.press_twice("Send my letter")
    owner.reads("You asked Tove")
    return circle.stack.letter(circle.address("tove"), "business note").link("/a/")


def _limits_and_an_offer(advocate: Advocate, circle: Circle) -> None:
    advocate.press_twice("Nobody comes to mind")
    advocate.reads("Thank you for thinking about it.")
    advocate.unfold("Please do not ask me again")
    advocate.press_twice("Do not ask me again")
    advocate.press_twice("You may ask me again")
    advocate.type("Their first name", "Marta")
    advocate.unfold("Or send it for me")
    advocate.type("Their e-mail address", circle.address("marta"))
    advocate.press_twice("Send it for me")
    advocate.reads("Thank you, Tove.")


def _answers_to_what_is_shared(advocate: Advocate, circle: Circle, asked: str) -> None:
    advocate.open(asked)
    advocate.type("Their first name", "Nils")
    advocate.press_twice("Send it myself")
    advocate.reads("Now send it to Nils.")
    one = circle.prospect(advocate.link_to_send)
    one.press_twice("No, thank you")
    one.reads("That is quite all right.")

    one.open(_shared(advocate, asked, "Olle"))
    one.unfold("Not now, ask me again later")
    one.press_twice("In a month")
    one.reads("Not just now.")
    one.press_twice("No, thank you")
    one.reads("That is quite all right.")

    one.open(_shared(advocate, asked, "Pia"))
    one.unfold("Never contact me")
    one.press_twice("Never contact me")
    one.sees("Nobody writes to you from here again")

    one.open(_shared(advocate, asked, "Siv"))
    one.unfold("Not now, ask me again later")
    day = circle.stack.now() + timedelta(days=60)
    one.type("Or another day", day.strftime("%Y-%m-%d"))
    one.press_twice("Not now")
    one.reads("Not just now.")

    _shared(advocate, asked, "Rut")
    advocate.unfold("Take it back")
    advocate.press_twice("Take it back")
    advocate.reads("It is taken back.")


def _shared(advocate: Advocate, asked: str, first_name: str) -> str:
    advocate.open(asked)
    advocate.introduce(first_name)
    return advocate.link_to_send


def _yes(circle: Circle, stack: Stack) -> None:
    letter = stack.letter(circle.address("marta"), "would like you to meet")
    marta = circle.prospect(letter.link("/u/"))
    marta.press_twice("Stop all letters")
    marta.reads("No more letters.")
    marta.press_twice("Undo")
    marta.open(letter.link("/i/"))
    marta.press_twice("Yes, introduce us")
    marta.reads("It is a yes.")
    stack.letter(circle.address("marta"), "Both of you said yes to meeting.")


def _taking_back(owner: Owner, circle: Circle) -> None:
    owner.ask("Ove Dahl", circle.address("ove"))
    owner.unfold("Take it back")
    owner.press_twice("Take it back")
    owner.reads("You took this ask back")
    owner.go("introductions/")
    owner.follow("Siv")
    owner.unfold("Take it back")
    owner.press_twice("Take it back")
    owner.sees("taken back")


def _someone_was_sent(owner: Owner, stack: Stack) -> None:
    for who in ("Vera Lund", "Wim Vos"):
        owner.go("sent/")
        owner.type("Who came?", who)
        owner.type("Who sent them?", "Henning Quist")
        owner.press_twice("Keep")
        owner.reads(who)
    owner.type("What happened?", "Wim rang about his books.")
    owner.press_twice("Keep it")
    stack.pass_time(timedelta(days=3))
    owner.go()
    for act in ("We spoke", "In 2 days", "Done"):
        owner.press_twice(act)


def _until_it_is_won_or_lost(owner: Owner) -> None:
    owner.go("introductions/")
    owner.follow("Vera Lund")
    for press in ("Not now", "We are talking again"):
        owner.press_twice(press)
    owner.unfold("It came to nothing")
    owner.page.get_by_label("The price").check()
    owner.press_twice("Keep it as lost")
    owner.reads("It came to nothing with Vera Lund")

    owner.go("introductions/")
    owner.follow("Marta")
    for step, says in (
        ("Talking", "You are talking with Marta"),
        ("Met", "You and Marta have met"),
        ("Proposal made", "Marta has your proposal"),
    ):
        owner.press_twice(step)
        owner.reads(says)
    owner.type("Amount in", "2400")
    owner.press_twice("Marta is a customer")
    owner.reads("Marta is a customer")
    _in_the_fold(owner, "Mend the amount", "2500", "Put it right")
    _in_the_fold(owner, "Add further business", "300", "Keep it")


def _in_the_fold(owner: Owner, fold: str, amount: str, button: str) -> None:
    owner.unfold(fold)
    inside = owner.page.locator("details", has_text=fold)
    inside.get_by_label("Amount in").fill(amount)
    owner.press_twice(button)


def _thanks(owner: Owner) -> None:
    for way, button in (
        ("Send a card", "It is written"),
        ("Write to Tove", "Send it to Tove"),
        ("Thanked another way", "We have spoken"),
    ):
        owner.go("thank-yous/")
        owner.follow(way)
        owner.press_twice(button)
        owner.sees("is thanked")
    owner.go("thank-yous/")
    owner.follow("Thanked another way")
    owner.unfold("No thanks are needed")
    owner.type("Why are no thanks needed?", "We are brothers.")
    owner.press_twice("Leave it at that")
    owner.sees(re.compile("No thanks are needed|Left at that"))
