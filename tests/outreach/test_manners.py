"""When letters may leave: the reader's clock, working days, holidays, and so many a day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from contacts.services import change_contact
from outreach.letters import Rendered
from outreach.manners import Hours, allowance, next_moment_for_all
from outreach.models import DayCount, LetterDay, Message
from outreach.sending import send_due_letters
from outreach.services import queue_account_message, retry_message
from tests.outreach.factories import (
    a_contact,
    a_letter,
    acting,
    dues,
    some_letters,
    states,
)
from tests.outreach.smtp import SmtpServer
from tests.outreach.times import EVENING, NEW_YORK, NEXT_MORNING, NOON, STOCKHOLM, at

USUAL = Hours(8, 19, frozenset({1, 2, 3, 4, 5}), "SE")


# --- The clock on a wall ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("2027-03-02 12:00", "2027-03-02 12:00"),
        ("2027-03-02 06:59", "2027-03-02 08:00"),
        ("2027-03-02 18:59", "2027-03-02 18:59"),
        ("2027-03-02 19:00", "2027-03-03 08:00"),
        ("2027-03-05 20:00", "2027-03-08 08:00"),  # Friday evening: Monday.
        ("2026-12-24 09:00", "2026-12-24 09:00"),
        ("2026-12-24 20:00", "2026-12-28 08:00"),  # Christmas, and a weekend after it.
        ("2027-06-05 12:00", "2027-06-07 08:00"),  # The Saturday and Sunday of the national day.
    ],
)
def test_a_letter_waits_for_the_next_working_morning(written: str, leaves: str) -> None:
    assert USUAL.next_moment(STOCKHOLM, at(written)) == at(leaves)


def test_a_time_that_the_clocks_jump_over_is_the_moment_of_the_jump() -> None:
    hours = Hours(2, 6, frozenset(range(1, 8)))

    assert hours.next_moment(STOCKHOLM, at("2027-03-28 01:30")) == at("2027-03-28 03:00")


def test_of_a_time_that_comes_twice_the_first_is_taken() -> None:
    hours = Hours(2, 6, frozenset(range(1, 8)))

    first = hours.next_moment(STOCKHOLM, at("2027-10-31 01:30"))

    assert first == datetime(2027, 10, 31, 0, 0, tzinfo=UTC)
    assert first.astimezone(STOCKHOLM).strftime("%H:%M") == "02:00"


def test_a_letter_to_two_people_leaves_when_it_is_day_for_both() -> None:
    both = next_moment_for_all(USUAL, [STOCKHOLM, NEW_YORK], at("2027-03-02 09:00"))

    assert both == at("2027-03-02 08:00", NEW_YORK)


def test_people_whose_days_never_meet_do_not_keep_a_letter_for_ever() -> None:
    places = [STOCKHOLM, ZoneInfo("Pacific/Auckland")]

    assert next_moment_for_all(Hours(9, 11, frozenset({1, 2})), places, NOON) == at(
        "2027-03-08 09:00"
    )


@pytest.mark.parametrize(
    ("places", "written"),
    [
        (("America/Chicago", "Asia/Kolkata"), "2026-11-10 09:00"),
        (("America/New_York", "Asia/Tokyo"), "2027-05-12 09:00"),
        (("Europe/Stockholm", "Pacific/Auckland"), "2026-11-10 09:00"),
    ],
)
def test_nor_do_people_whose_days_meet_in_one_half_of_the_year_only(
    places: tuple[str, str], written: str
) -> None:
    """They are not written to half a year on: the first of them decides."""
    first, other = (ZoneInfo(place) for place in places)
    instant = at(written, first)

    assert next_moment_for_all(USUAL, [first, other], instant) == instant


def test_a_new_business_begins_with_few_letters_and_has_more_every_few_days() -> None:
    days = [allowance(day, at_first=20, doubled_every=3, at_most=500) for day in range(20)]

    assert days == [20] * 3 + [40] * 3 + [80] * 3 + [160] * 3 + [320] * 3 + [500] * 5


# --- Letters on their way -----------------------------------------------------------------------


def send_at(instant: datetime) -> None:
    with clock.at(instant):
        send_due_letters()


sent_in_earnest = pytest.mark.django_db(transaction=True)


@sent_in_earnest
def test_a_letter_written_in_the_evening_leaves_in_the_morning_and_not_before(
    mannered: Business, smtp: SmtpServer
) -> None:
    with clock.at(EVENING), acting(mannered):
        letter = a_letter(mannered)

    assert letter.due_at == NEXT_MORNING
    send_at(NEXT_MORNING - timedelta(seconds=1))
    assert smtp.accepted == []
    send_at(NEXT_MORNING)
    assert len(smtp.accepted) == 1


@sent_in_earnest
def test_it_is_the_readers_morning_where_their_zone_is_known(
    mannered: Business, smtp: SmtpServer
) -> None:
    with clock.at(NEXT_MORNING), acting(mannered):
        away = a_contact(mannered)
        change_contact(
            contact=away, changes={"timezone": "America/New_York"}, by=SYSTEM, now=clock.now()
        )
        away.refresh_from_db()
        letter = a_letter(mannered, away)

    assert letter.due_at == at("2027-03-03 08:00", NEW_YORK)


@sent_in_earnest
def test_quiet_hours_hold_also_for_a_letter_that_was_due_before_them(
    mannered: Business, smtp: SmtpServer
) -> None:
    """The workers were down all afternoon."""
    with clock.at(NOON):
        some_letters(mannered, 1)

    send_at(EVENING)

    assert smtp.accepted == []
    assert dues(mannered) == {NEXT_MORNING}


@sent_in_earnest
def test_an_answer_to_its_reader_leaves_at_night_and_does_not_use_up_the_day(
    mannered: Business, smtp: SmtpServer
) -> None:
    with clock.at(NOON), acting(mannered):
        contact = a_contact(mannered)
        a_letter(mannered, contact, answers_recipient=True)
        a_letter(mannered, contact, answers_recipient=True, kind="another")
        a_letter(mannered, contact)
    send_at(NOON)
    with clock.at(EVENING), acting(mannered):
        a_letter(mannered, contact, answers_recipient=True)
    send_at(EVENING)

    assert len(smtp.accepted) == 4
    with acting(mannered):
        assert LetterDay.objects.count() == 1


@sent_in_earnest
def test_a_sign_in_code_leaves_at_night(mannered: Business, smtp: SmtpServer) -> None:
    queue_account_message(
        to="alice@lindqvist.example",
        rendered=Rendered(subject="Your code", text="1234", html=""),
        user=None,
        now=EVENING,
    )

    send_at(EVENING)

    assert len(smtp.accepted) == 1


@sent_in_earnest
def test_nobody_gets_two_letters_on_one_day(mannered: Business, smtp: SmtpServer) -> None:
    with clock.at(NOON), acting(mannered):
        contact = a_contact(mannered)
        for _ in range(3):
            a_letter(mannered, contact)

    arrived = []
    for instant in (NOON, EVENING, NEXT_MORNING, EVENING + timedelta(days=1)):
        send_at(instant)
        arrived.append(len(smtp.accepted))

    assert arrived == [1, 1, 2, 2]
    assert dues(mannered) == {NEXT_MORNING + timedelta(days=1)}


@sent_in_earnest
def test_who_had_a_letter_today_is_written_to_tomorrow_and_that_is_said_at_once(
    mannered: Business, smtp: SmtpServer
) -> None:
    with clock.at(NOON), acting(mannered):
        contact = a_contact(mannered)
        a_letter(mannered, contact)
    send_at(NOON)

    with clock.at(NOON), acting(mannered):
        second = a_letter(mannered, contact)

    assert second.due_at == NEXT_MORNING


@sent_in_earnest
def test_a_letter_that_the_server_refused_does_not_use_up_the_day(
    mannered: Business, smtp: SmtpServer
) -> None:
    smtp.fault("body", "reply", "451 later")
    with clock.at(NOON), acting(mannered):
        contact = a_contact(mannered)
        first = a_letter(mannered, contact)
    send_at(NOON)
    with clock.at(NOON), acting(mannered):
        assert not LetterDay.objects.exists()
        a_letter(mannered, contact)

    send_at(NOON)
    send_at(NOON + timedelta(hours=1))

    with acting(mannered):
        first.refresh_from_db()
        assert [row.used for row in DayCount.objects.exclude(used=0)] == [1]
    assert len(smtp.accepted) == 1
    assert (first.state, first.due_at) == ("scheduled", NEXT_MORNING)


@sent_in_earnest
def test_a_letter_in_doubt_that_is_sent_again_is_one_letter_of_that_day(
    mannered: Business, smtp: SmtpServer
) -> None:
    smtp.fault("body", "drop")
    with clock.at(NOON):
        [letter] = some_letters(mannered, 1)
    send_at(NOON)
    assert states(mannered) == {"uncertain": 1}

    with clock.at(NOON), acting(mannered):
        retry_message(message=letter, by=SYSTEM, now=NOON)
    send_at(NOON)

    assert states(mannered) == {"sent": 1}


@sent_in_earnest
def test_more_letters_than_a_business_may_send_leave_on_the_following_days(
    mannered: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.LETTERS_A_DAY = 7
    with clock.at(NOON):
        some_letters(mannered, 18)

    send_at(NOON)
    assert states(mannered) == {"sent": 7, "scheduled": 11}
    assert dues(mannered) == {NEXT_MORNING, NEXT_MORNING + timedelta(days=1)}
    send_at(NOON + timedelta(days=1))
    send_at(NOON + timedelta(days=2))

    assert states(mannered) == {"sent": 18}
    assert len(set(smtp.message_ids())) == len(smtp.accepted) == 18


@sent_in_earnest
def test_on_each_day_as_many_are_due_as_may_leave_and_the_first_queued_go_first(
    mannered: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.LETTERS_A_DAY = 4
    days = [NEXT_MORNING + timedelta(days=day) for day in range(3)]
    queued = []
    for minute in range(10):
        with clock.at(NOON + timedelta(minutes=minute)):
            queued += some_letters(mannered, 1)
    send_at(NOON + timedelta(hours=1))
    with clock.at(NOON + timedelta(hours=2)):
        queued += some_letters(mannered, 3)

    send_at(NOON + timedelta(hours=2))

    with acting(mannered):
        due = [Message.objects.get(pk=letter.pk).due_at for letter in queued[4:]]
    assert due == [days[0]] * 4 + [days[1]] * 4 + [days[2]]
    send_at(days[0])
    assert states(mannered) == {"sent": 8, "scheduled": 5}


@sent_in_earnest
def test_days_that_are_over_are_not_kept(mannered: Business, smtp: SmtpServer) -> None:
    for days in (0, 6):
        with clock.at(NOON + timedelta(days=days)):
            some_letters(mannered, 1)
            send_due_letters()

    with acting(mannered):
        assert LetterDay.objects.count() == 1
        assert len(set(DayCount.objects.values_list("day", flat=True))) == 1


@sent_in_earnest
def test_a_letter_more_still_costs_one_statement(mannered: Business, smtp: SmtpServer) -> None:
    def statements_for(letters: int) -> int:
        some_letters(mannered, letters)
        with CaptureQueriesContext(connection) as queries:
            send_due_letters()
        return len(queries)

    with clock.at(NOON):
        few = statements_for(5)
        assert statements_for(25) - few == 20
    assert len(smtp.accepted) == 30
