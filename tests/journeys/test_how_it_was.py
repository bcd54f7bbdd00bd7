"""A customer is asked how it was, by mail; what they answer, and what becomes of their words."""

import re

import pytest

from tests.journeys.people import Circle, Owner

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]


def asked(owner: Owner, name: str, email: str) -> str:
    """Somebody new is asked from their page; the link in the letter they got."""
    owner.go("people/new/")
    owner.type("Name", name)
    owner.type("E-mail", email)
    owner.press("Add")
    first_name = name.split()[0]
    owner.follow(f"Ask {first_name} how it was")
    owner.press(f"Send it to {first_name}")
    owner.sees(f"{first_name} is asked.")
    return owner.stack.letter(email, "One question").link("/f/")


def test_very_happy_words_are_lent_published_and_taken_back(circle: Circle) -> None:
    owner = circle.settled_owner()
    link = asked(owner, "Nora Vik", circle.address("nora"))
    customer = circle.prospect(link)

    customer.page.get_by_label("10", exact=True).check()
    customer.type("Why?", "They answer within the hour.")
    customer.press("Send my answer")
    customer.reads("Thank you, Nora.")
    customer.page.get_by_label("N. V.").check()
    customer.press("You may publish this")
    customer.sees("they are not on the page now")
    owner.go()
    owner.sees("Read what Nora lets you publish")
    owner.go("testimonials/")
    owner.press("Publish")
    owner.sees("Nora can take it back at any time.")

    customer.open(link)
    customer.page.get_by_role("link", name=re.compile("the page of")).click()
    customer.sees("They answer within the hour.")
    customer.sees("N. V.")
    customer.does_not_see("Nora")
    customer.open(link)
    customer.unfold("Take my words back")
    customer.press("Take them back")
    customer.sees("Your words are taken back.")
    wall = customer.page.request.get(f"/t/{owner.desk.split('/')[2]}/wall/")
    assert "within the hour" not in wall.text()


def test_what_was_not_good_is_put_right_and_a_better_answer_settles_it(circle: Circle) -> None:
    owner = circle.settled_owner()
    link = asked(owner, "Odd Lie", circle.address("odd"))
    customer = circle.prospect(link)

    customer.page.get_by_label("3", exact=True).check()
    customer.type("Why?", "The door still squeaks.")
    customer.press("Send my answer")
    customer.sees("would like to put it right")
    owner.has_waiting("Put right", "Odd Lie answered 3: “The door still squeaks.”")

    customer.follow("Change my answer")
    customer.page.get_by_label("8", exact=True).check()
    customer.press("Send my answer")
    customer.type("What would make it better?", "A second coat of oil.")
    customer.press("Send this, too")
    customer.sees("thank you for saying what would make it better")

    owner.go()
    owner.does_not_see("Odd Lie answered 3")
    owner.go("feedback/")
    owner.sees("A second coat of oil.")
