"""People come in: in one screen when somebody was sent, and from a file."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Circle

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

GOOGLE_CSV = """\
First Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value
Anders,Ek,Ek Boats,Work,anders@ek.example,040 123 45 67
Britta,Falk,,Home,britta@falk.example,
,,,Work,nobody-at-all,
"""


def test_someone_was_sent_to_me_in_one_screen_on_a_phone(circle: Circle) -> None:
    owner = circle.settled_owner(phone=True)
    owner.follow("Someone was sent to me")
    owner.reads("Someone was sent to you")
    assert owner.screens == 1, owner.costs()
    owner.type("Who came?", "Vera Lund")
    owner.type("Phone or e-mail", "040 765 43 21")
    owner.type("Who sent them?", "Henning Quist")
    owner.press("Keep")
    owner.reads("Vera Lund")
    owner.sees("You owe Henning a thank-you.")
    assert (owner.screens, owner.characters) == (2, 35), owner.costs()

    owner.has_waiting("Thank", re.compile(r"Henning Quist\s+sent you\s+Vera Lund"))
    owner.go("introductions/")
    owner.follow("Vera Lund")
    owner.reads("You are talking with Vera Lund")


def test_whoever_sent_them_is_thanked_by_a_call(circle: Circle) -> None:
    owner = circle.settled_owner(phone=True)
    owner.go("sent/")
    owner.type("Who came?", "Jon Frisk")
    owner.type("Who sent them?", "Ragna Moe")
    owner.press("Keep")
    owner.sees("You owe Ragna a thank-you.")

    owner.go("thank-yous/")
    row = owner.page.locator("li.row", has_text="Ragna Moe")
    row.get_by_role("link", name="Thanked another way").click()
    owner.type("What was said", "Jon and I have known each other since school, it turned out.")
    owner.press("We have spoken")
    owner.sees("Ragna is thanked.")
    owner.go("thank-yous/")
    expect(row).to_have_text(re.compile(r"Ragna Moe sent you Jon Frisk\.\s+A call"))
    owner.go("people/?q=Ragna")
    owner.follow("Ragna Moe")
    owner.sees("You thanked Ragna")


def test_people_come_from_google_after_a_preview(circle: Circle) -> None:
    owner = circle.settled_owner()
    owner.go("people/import/")
    file = {"name": "contacts.csv", "mimeType": "text/csv", "buffer": GOOGLE_CSV.encode()}
    owner.page.get_by_label("The file").set_input_files(file)  # type: ignore[arg-type]  # a payload
    owner.press("Show me")
    owner.sees("Nothing is added yet.")
    owner.sees("Rows that cannot be added")
    owner.press("Add 2 people")
    owner.reads("2 people are new here")
    owner.go("people/?q=Ek+Boats")
    owner.follow("Anders Ek")
    owner.sees("anders@ek.example")
