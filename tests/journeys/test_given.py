"""The owner gives: two people are introduced to each other, and a customer is sent to a partner."""

import pytest

from tests.journeys.people import Circle, Owner
from tests.journeys.stack import Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

TO_JONAS = "Rosa reads leases as others read novels."
TO_ROSA = "Jonas opens a second shop and has a lease to sign."


def add(owner: Owner, name: str, email: str, firm: str = "") -> None:
    """Somebody new; the owner is on their page then."""
    owner.go("people/new/")
    owner.type("Name", name)
    owner.type("E-mail", email)
    if firm:
        owner.unfold("Add more")
        owner.type("Firm", firm)
    owner.press("Add")
    owner.reads(name)


def ask_both(owner: Owner, stack: Stack, circle: Circle) -> dict[str, str]:
    """From the composer; the link in each one's letter."""
    owner.type("To Jonas, about Rosa", TO_JONAS)
    owner.type("To Rosa, about Jonas", TO_ROSA)
    owner.press("Ask both")
    owner.reads("Jonas and Rosa are asked")
    letters = {
        who: stack.letter(circle.address(who), "would like you to meet")
        for who in ("jonas", "rosa")
    }
    assert TO_JONAS in letters["jonas"].text
    assert TO_ROSA in letters["rosa"].text
    for who, other in (("jonas", "rosa"), ("rosa", "jonas")):
        assert circle.address(other) not in letters[who].text
    return {who: letter.link("/g/") for who, letter in letters.items()}


def test_two_people_both_say_yes_with_one_tap_and_meet_in_one_thread(
    circle: Circle, stack: Stack
) -> None:
    owner = circle.settled_owner()
    add(owner, "Rosa Moretti", circle.address("rosa"))
    add(owner, "Jonas Weber", circle.address("jonas"))
    owner.follow("Introduce Jonas to somebody")
    owner.type("To whom?", "Rosa Moretti")
    owner.press("Write to both")
    links = ask_both(owner, stack, circle)

    jonas, rosa = circle.prospect(links["jonas"]), circle.prospect(links["rosa"])
    jonas.sees(TO_JONAS)
    jonas.does_not_see(circle.address("rosa"))
    jonas.press("Yes, introduce us")
    jonas.reads("Thank you, Jonas. It is a yes.")
    assert jonas.taps == 2, jonas.costs()
    owner.page.reload()
    owner.reads("Jonas said yes, Rosa has not answered yet")
    rosa.press("Yes, introduce us")

    for who in ("jonas", "rosa"):
        letter = stack.letter(circle.address(who), "Both of you said yes to meeting.")
        assert {circle.address("jonas"), circle.address("rosa"), owner.email} == set(letter.to)
        assert circle.address("jonas") in letter.text
        assert circle.address("rosa") in letter.text
    owner.page.reload()
    owner.reads("You introduced Jonas and Rosa")


def test_a_customer_is_sent_to_a_partner_firm_who_tells_what_came_of_it(
    circle: Circle, stack: Stack
) -> None:
    owner = circle.settled_owner()
    add(owner, "Rosa Conti", circle.address("rosa"), "Conti Law of the Partner Journey")
    owner.follow("Conti Law of the Partner Journey")
    owner.page.get_by_label("A partner firm").check()
    owner.type("What they do", "Law for small firms")
    owner.type("Who is a good referral for them?", "Owners who are about to sign a lease")
    owner.press("Keep")
    owner.sees("Partner firm since")
    add(owner, "Jonas Weber", circle.address("jonas"))
    owner.follow("Introduce Jonas to somebody")
    owner.sees("A good referral for them: Owners who are about to sign a lease")
    owner.follow("To Rosa")
    owner.reads("Send Jonas to Conti Law of the Partner Journey")
    links = ask_both(owner, stack, circle)

    partner, customer = circle.prospect(links["rosa"]), circle.prospect(links["jonas"])
    customer.press("Yes, introduce us")
    partner.press("Yes, introduce us")
    stack.letter(circle.address("rosa"), "Both of you said yes to meeting.")

    partner.open(links["rosa"])
    partner.reads("You and Jonas: what came of it?")
    partner.page.get_by_label("We have met").check()
    partner.type("A word about it", "On Tuesday, over coffee.")
    partner.press("Tell Elena")
    partner.sees("You told Elena: “We have met”.")

    def told() -> bool:
        owner.page.reload()
        return "Rosa says: “We have met”." in owner.page.locator("main").inner_text()

    eventually(told)
    owner.sees("On Tuesday, over coffee.")
    customer.open(links["jonas"])
    customer.reads("You and Rosa have been introduced.")
    customer.does_not_see("over coffee")


def test_a_no_reaches_the_other_only_as_not_just_now(circle: Circle, stack: Stack) -> None:
    owner = circle.settled_owner()
    add(owner, "Rosa Lind", circle.address("rosa"))
    add(owner, "Jonas Weber", circle.address("jonas"))
    owner.follow("Introduce Jonas to somebody")
    owner.type("To whom?", "Rosa Lind")
    owner.press("Write to both")
    links = ask_both(owner, stack, circle)

    jonas, rosa = circle.prospect(links["jonas"]), circle.prospect(links["rosa"])
    jonas.press("Yes, introduce us")
    jonas.reads("It is a yes.")
    rosa.press("No, thank you")
    rosa.reads("That is quite all right.")

    letter = stack.letter(circle.address("jonas"), "It does not fit just now after all")
    assert letter.to == [circle.address("jonas")]
    jonas.page.reload()
    jonas.reads("It does not fit just now.")
    owner.page.reload()
    owner.reads("It did not fit for Rosa just now")
