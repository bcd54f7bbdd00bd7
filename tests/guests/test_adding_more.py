"""What an advocate adds: how well they know each other, where to meet, what to hear back."""

import email
import email.policy
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from activity.models import Event
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.states import Depth
from outreach import mime
from outreach.models import Message, Reminder
from outreach.transports.http import _message
from referrals.services import tell_advocate_of_progress
from tests.guests.factories import own_page, prospect_page
from tests.introductions.factories import JONAS, offered, shaken, shared
from tests.referrals.factories import moved

pytestmark = pytest.mark.django_db

TOGETHER = {
    "depth": "together",
    "wants": "steps",
    "meets_on": "2026-05-20",
    "meets_at": "17:30",
    "meets_place": "Café Größe, Lund; upstairs",
}


def add(guest: Client, introduction: Introduction, **typed: str) -> int:
    page = f"{own_page(introduction.advocate)}given/{introduction.pk}/"
    response = guest.post(page + "add/", {"wants": "steps"} | typed)
    introduction.refresh_from_db()
    return response.status_code


def the_letter(introduction: Introduction) -> Message:
    return Message.objects.regarding(introduction).get(kind="handshake_to_everyone")


def built(letter: Message, now: datetime) -> bytes:
    return mime.build(
        letter_id=letter.pk,
        sender="letters@handshake.example",
        sender_name="Alice",
        recipients=[("Jonas", JONAS)],
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers={},
        calendar=letter.calendar,
        now=now,
    )


@pytest.mark.parametrize("depth", [Depth.NAME, Depth.MET, Depth.KNOWS, Depth.TOLD])
def test_how_well_they_know_each_other_is_kept(
    guest: Client, marta: Advocate, now: datetime, depth: str
) -> None:
    introduction = shared(marta, now)

    assert add(guest, introduction, depth=depth) == 303

    assert (introduction.depth, introduction.meets_on) == (depth, None)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"meets_on": ""}, "On which day would you bring them together?"),
        ({"meets_on": "2026-05-03"}, "Choose a day within the coming year."),
        ({"meets_on": "2028-05-03"}, "Choose a day within the coming year."),
        ({"meets_on": "soon"}, "Choose a day, such as 2031-05-24."),
        ({"meets_place": " "}, "Where would you bring them together?"),
        ({"depth": "twins"}, "Choose one of these."),
    ],
)
def test_bringing_together_wants_a_day_and_a_place(
    guest: Client, marta: Advocate, now: datetime, wrong: Mapping[str, str], says: str
) -> None:
    introduction = shared(marta, now)
    page = f"{own_page(marta)}given/{introduction.pk}/add/"

    response = guest.post(page, TOGETHER | wrong)

    assert response.status_code == 422
    assert says in response.content.decode()
    introduction.refresh_from_db()
    assert introduction.depth == ""


def test_the_prospect_reads_where_they_would_meet_before_the_yes(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER)

    page = guest.get(prospect_page(introduction)).content.decode()

    assert "Marta would like to bring you and Alice together on Wednesday 20 May at 17:30" in page


def test_after_the_yes_all_three_get_an_appointment(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER)
    services.accept_introduction(introduction=introduction, now=now)
    services.send_handshake_now(introduction=introduction, now=now)
    letter = the_letter(introduction)

    content = built(letter, now)

    assert letter.recipients.count() == 3
    assert built(letter, now) == content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    [attached] = parsed.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == (
        "text/calendar",
        "meeting.ics",
    )
    plain, html = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == letter.text.splitlines()
    in_words = "Marta brings you together on Wednesday 20 May at 17:30: Café Größe, Lund; upstairs."
    assert in_words in plain.get_content()
    assert in_words in html.get_content()
    raw = attached.get_payload(decode=True)
    assert raw == letter.calendar.encode()
    [event] = Calendar.from_ical(letter.calendar).walk("VEVENT")
    assert event["DTSTART"].dt == datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
    assert str(event["LOCATION"]) == "Café Größe, Lund; upstairs"
    assert str(event["SUMMARY"]) == "Jonas and Alice meet, with Marta"


def test_the_appointment_goes_by_a_provider_too(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER)
    services.accept_introduction(introduction=introduction, now=now)
    services.send_handshake_now(introduction=introduction, now=now)
    letter = the_letter(introduction)

    message = _message(built(letter, now), frozenset({JONAS}))

    [(name, content, kind)] = message.attachments
    assert (name, kind) == ("meeting.ics", "text/calendar")
    assert "BEGIN:VEVENT" in str(content)


def test_without_an_hour_it_takes_the_day(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER | {"meets_at": ""})
    services.accept_introduction(introduction=introduction, now=now)
    services.send_handshake_now(introduction=introduction, now=now)

    [event] = Calendar.from_ical(the_letter(introduction).calendar).walk("VEVENT")

    assert event["DTSTART"].dt == date(2026, 5, 20)
    assert event["DTEND"].dt == date(2026, 5, 21)


def test_the_next_morning_it_is_asked_how_it_was(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER)
    services.accept_introduction(introduction=introduction, now=now)

    services.send_handshake_now(introduction=introduction, now=now)

    [reminder] = Reminder.objects.filter(dedupe__startswith="morning_after:")
    assert reminder.due_on == date(2026, 5, 21)
    assert "How was it with Jonas?" in reminder.text


def test_without_a_day_or_after_it_no_appointment_goes_out(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    assert the_letter(shaken(marta, now)).calendar == ""
    late = offered(marta, now, "late@shoebox.example")
    add(guest, late, **TOGETHER)
    after = now + timedelta(days=20)
    services.accept_introduction(introduction=late, now=after)

    services.send_handshake_now(introduction=late, now=after)

    assert the_letter(late).calendar == ""
    assert not Reminder.objects.filter(dedupe__startswith="morning_after:").exists()


def test_nothing_is_added_after_the_letter_has_left(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = shaken(marta, now)

    assert add(guest, introduction, depth="met") == 409

    assert introduction.depth == ""


def test_a_place_is_erased_with_the_rest(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)
    add(guest, introduction, **TOGETHER)

    services.undo_offer(introduction=introduction, now=now)

    introduction.refresh_from_db()
    assert (introduction.meets_place, introduction.meets_on) == ("", None)


def test_a_place_cannot_become_another_line_of_the_file(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    evil = "Here\r\nATTENDEE:mailto:x@y.example\r\nEND:VEVENT {link:00000000}"
    add(guest, introduction, **TOGETHER | {"meets_place": evil})
    services.accept_introduction(introduction=introduction, now=now)
    services.send_handshake_now(introduction=introduction, now=now)

    [event] = Calendar.from_ical(the_letter(introduction).calendar).walk("VEVENT")

    assert "ATTENDEE" not in event
    assert str(event["LOCATION"]).startswith("Here ATTENDEE:mailto")


@pytest.mark.parametrize(("wants", "heard"), [("steps", 1), ("end", 0), ("nothing", 0)])
def test_the_advocate_hears_what_they_would_like_to_hear(
    guest: Client, marta: Advocate, now: datetime, wants: str, heard: int
) -> None:
    introduction = offered(marta, now)
    add(guest, introduction, wants=wants)
    services.accept_introduction(introduction=introduction, now=now)
    services.send_handshake_now(introduction=introduction, now=now)

    moved(introduction.referrals.get(), "met", now)
    tell_advocate_of_progress(event=Event.objects.get(name="referral.moved"), now=now)

    assert Message.objects.filter(kind="progress_to_advocate").count() == heard
