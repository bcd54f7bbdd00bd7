"""What the links of a morning letter do: a page, and a button that does it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, Membership, User
from outreach.services import finish_reminder, hand_reminder
from tests.desk.mornings import EIGHT, TODAY, before, letters_to, of, proven, sweep, to_do

__all__ = ["before", "proven"]

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://testserver(/r/\S+)")


def link_in(user: User) -> str:
    found = LINK.search(letters_to(user)[-1].text)
    assert found
    return found[1]


def test_one_tap_leads_to_a_button_and_the_button_does_it(
    business: Business, alice: User, guest: Client
) -> None:
    reminder = to_do(business, "Ask about the oven")
    sweep()
    at = link_in(alice)

    with clock.at(EIGHT + timedelta(minutes=5)):
        page = guest.get(at)
        looked = guest.get(f"{at}done/")
        reminder.refresh_from_db()
        was_open = reminder.is_open
        pressed = guest.post(f"{at}done/", follow=True)

    assert "Marta Kovács" in page.text
    assert "Ask about the oven" in page.text
    assert "Lindqvist" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert (looked.status_code, looked["Location"]) == (303, at)
    assert was_open
    assert "It is done." in pressed.text
    reminder.refresh_from_db()
    assert reminder.done_at == EIGHT + timedelta(minutes=5)


def test_what_a_scanner_said_was_done_is_open_again_by_one_press(
    business: Business, alice: User, guest: Client
) -> None:
    reminder = to_do(business, "Ask about the oven")
    sweep()
    at = link_in(alice)

    with clock.at(EIGHT):
        pressed = guest.post(f"{at}done/", follow=True)
    with clock.at(EIGHT + timedelta(hours=6)):
        for _ in range(2):
            undone = guest.post(f"{at}undo/", follow=True)

    assert "Undo" in pressed.text
    assert ">Done</button>" in undone.text
    reminder.refresh_from_db()
    assert reminder.is_open
    assert Event.objects.filter(name="reminder.reopened").count() == 1


def test_tomorrow_puts_it_off_by_a_day_however_often_it_is_pressed(
    business: Business, alice: User, guest: Client
) -> None:
    reminder = to_do(business, "Ask about the oven")
    sweep()
    at = link_in(alice)

    with clock.at(EIGHT):
        for _ in range(2):
            page = guest.post(f"{at}tomorrow/", follow=True)

    assert "It is put off until" in page.text
    reminder.refresh_from_db()
    assert reminder.due_on == TODAY + timedelta(days=1)


def test_what_was_done_or_handed_on_meanwhile_says_so(
    business: Business, alice: User, bob: User, guest: Client, by_alice: Actor
) -> None:
    reminder = to_do(business, "Ask about the oven")
    sweep()
    at = link_in(bob)
    hand_reminder(reminder=reminder, to=of(alice), by=by_alice, now=EIGHT)

    with clock.at(EIGHT):
        handed = guest.post(f"{at}done/", follow=True)
        reminder.refresh_from_db()
        was_open = reminder.is_open
        finish_reminder(reminder=reminder, by=by_alice, now=EIGHT)
        hers = guest.post(f"{link_in(alice)}tomorrow/", follow=True)

    assert "Somebody else does this now." in handed.text
    assert was_open
    assert "It is done." in hers.text


@pytest.mark.parametrize("why", ["run out", "left", "may only look", "cut short"])
def test_a_link_that_leads_nowhere_any_more(
    business: Business, bob: User, guest: Client, why: str
) -> None:
    reminder = to_do(business, "Ask about the oven")
    sweep()
    at, status = link_in(bob), 410
    when = EIGHT
    if why == "run out":
        when = EIGHT + timedelta(days=15)
    elif why == "left":
        of(bob).delete()
    elif why == "may only look":
        Membership.objects.filter(user=bob).update(role="viewer")
    else:
        at, status = at[:-4] + "/", 404

    with clock.at(when):
        answers = [guest.get(at), guest.post(f"{at}done/"), guest.post(f"{at}tomorrow/")]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert all("oven" not in answer.text for answer in answers)
    reminder.refresh_from_db()
    assert reminder.is_open


def test_one_click_stops_it_and_it_can_be_undone(
    business: Business, alice: User, guest: Client
) -> None:
    to_do(business, "Ask about the oven")
    sweep()
    header = letters_to(alice)[0].headers["List-Unsubscribe"].strip("<>")
    at = urlsplit(header).path

    looked = guest.get(at).text
    is_wanted = of(alice).morning_letter
    guest.post(at, {"List-Unsubscribe": "One-Click"})
    sweep(EIGHT + timedelta(days=1))

    assert "Stop the morning letter?" in looked
    assert is_wanted
    assert len(letters_to(alice)) == 1
    assert "No more morning letters." in guest.get(at).text
    with clock.at(EIGHT + timedelta(days=1)):
        guest.post(f"{at}undo/")
    sweep(EIGHT + timedelta(days=2))
    assert len(letters_to(alice)) == 2
