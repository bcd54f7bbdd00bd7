"""The morning after: the advocate who brought two people together is asked how it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from icalendar import Calendar

from activity.models import Event
from businesses import clock
from businesses.models import Business
from introductions import services
from introductions.models import Advocate, Introduction
from outreach.models import Link, Message, Reminder
from tests.guests.factories import own_page, path_of
from tests.guests.test_adding_more import TOGETHER, add, the_letter
from tests.guests.test_doors import queries_of
from tests.introductions.factories import an_advocate, offered, shaken

pytestmark = pytest.mark.django_db

# The morning after the day of TOGETHER, in Stockholm.
MORNING = datetime(2026, 5, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
def brought(guest: Client, marta: Advocate, now: datetime) -> Introduction:
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER)
    services.accept_introduction(introduction=introduction, now=now)
    return services.send_handshake_now(introduction=introduction, now=now)


@pytest.fixture
def page(brought: Introduction) -> str:
    return path_of(Link.objects.get(subject_label="introduction", purpose="advocate"))


def the_question(introduction: Introduction) -> Message:
    return (
        Message.objects.regarding(introduction)
        .filter(kind="morning_after_to_advocate", state="scheduled")
        .get()
    )


def reminders() -> list[str]:
    return [one.text for one in Reminder.objects.open().filter(subject_label="introduction")]


def say(guest: Client, page: str, introduction: Introduction, met: str, **more: str) -> int:
    answer = guest.post(f"{page}meeting/{introduction.pk}/say/", {"met": met} | more)
    return answer.status_code


def read(guest: Client, page: str) -> str:
    return guest.get(page, follow=True).content.decode()


def test_the_advocate_is_asked_in_their_morning(brought: Introduction) -> None:
    letter = the_question(brought)

    assert letter.due_at == MORNING
    assert letter.subject == "How was it with Jonas?"
    assert "on Wednesday, 20 May. Did it" in letter.text
    assert [row.address for row in letter.recipients.all()] == ["marta@oliveira.example"]


def test_who_is_elsewhere_is_asked_in_a_morning_of_theirs(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    marta.contact.timezone = "America/New_York"
    marta.contact.save()
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER)
    services.accept_introduction(introduction=introduction, now=now)

    services.send_handshake_now(introduction=introduction, now=now)

    assert the_question(introduction).due_at == datetime(2026, 5, 21, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("planned", [True, False])
def test_nobody_is_asked_of_a_day_that_was_not_chosen_or_had_passed(
    guest: Client, marta: Advocate, now: datetime, planned: bool
) -> None:
    introduction = offered(marta, now)
    if planned:
        add(guest, introduction, **TOGETHER)
    later = now + timedelta(days=20)
    services.accept_introduction(introduction=introduction, now=later)
    services.send_handshake_now(introduction=introduction, now=later)

    assert not Message.objects.filter(kind="morning_after_to_advocate").exists()


def test_one_tap_says_that_it_took_place_and_the_owner_need_not_ask(
    guest: Client, alice_client: Client, business: Business, brought: Introduction, page: str
) -> None:
    assert len(reminders()) == 1
    with clock.at(MORNING):
        asked = read(guest, page)
        assert "Did you bring Jonas and Alice together yesterday?" in asked
        assert queries_of(guest, f"{page}meeting/{brought.pk}/") <= 10
        for method in (guest.get, guest.head):
            assert method(f"{page}meeting/{brought.pk}/say/").status_code == 303
        assert len(reminders()) == 1, "looking says nothing"

        for _ in range(2):
            assert say(guest, page, brought, "took_place") == 303

        assert reminders() == []
        brought.refresh_from_db()
        assert (brought.met, brought.met_told_at) == ("took_place", MORNING)
        told = Event.objects.get(name="introduction.meeting_told")
        assert told.payload["met"] == "took_place"
        say(guest, page, brought, "took_place", words="They laughed a lot.")
        thanked = guest.get(f"{page}meeting/{brought.pk}/").content.decode()
        assert "Alice knows that it took place." in thanked
        desk = alice_client.get(f"/b/{business.slug}/introductions/{brought.pk}/").text
        assert "It took place, says Marta: “They laughed a lot.”" in desk
        person = alice_client.get(f"/b/{business.slug}/people/{brought.contact_id}/").text
        assert "Marta Oliveira brought you and Jonas together" in person
        assert "Whom would you like Alice to meet?" in read(guest, page)


def test_what_did_not_come_about_is_the_owners_to_see_today(
    guest: Client, brought: Introduction, page: str
) -> None:
    with clock.at(MORNING):
        say(guest, page, brought, "not", words="Jonas was ill.")

        [text] = reminders()
        assert text == "Marta says that meeting Jonas did not come about. Is there another day?"

        say(guest, page, brought, "took_place")

    assert reminders() == []
    brought.refresh_from_db()
    assert brought.met == "took_place"


def test_said_before_the_letter_it_is_not_asked_any_more(
    guest: Client, brought: Introduction, page: str
) -> None:
    evening = MORNING - timedelta(hours=10)
    with clock.at(evening):
        say(guest, page, brought, "took_place")

    letter = Message.objects.get(kind="morning_after_to_advocate")
    assert letter.state == "cancelled"


def test_before_that_day_nothing_can_be_said_of_it(
    guest: Client, brought: Introduction, page: str
) -> None:
    assert "You bring Jonas and Alice together." in read(guest, page)
    answer = guest.post(f"{page}meeting/{brought.pk}/say/", {"met": "took_place"})

    assert answer.status_code == 409
    assert "That day has not come yet." in answer.content.decode()
    brought.refresh_from_db()
    assert brought.met == ""


def test_another_day_goes_to_all_three_and_has_a_morning_of_its_own(
    guest: Client, brought: Introduction, page: str
) -> None:
    first = Calendar.from_ical(the_letter(brought).calendar).walk("VEVENT")[0]
    with clock.at(MORNING):
        moved = guest.post(
            f"{page}meeting/{brought.pk}/move/", {"meets_on": "2026-05-27", "meets_at": "08:15"}
        )
        assert moved.status_code == 303

        letter = Message.objects.get(kind="meeting_moved_to_everyone")
        assert sorted(row.address for row in letter.recipients.all()) == [
            "alice@lindqvist.example",
            "jonas@shoebox.example",
            "marta@oliveira.example",
        ]
        assert letter.due_at == MORNING + settings.UNDO_WINDOW
        assert "Wednesday, 27 May at 08:15, Café Größe, Lund; upstairs." in letter.text
        event = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
        assert event["DTSTART"].dt == datetime(2026, 5, 27, 6, 15, tzinfo=UTC)
        assert (event["UID"], event["SEQUENCE"]) == (first["UID"], 1)
        assert the_question(brought).due_at == MORNING + timedelta(days=7)
        [reminder] = Reminder.objects.open().filter(dedupe__startswith="morning_after:")
        assert str(reminder.due_on) == "2026-05-28"


def test_moved_once_more_at_once_only_the_last_day_goes_out(
    guest: Client, brought: Introduction, page: str
) -> None:
    at = f"{page}meeting/{brought.pk}/move/"
    with clock.at(MORNING):
        for day in ("2026-05-27", "2026-05-28", "2026-05-28"):
            guest.post(at, {"meets_on": day})

    letters = Message.objects.filter(kind="meeting_moved_to_everyone").order_by("id")
    assert [one.state for one in letters] == ["cancelled", "scheduled"]
    assert "28 May" in letters[1].text


def test_nobody_is_sent_from_day_to_day_without_end(
    guest: Client, brought: Introduction, page: str
) -> None:
    at = f"{page}meeting/{brought.pk}/move/"
    with clock.at(MORNING):
        answers = [guest.post(at, {"meets_on": f"2026-06-0{day}"}) for day in range(1, 8)]

    assert [one.status_code for one in answers] == [303] * 5 + [409] * 2
    assert "agree on the next one by mail" in answers[-1].content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"meets_on": ""}, "Choose the new day."),
        ({"meets_on": "2026-05-01"}, "Choose a day"),
        ({"meets_on": "2026-05-27", "meets_at": "noon"}, "Give a time, such as 17:30."),
        ({"meets_on": "2026-05-27", "meets_place": "x" * 201}, "200 characters at most"),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_its_field(
    guest: Client, brought: Introduction, page: str, typed: dict[str, str], said: str
) -> None:
    with clock.at(MORNING):
        answer = guest.post(f"{page}meeting/{brought.pk}/move/", typed)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Message.objects.filter(kind="meeting_moved_to_everyone").exists()


def test_who_left_a_number_only_is_told_no_address_of(
    guest: Client, marta: Advocate, business: Business, now: datetime
) -> None:
    """The business may know their mail; the others learn it from nobody."""
    introduction = services.share_introduction(
        advocate=marta, first_name="Pia", words="You two should meet.", now=now
    )
    add(guest, introduction, **TOGETHER)
    services.accept_introduction(introduction=introduction, phone="+46701234567", now=now)
    shaken_hands = services.send_handshake_now(introduction=introduction, now=now)
    contact = shaken_hands.contact
    assert contact is not None
    contact.email = "pia@elsewhere.example"
    contact.save()

    with clock.at(MORNING):
        services.move_meeting(
            introduction=introduction, meets_on=MORNING.date() + timedelta(days=3), now=MORNING
        )

    letter = Message.objects.get(kind="meeting_moved_to_everyone")
    assert "pia@elsewhere.example" not in [row.address for row in letter.recipients.all()]


def test_another_advocate_says_nothing_of_it(
    guest: Client, business: Business, brought: Introduction, now: datetime
) -> None:
    walter = an_advocate(business, now, name="Walter Holm", email="w@holm.example")
    without_a_day = shaken(walter, now, "x@shoebox.example")

    with clock.at(MORNING):
        theirs = own_page(walter)
        assert guest.get(f"{theirs}meeting/{brought.pk}/").status_code == 404
        assert say(guest, theirs, brought, "took_place") == 404
        assert guest.get(f"{theirs}meeting/{without_a_day.pk}/").status_code == 404
