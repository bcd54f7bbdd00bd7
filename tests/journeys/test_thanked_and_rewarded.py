"""What follows an introduction: a reward that was published before, a card, thanks in public."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Circle, Owner
from tests.journeys.stack import Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

PROMISED = re.compile("50 of credit if it becomes business")


def test_what_was_published_is_shown_to_both_earned_by_the_win_and_given_once(
    circle: Circle, stack: Stack
) -> None:
    owner = circle.owner()
    owner.sign_up(circle.address("elena"), "Bookkeeping for small workshops")
    owner.go("settings/sender/")
    owner.say_who_it_is_from("Elena Lindqvist", "Lindqvist Books", "Quay 1\n222 22 Lund")
    owner.press("Keep")
    owner.confirm_address()
    _publish_credit_for_a_sale(owner)

    link = owner.ask("Tomás Berg", circle.address("tomas")).link("/a/")
    advocate = circle.advocate(link)
    advocate.sees(PROMISED)
    advocate.introduce("Marta")
    prospect = circle.prospect(advocate.link_to_send)
    prospect.sees(PROMISED)
    prospect.say_yes(circle.address("marta"))
    stack.letter(circle.address("tomas"), "Both of you said yes")

    owner.go("rewards/")
    owner.reads("No reward waits for you")
    owner.go("introductions/")
    owner.follow("Marta")
    for step in ("Talking", "Met", "Proposal made"):
        owner.move(step)
    owner.type("Amount in", "2,400")
    owner.press("Marta is a customer")
    owner.reads("Marta is a customer")

    def is_earned() -> bool:
        owner.go("rewards/")
        return "1 reward to see to" in owner.page.locator("h1").inner_text()

    eventually(is_earned)
    owner.follow("Tomás Berg")
    owner.press("Approve it")
    owner.press("It is given")
    owner.reads("Tomás Berg got")
    assert owner.button("It is given").count() == 0
    owner.go("rewards/")
    owner.reads("No reward waits for you")


def _publish_credit_for_a_sale(owner: Owner) -> None:
    owner.go("settings/rewards/rules/")
    for name, value in (("trigger", "won"), ("for_whom", "advocate"), ("what", "credit")):
        owner.page.locator(f"[name=r0-{name}]").select_option(value)
    owner.page.locator("[name=r0-amount]").fill("50")
    owner.press("Publish these")
    owner.reads("Something is given for introductions")


def test_a_card_is_written_on_one_screen_and_settles_what_is_owed(circle: Circle) -> None:
    owner = circle.settled_owner()
    owner.go("sent/")
    owner.type("Who came?", "Sven Card")
    owner.type("Who sent them?", "Petra Card")
    owner.press("Keep")
    owner.sees("You owe Petra a thank-you.")

    owner.go("thank-yous/")
    row = owner.page.locator("li.row", has_text="Petra Card")
    row.get_by_role("link", name="Send a card").click()
    owner.sees("thank you for bringing Sven and me together")
    owner.page.locator("[name=postal_address]").fill("Quay 3\n222 22 Lund")
    owner.press("It is written")

    owner.sees("Petra is thanked.")
    owner.go("thank-yous/")
    expect(row).to_have_text(re.compile(r"Petra Card sent you Sven Card\.\s+A hand-written card"))
    owner.go("people/?q=Petra")
    owner.follow("Petra Card")
    owner.sees("Quay 3")
    owner.sees("You thanked Petra")


def test_thanks_stand_in_public_by_a_yes_and_go_by_a_no(circle: Circle, stack: Stack) -> None:
    owner = circle.settled_owner()
    owner.go("people/new/")
    owner.type("Name", "Ines Wall")
    owner.type("E-mail", circle.address("ines"))
    owner.press("Add")
    owner.follow("Ines did you a kindness")
    owner.page.get_by_label("Spoke up for you").check()
    owner.press("Thank Ines")
    thanks = owner.page.url.partition("?")[0]
    owner.page.goto(f"{thanks}?how=public")
    owner.press("Ask Ines")
    owner.sees("Nothing is public without a yes.")
    words = "Thank you, Ines. You spoke up for us, and people listened."
    wall = f"/t/{owner.desk.split('/')[2]}/thanks/"

    ines = circle.prospect(stack.letter(circle.address("ines"), "in public").link("/k/"))
    stranger = circle.prospect()
    assert stranger.open(wall) == 404
    ines.sees(words)
    ines.page.get_by_label("Yes, you may").check()
    ines.press("Answer")
    ines.press("My pleasure")
    ines.reads("Elena reads that it was your pleasure.")

    assert stranger.open(wall) == 200
    stranger.sees(words)
    owner.page.goto(thanks)
    owner.reads("Ines is thanked")
    owner.sees("Ines says: my pleasure")
    ines.page.get_by_label("Rather not").check()
    ines.press("Change my answer")
    ines.sees("It stands nowhere.")
    assert stranger.open(wall) == 404
