"""An ask was answered on the phone: said at whichever door, nobody is reminded of it any more."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, Membership, User
from introductions.models import Ask
from introductions.services import withdraw_ask
from outreach.models import Reminder, StepTaken
from outreach.sending import send_due_letters
from outreach.services import one_tap_url
from tests.api.client import ApiClient, refusal, with_a_key
from tests.contacts.factories import make_contact
from tests.guests.factories import sent_ask
from tests.outreach.smtp import SmtpServer
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture
def ask(
    business: Business, alice: User, by_alice: Actor, calendar: Calendar, smtp: SmtpServer
) -> Ask:
    """Ines was asked eleven days ago, and the owner is asked whether she answered elsewhere."""
    ines = make_contact(business, name="Ines Blom", email="ines@blom.example")
    ask = sent_ask(ines, alice, by_alice, calendar.now)
    with clock.at(calendar.now):
        send_due_letters()
    calendar.days(11)
    return ask


@pytest.fixture
def reminder(ask: Ask) -> Reminder:
    return Reminder.objects.open().get(subject_label="ask")


@pytest.fixture
def pages(
    business: Business, membership: Membership, ask: Ask, reminder: Reminder, calendar: Calendar
) -> dict[str, str]:
    """Where it is asked, and can be said."""
    desk = f"/b/{business.slug}/"
    tap = one_tap_url(reminder=reminder, member=membership, now=calendar.now)
    return {
        "today": desk,
        "reminder": f"{desk}reminders/{reminder.pk}/",
        "ask": f"{desk}asks/{ask.pk}/",
        "morning": urlsplit(tap).path,
    }


@pytest.fixture
def doors(
    alice_client: Client, guest: Client, api: ApiClient, ask: Ask, pages: dict[str, str]
) -> dict[str, Callable[[], int]]:
    return {
        "reminder": lambda: (
            alice_client.post(f"{pages['reminder']}done/", {"kind": "answered"}).status_code
        ),
        "ask": lambda: alice_client.post(f"{pages['ask']}answered/").status_code,
        "morning": lambda: guest.post(f"{pages['morning']}answered/").status_code,
        "api": lambda: api.post(f"/asks/{ask.pk}/answered").status_code,
    }


@pytest.mark.parametrize("place", ["today", "reminder", "ask", "morning"])
def test_each_page_that_asks_offers_both_answers(
    alice_client: Client, pages: dict[str, str], calendar: Calendar, place: str
) -> None:
    with clock.at(calendar.now):
        page = alice_client.get(pages[place]).text

    assert ">They answered me</button>" in page
    assert ">Not yet</button>" in page
    assert ">Done</button>" not in page


@pytest.mark.parametrize("door", ["reminder", "ask", "morning", "api"])
def test_each_door_keeps_that_they_answered_elsewhere(
    doors: dict[str, Callable[[], int]],
    ask: Ask,
    reminder: Reminder,
    calendar: Calendar,
    alice_client: Client,
    pages: dict[str, str],
    door: str,
) -> None:
    with clock.at(calendar.now):
        answers = [doors[door]() for _ in range(2)]
        page = alice_client.get(pages["ask"]).text

    assert all(status < 400 for status in answers)
    ask.refresh_from_db()
    reminder.refresh_from_db()
    assert ask.state == "answered"
    assert not reminder.is_open
    assert Event.objects.filter(name="ask.answered").count() == 1
    assert "Ines answered you" in page
    assert "answered with an introduction" not in page
    calendar.days(10)
    assert not StepTaken.objects.waiting().filter(enrolment__subject_id=ask.pk).exists()


def test_the_page_behind_the_morning_letter_keeps_it(
    guest: Client, pages: dict[str, str], ask: Ask, calendar: Calendar
) -> None:
    with clock.at(calendar.now):
        page = guest.post(f"{pages['morning']}answered/", follow=True).text

    assert "Kept: Ines answered you" in page
    assert "Undo" not in page
    ask.refresh_from_db()
    assert ask.state == "answered"


@pytest.mark.parametrize("place", ["reminder", "ask", "morning"])
def test_not_yet_ends_the_question_and_leaves_the_ask(
    alice_client: Client,
    pages: dict[str, str],
    ask: Ask,
    reminder: Reminder,
    calendar: Calendar,
    place: str,
) -> None:
    to = {"ask": "answered/"}.get(place, "done/")
    with clock.at(calendar.now):
        alice_client.post(f"{pages[place]}{to}", {"not_yet": "1"} if place == "ask" else {})

    ask.refresh_from_db()
    reminder.refresh_from_db()
    assert (ask.state, reminder.is_open) == ("sent", False)
    calendar.days(10)
    assert StepTaken.objects.waiting().filter(enrolment__subject_id=ask.pk).exists()


def test_an_ask_that_was_taken_back_or_is_not_sent_has_no_answer(
    api: ApiClient, ask: Ask, by_alice: Actor, business: Business, calendar: Calendar
) -> None:
    elena = make_contact(business, name="Elena Rossi", email="elena@rossi.example")
    draft = api.post("/asks", {"contact_id": elena.pk, "wanted": "workshops"}).json()
    withdraw_ask(ask=ask, by=by_alice, now=calendar.now)

    assert refusal(api.post(f"/asks/{ask.pk}/answered")) == (410, "ask_withdrawn")
    assert refusal(api.post(f"/asks/{draft['id']}/answered")) == (409, "not_possible_now")
