"""Somebody has died, moved away or wants to be left in peace: what was to reach them stops."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import LeftInPeace
from introductions.models import Ask
from introductions.services import draft_ask, send_ask
from outreach.models import Message, Reminder
from outreach.services import add_reminder
from referrals.models import ThankYou
from tests.introductions.factories import an_advocate
from tests.outreach.factories import a_contact, a_letter
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return a_contact(business, "Elena Rossi")


@pytest.fixture
def at(business: Business, elena: Contact) -> str:
    return f"/b/{business.slug}/people/{elena.pk}/"


def _asked(contact: Contact, alice: User, by: Actor) -> Ask:
    now = clock.now()
    ask = draft_ask(contact=contact, wanted="workshops", by=by, sender=alice, now=now)
    return send_ask(ask=ask, by=by, now=now)


def _letter(contact: Contact, **more: object) -> Message:
    context = {"sender": "Alice", "first_name": contact.first_name, "answer_link": ""}
    return a_letter(
        contact.business,
        contact,
        template="thanks_to_advocate",
        context=context,
        **more,
    )


def _remind(contact: Contact) -> Reminder:
    now = clock.now()
    return add_reminder(
        business=contact.business,
        kind="follow_up",
        contact=contact,
        due_on=clock.today(contact.business, now),
        by=SYSTEM,
        now=now,
    )


def test_letters_asks_and_reminders_stop_and_others_go_on(
    alice_client: Client, at: str, elena: Contact, alice: User, by_alice: Actor
) -> None:
    other = a_contact(elena.business, "Tomas Berg")
    ask = _asked(elena, alice, by_alice)
    theirs = _asked(other, alice, by_alice)
    for contact in (elena, other):
        _letter(contact, due_at=clock.now() + timedelta(hours=1))
        _remind(contact)

    page = alice_client.post(f"{at}rest/", {"reason": "died"}, follow=True).text

    ask.refresh_from_db()
    theirs.refresh_from_db()
    assert (ask.state, theirs.state) == ("withdrawn", "sent")
    to_elena = Message.objects.filter(recipients__contact=elena)
    assert set(to_elena.values_list("state", flat=True)) == {"cancelled"}
    assert Message.objects.filter(state="scheduled").count() == 2
    assert [row.contact for row in Reminder.objects.open()] == [other]
    assert "Elena has died. Nothing is sent" in page
    assert "Ask Elena" not in page


def test_nobody_is_reminded_of_them_any_more(alice_client: Client, at: str, elena: Contact) -> None:
    alice_client.post(f"{at}rest/", {"reason": "moved_away"})

    elena.refresh_from_db()
    assert elena.next_touch_on is None
    alice_client.post(f"{at}interactions/", {"kind": "call", "text": "Said good-bye."})
    elena.refresh_from_db()
    assert elena.next_touch_on is None
    assert elena.last_touch_on is not None


def test_nobody_can_ask_them_and_letters_that_come_later_do_not_leave(
    alice_client: Client, at: str, elena: Contact, alice: User, by_alice: Actor
) -> None:
    alice_client.post(f"{at}rest/", {"reason": "leave_me_be"})
    elena.refresh_from_db()

    with pytest.raises(LeftInPeace, match="Elena wants to be left in peace"):
        _asked(elena, alice, by_alice)

    assert _letter(elena).state == "suppressed"


def test_it_can_be_taken_back(alice_client: Client, at: str, elena: Contact) -> None:
    letter = _letter(elena, due_at=clock.now() + timedelta(hours=1))
    reminder = _remind(elena)
    alice_client.post(f"{at}rest/", {"reason": "died"})

    page = alice_client.post(f"{at}resume/", follow=True).text

    assert "Elena may be written to again." in page
    assert "Ask Elena" in page
    elena.refresh_from_db()
    assert (elena.rests, elena.rests_since) == ("", None)
    assert elena.next_touch_on is not None
    assert [row.pk for row in Reminder.objects.open()] == [reminder.pk]
    letter.refresh_from_db()
    assert letter.state == "cancelled"
    assert _letter(elena).state == "scheduled"


def test_the_history_says_it(alice_client: Client, at: str) -> None:
    alice_client.post(f"{at}rest/", {"reason": "moved_away"})
    alice_client.post(f"{at}rest/", {"reason": "moved_away"})
    alice_client.post(f"{at}resume/")

    page = alice_client.get(at).text

    assert page.count("Elena has moved away") == 1
    assert "You took Elena up again" in page


def test_a_reason_is_needed(alice_client: Client, at: str, elena: Contact) -> None:
    alice_client.post(f"{at}rest/", {"reason": "annoys me"})

    elena.refresh_from_db()
    assert elena.rests == ""


@pytest.mark.parametrize(
    ("reason", "on_their_page"), [("died", False), ("leave_me_be", False), ("moved_away", True)]
)
def test_thanks_owed_to_them_wait_for_nobody_and_stay_owed(
    alice_client: Client, business: Business, reason: str, on_their_page: bool
) -> None:
    advocate = an_advocate(business, clock.now())
    a_referral(advocate, clock.now())
    desk = f"/b/{business.slug}/"
    theirs = f"{desk}people/{advocate.contact_id}/"
    due = f"{desk}thank-yous/{ThankYou.objects.get().pk}/"
    for place in (desk, f"{desk}thank-yous/", theirs):
        assert due in alice_client.get(place).text

    alice_client.post(f"{theirs}rest/", {"reason": reason})

    assert due not in alice_client.get(desk).text
    assert due not in alice_client.get(f"{desk}thank-yous/").text
    assert (due in alice_client.get(theirs).text) is on_their_page
    letter = alice_client.post(f"{due}give/", {"how": "mail", "words": "Thank you"})
    assert letter.status_code == 409
    assert ThankYou.objects.get().state == "due"
    alice_client.post(f"{theirs}resume/")
    assert due in alice_client.get(desk).text
