"""Today's rows are done in place: one press, and the page says what is left."""

from datetime import timedelta

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business, Membership, Role, User
from contacts.models import Interaction
from introductions.services import advocate_for, stop_asking
from outreach.models import Reminder, ReminderKind
from referrals.models import ThankYou
from tests.desk.factories import a_friend, a_met_person


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def follow_up(business: Business) -> Reminder:
    """To ring somebody who was introduced three days ago."""
    now = clock.now() - timedelta(days=3)
    a_met_person(advocate_for(contact=a_friend(business, now, 1), now=now), now, 1)
    return Reminder.objects.get(kind=ReminderKind.FOLLOW_UP)


def test_a_call_is_kept_once_however_often_it_is_pressed(
    alice_client: Client, at: str, follow_up: Reminder
) -> None:
    act = f"{at}reminders/{follow_up.pk}/done/"

    for _ in range(2):
        assert alice_client.post(act, {"kind": "call"}).status_code == 302

    follow_up.refresh_from_db()
    assert follow_up.done_at is not None
    assert Interaction.objects.filter(contact=follow_up.contact).count() == 1


def test_putting_off_what_is_done_says_why_not(
    alice_client: Client, at: str, follow_up: Reminder
) -> None:
    alice_client.post(f"{at}reminders/{follow_up.pk}/done/")

    answer = alice_client.post(f"{at}reminders/{follow_up.pk}/snooze/", {"days": "2"})

    assert answer.status_code == 409
    assert 'class="notice error"' in answer.text


@pytest.mark.parametrize(("days", "put_off"), [("2", 2), ("", 2), ("soon", 2), ("-1", 2), ("0", 1)])
def test_it_is_put_off_by_some_days_whatever_is_sent(
    alice_client: Client,
    at: str,
    business: Business,
    follow_up: Reminder,
    days: str,
    put_off: int,
) -> None:
    alice_client.post(f"{at}reminders/{follow_up.pk}/snooze/", {"days": days})

    follow_up.refresh_from_db()
    assert follow_up.due_on == clock.today(business) + timedelta(days=put_off)


def test_a_card_is_two_taps(alice_client: Client, at: str, follow_up: Reminder) -> None:
    thanks = ThankYou.objects.get()
    card = f"{at}thank-yous/{thanks.pk}/?how=card"
    assert card in alice_client.get(at).text
    assert "It is written" in alice_client.get(card).text

    answer = alice_client.post(f"{at}thank-yous/{thanks.pk}/give/", {"how": "card"}, follow=True)

    assert answer.redirect_chain == [(at, 302)]
    assert "to be thanked" not in answer.text


def test_who_waits_to_be_thanked_is_not_asked_for_more(
    alice_client: Client, at: str, follow_up: Reminder
) -> None:
    assert "Ask Friend" not in alice_client.get(at).text


def test_who_said_stop_is_not_proposed(alice_client: Client, at: str, business: Business) -> None:
    now = clock.now()
    friend = a_friend(business, now, 1)
    assert "Ask Friend" in alice_client.get(at).text

    stop_asking(advocate=advocate_for(contact=friend, now=now), now=now)

    assert "Ask Friend" not in alice_client.get(at).text


def test_a_viewer_looks_and_changes_nothing(
    bob_client: Client, bob: User, at: str, follow_up: Reminder
) -> None:
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    thanks = ThankYou.objects.select_related("advocate", "introduction", "referral").get()
    friend, introduction = thanks.advocate.contact_id, thanks.introduction_id
    acts = [
        f"people/{friend}/touched/",
        f"people/{friend}/ask-later/",
        f"people/{friend}/address/",
        f"asks/new/?contact={friend}",
        f"introductions/{introduction}/withdraw/",
        f"referrals/{follow_up.subject_id}/move/",
        f"referrals/{follow_up.subject_id}/win/",
        f"referrals/{follow_up.subject_id}/lose/",
        f"referrals/{follow_up.subject_id}/reopen/",
        f"referrals/{follow_up.subject_id}/further/",
        f"thank-yous/{thanks.pk}/give/",
        f"thank-yous/{thanks.pk}/waive/",
        f"reminders/{follow_up.pk}/done/",
        f"reminders/{follow_up.pk}/snooze/",
        "settings/sender/",
    ]

    assert bob_client.get(at).status_code == 200
    assert [act for act in acts if bob_client.post(f"{at}{act}").status_code != 403] == []


@pytest.mark.parametrize("page", ["", "introductions/", "thank-yous/", "settings/", "asks/new/"])
def test_a_stranger_finds_nothing_here(
    charlie_client: Client, business: Business, page: str
) -> None:
    assert charlie_client.get(f"/b/{business.slug}/{page}").status_code == 404
