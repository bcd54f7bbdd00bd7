"""A double click makes one of everything, and of two opposite presses at once one counts.

The browsers have no JavaScript where a button is pressed twice, so both presses reach the server.
"""

import pytest

from tests.journeys.people import Circle, Owner, Person
from tests.journeys.stack import Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

OF_THE_ADVOCATE = (
    "FROM introductions_advocate a JOIN contacts_contact c ON c.id = a.contact_id {more} "
    "WHERE c.email = '{email}'"
)
AT_ONCE = """
async ([first, second]) => {
  const press = async (action) => {
    const form = [...document.forms].find((form) => form.action.endsWith(action));
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    return answer.status;
  };
  return Promise.all([press(first), press(second)]);
}
"""


def _twice(person: Person, name: str) -> None:
    person.button(name).first.dblclick()


def _count(stack: Stack, email: str, more: str) -> int:
    query = "SELECT count(*) " + OF_THE_ADVOCATE.format(email=email, more=more)
    return int(stack.rows(query)[0][0])


def test_a_double_click_on_every_button_of_the_loop(circle: Circle, stack: Stack) -> None:
    tomas, marta = circle.address("tomas"), circle.address("marta")
    owner = circle.settled_owner(javascript=False)
    owner.go("asks/new/")
    owner.type("Name", "Tove Nyman")
    owner.type("E-mail", tomas)
    _twice(owner, "Write to them")
    owner.reads("Ask Tove for an introduction")
    _twice(owner, "Send it to Tove")
    owner.reads("You asked Tove")

    advocate = circle.advocate(stack.letter(tomas, "business note").link("/a/"), javascript=False)
    advocate.type("Their first name", "Marta")
    _twice(advocate, "Send it myself")
    advocate.reads("Now send it to Marta.")
    prospect = circle.prospect(advocate.link_to_send)
    prospect.type("Your e-mail or phone number", marta)
    _twice(prospect, "Yes, introduce us")
    stack.letter(marta, "Both of you said yes to meeting.")

    _follow_up_pressing_twice(owner)
    asks, introductions = "JOIN introductions_ask k ON k.advocate_id = a.id", _introductions()
    assert _count(stack, tomas, asks) == 1
    assert _count(stack, tomas, introductions) == 1
    referrals = introductions + " JOIN referrals_referral r ON r.introduction_id = i.id"
    assert _count(stack, tomas, referrals) == 1
    closed = referrals + " JOIN referrals_closedbusiness b ON b.referral_id = r.id"
    assert _count(stack, tomas, closed) == 1
    thanks = "JOIN referrals_thankyou t ON t.advocate_id = a.id AND t.state = 'given'"
    # The page shows the answer to the second press, so the rows tell when the first is through.
    eventually(lambda: _count(stack, tomas, thanks) > 0)
    assert _count(stack, tomas, thanks) == 1, "the second one is still owed"
    assert _subjects(stack, marta) == 1
    stack.letter(tomas, "has become a customer")
    assert _subjects(stack, tomas) == len(stack.letters(tomas)), "no letter came twice"


def _introductions() -> str:
    return "JOIN introductions_introduction i ON i.advocate_id = a.id"


def _subjects(stack: Stack, address: str) -> int:
    return len({letter.subject for letter in stack.letters(address)})


def _follow_up_pressing_twice(owner: Owner) -> None:
    owner.go("people/?q=Marta")
    owner.go("introductions/")
    owner.page.locator("li", has_text="sent by Tove Nyman").get_by_role("link").first.click()
    for step, says in (
        ("Talking", "You are talking with Marta"),
        ("Met", "You and Marta have met"),
    ):
        _twice(owner, step)
        owner.reads(says)
    owner.unfold("Won")
    owner.type("Amount in", "2400")
    _twice(owner, "Marta is a customer")
    owner.reads("Marta is a customer")
    owner.go("thank-yous/")
    row = owner.page.locator("li.row", has_text="Tove Nyman")
    row.get_by_role("link", name="Send a card").first.click()
    _twice(owner, "It is written")


def test_of_yes_and_no_at_once_one_counts(circle: Circle, stack: Stack) -> None:
    letter = circle.settled_owner().ask("Tomás Berg", circle.address("tomas"))
    circle.advocate(letter.link("/a/")).introduce_for_me("Marta", circle.address("marta"))
    link = stack.letter(circle.address("marta"), "would like you to meet").link("/i/")
    prospect = circle.prospect(link, javascript=True)
    statuses = prospect.page.evaluate(AT_ONCE, ["/yes/", "/no/"])
    assert set(statuses) <= {200, 409}

    def settled() -> bool:
        ended = "JOIN introductions_introduction i ON i.advocate_id = a.id AND i.due_at IS NULL"
        return _count(stack, circle.address("tomas"), ended) == 1

    eventually(settled)
    answers = (
        "JOIN introductions_introduction i ON i.advocate_id = a.id JOIN activity_event e "
        "ON e.subject_id = i.id AND e.name IN ('introduction.accepted', 'introduction.declined')"
    )
    assert _count(stack, circle.address("tomas"), answers) == 1
    said_yes = prospect.page.goto(link) and "introduced" in prospect.page.title().lower()
    prospect.sees("You have been introduced." if said_yes else "")
