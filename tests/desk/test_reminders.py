"""Reminders: done, kept as a call, or put off, in place."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, Membership, User
from contacts.models import Interaction
from outreach.models import Reminder
from outreach.services import add_reminder
from tests.contacts.factories import make_contact


@pytest.fixture
def reminder(business: Business) -> Reminder:
    return add_reminder(
        business=business,
        kind="follow_up",
        contact=make_contact(name="Marta Kovács"),
        due_on=clock.today(business),
        text="Ask about the oven",
        by=SYSTEM,
        now=clock.now(),
    )


@pytest.fixture
def at(business: Business, reminder: Reminder) -> str:
    return f"/b/{business.slug}/reminders/{reminder.pk}/"


def test_done_leaves_today(alice_client: Client, business: Business, at: str) -> None:
    before = alice_client.get(f"/b/{business.slug}/").text

    after = alice_client.post(f"{at}done/", follow=True)

    assert "Ask about the oven" in before
    assert after.redirect_chain == [(f"/b/{business.slug}/", 302)]
    assert "Ask about the oven" not in after.text


def test_what_is_done_or_skipped_can_be_opened_again(
    alice_client: Client, business: Business, at: str
) -> None:
    for press, more in (("done", {}), ("skip", {"reason": "It is settled"})):
        alice_client.post(f"{at}{press}/", more)
        assert "Open it again" in alice_client.get(at).text

        again = alice_client.post(f"{at}reopen/").text

        assert "It is open again." in again
        assert "Ask about the oven" in alice_client.get(f"/b/{business.slug}/").text


def test_done_says_how_to_open_it_again(alice_client: Client, at: str) -> None:
    after = alice_client.post(f"{at}done/", follow=True).text

    assert f'Done. <a href="{at}">Open it again</a>' in after


def test_a_call_is_kept_once_however_often_it_is_pressed(alice_client: Client, at: str) -> None:
    for _ in range(2):
        alice_client.post(f"{at}done/", {"kind": "call"})

    assert Interaction.objects.get().kind == "call"


@pytest.mark.parametrize(
    ("days", "later"),
    [("2", 2), ("7", 7), ("", 2), ("-3", 2), ("0", 1), ("999", 90), ("٧", 2), ("1" * 5000, 2)],
)
def test_it_is_put_off_by_so_many_days(
    alice_client: Client, business: Business, at: str, reminder: Reminder, days: str, later: int
) -> None:
    alice_client.post(f"{at}snooze/", {"days": days})

    reminder.refresh_from_db()
    assert reminder.due_on == clock.today(business) + timedelta(days=later)


def test_what_is_done_is_not_put_off(alice_client: Client, at: str, reminder: Reminder) -> None:
    alice_client.post(f"{at}done/")

    answer = alice_client.post(f"{at}snooze/", {"days": "2"})

    assert answer.status_code == 409
    assert "That is no longer possible" in answer.text
    due_on = reminder.due_on
    reminder.refresh_from_db()
    assert reminder.due_on == due_on


def test_a_viewer_and_a_stranger_change_nothing(
    bob_client: Client,
    bob: User,
    charlie_client: Client,
    other_business: Business,
    at: str,
    reminder: Reminder,
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    own = f"/b/{other_business.slug}/reminders/{reminder.pk}/"

    for act in ("done/", "snooze/"):
        assert bob_client.post(at + act).status_code == 403
        assert charlie_client.post(at + act).status_code == 404
        assert charlie_client.post(own + act).status_code == 404
    reminder.refresh_from_db()
    assert reminder.done_at is None


def test_looking_does_nothing(alice_client: Client, at: str) -> None:
    assert alice_client.get(f"{at}done/").status_code == 405
    assert alice_client.get(f"{at}snooze/").status_code == 405
