"""The morning letter: to whom, when, and what stands in it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM, Actor
from activity.services import run_later_reactions
from businesses import clock
from businesses.models import Business, Membership, User
from businesses.tenancy import acting_for, transaction_for
from contacts.models import Contact
from contacts.services import add_contact
from desk import tasks
from desk.mornings import write_member_letters
from introductions.services import advocate_for
from outreach.models import Reminder, StepTaken
from outreach.sending import send_due_letters
from outreach.services import (
    add_reminder,
    dismiss_draft,
    finish_reminder,
    hand_reminder,
    hold_all_mail,
    take_due_steps,
)
from outreach.states import MessageState
from referrals.models import ThankYou
from tests.desk.factories import a_letter_that_failed
from tests.desk.mornings import (
    EIGHT,
    TODAY,
    a_contact,
    before,
    letters_to,
    of,
    proven,
    sweep,
    to_do,
)
from tests.referrals.factories import a_referral

__all__ = ["before", "proven"]

pytestmark = pytest.mark.django_db

# --- When ------------------------------------------------------------------------------------


def test_it_tells_in_the_morning_what_is_due_and_leads_to_it(
    business: Business, alice: User
) -> None:
    to_do(business, "Ask about the oven")

    sweep(EIGHT - timedelta(minutes=1))
    early = letters_to(alice)
    sweep()

    assert early == []
    [letter] = letters_to(alice)
    assert letter.subject == "One thing for today"
    assert "Good morning, Alice. One thing waits at Lindqvist Bookkeeping." in letter.text
    assert "Marta Kovács: Ask about the oven" in letter.text
    assert "Stop it: http://testserver/m/" in letter.text
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# The Monday after: what follows a handshake has been drafted by then.
A_WEEK_LATER = EIGHT + timedelta(days=7)


def owed(business: Business, email: str) -> ThankYou:
    """Thanks to Elena, who sent us Jonas; plans have done what they do in a week."""
    with acting_for(business):
        now = clock.now()
        elena = add_contact(business=business, name="Elena Rossi", email=email, by=SYSTEM, now=now)
        a_referral(advocate_for(contact=elena, now=now), now)
    run_later_reactions(now=now)
    with clock.at(A_WEEK_LATER):
        take_due_steps(now=A_WEEK_LATER)
    return ThankYou.objects.get()


def a_friend_unheard_of(business: Business) -> None:
    long_ago = clock.now() - timedelta(days=60)
    with acting_for(business):
        add_contact(business=business, name="Deepa Kaur", circle="inner", by=SYSTEM, now=long_ago)


def finish_all_reminders(business: Business) -> None:
    with acting_for(business):
        for reminder in Reminder.objects.open():
            finish_reminder(reminder=reminder, by=SYSTEM, now=A_WEEK_LATER)


@pytest.mark.parametrize("why", ["no address", "a draft put aside"])
def test_it_tells_whom_to_thank_also_where_no_reminder_says_so(
    business: Business, alice: User, alice_client: Client, why: str
) -> None:
    thanks = owed(business, "" if why == "no address" else "elena@friends.example")
    drafts = StepTaken.objects.waiting().filter(enrolment__subject_id=thanks.pk)
    assert drafts.count() == (why == "a draft put aside")
    with acting_for(business):
        for draft in drafts:
            dismiss_draft(draft=draft, by=SYSTEM, now=A_WEEK_LATER)
    finish_all_reminders(business)

    sweep(A_WEEK_LATER)

    [letter] = letters_to(alice)
    assert letter.subject == "One thing for today"
    assert "Elena Rossi: Say thank you. Elena sent you" in letter.text
    at = f"/b/{business.slug}/thank-yous/{thanks.pk}/"
    assert f"http://testserver{at}" in letter.text
    with clock.at(A_WEEK_LATER):
        assert (
            "One person is waiting to be thanked." in alice_client.get(f"/b/{business.slug}/").text
        )
        assert "It is written" in alice_client.get(f"{at}?how=card").text


def test_it_tells_with_whom_it_is_time_to_be_in_touch(
    business: Business, alice: User, alice_client: Client
) -> None:
    a_friend_unheard_of(business)
    deepa = Contact.objects.get()

    sweep()

    [letter] = letters_to(alice)
    assert letter.subject == "One thing for today"
    assert "Deepa Kaur: It is time to be in touch." in letter.text
    at = f"/b/{business.slug}/people/{deepa.pk}/?kind=call"
    assert f"http://testserver{at}#happened" in letter.text
    with clock.at(EIGHT):
        assert "We spoke" in alice_client.get(f"/b/{business.slug}/").text
        assert 'id="happened"' in alice_client.get(at).text


def test_thanks_that_a_plan_has_drafted_are_one_line_that_leads_to_the_letter(
    business: Business, alice: User
) -> None:
    thanks = owed(business, "elena@friends.example")
    draft = StepTaken.objects.waiting().get(enrolment__subject_id=thanks.pk)

    sweep(A_WEEK_LATER)

    [letter] = letters_to(alice)
    assert letter.text.count("Elena Rossi:") == 1
    assert f"http://testserver/b/{business.slug}/letters/{draft.pk}/" in letter.text


def test_where_there_is_not_room_for_all_each_part_has_a_line(
    business: Business, alice: User
) -> None:
    for number in range(12):
        to_do(business, f"Thing {number}", name=f"Person {number}")
    a_friend_unheard_of(business)
    with acting_for(business):
        add_reminder(
            business=business,
            kind="put_right",
            contact=a_contact(business, "Ines Duarte"),
            due_on=TODAY,
            text="The invoice was wrong",
            by=SYSTEM,
            now=clock.now(),
        )

    sweep()

    [letter] = letters_to(alice)
    lines = [line for line in letter.text.splitlines() if line.startswith("- ")]
    assert len(lines) == 10
    assert lines[0] == "- Ines Duarte: The invoice was wrong"
    assert lines[-2:] == ["- Deepa Kaur: It is time to be in touch.", "- and 5 more"]
    assert "14 things wait" in letter.text


def test_once_a_day_and_again_the_next(business: Business, alice: User) -> None:
    to_do(business, "Ask about the oven")

    for minutes in (0, 1, 30, 24 * 60 - 1, 24 * 60, 24 * 60 + 1):
        sweep(EIGHT + timedelta(minutes=minutes))

    assert [letter.created_at for letter in letters_to(alice)] == [EIGHT, EIGHT + timedelta(days=1)]


def test_nothing_due_no_letter(business: Business, alice: User) -> None:
    to_do(business, "Ask about the oven", on=TODAY + timedelta(days=1))

    sweep()

    assert letters_to(alice) == []


@pytest.mark.parametrize(
    ("late", "count"), [(timedelta(hours=2, minutes=59), 1), (timedelta(hours=3), 0)]
)
def test_after_the_morning_it_is_not_written_any_more(
    business: Business, alice: User, late: timedelta, count: int
) -> None:
    to_do(business, "Ask about the oven")

    sweep(EIGHT + late)

    assert len(letters_to(alice)) == count
    sweep(EIGHT + timedelta(days=1))
    assert len(letters_to(alice)) == count + 1


def test_what_was_written_and_could_not_leave_in_the_morning_does_not_leave_later(
    business: Business, alice: User
) -> None:
    to_do(business, "Ask about the oven")
    sweep()
    with clock.at(EIGHT + timedelta(hours=9)):
        send_due_letters()

    [letter] = letters_to(alice)

    assert letter.state == MessageState.CANCELLED
    assert letter.text == ""


@pytest.mark.parametrize("day", [date(2026, 5, 2), date(2026, 5, 3), date(2026, 5, 1)])
def test_only_on_working_days(business: Business, alice: User, day: date) -> None:
    """Saturday, Sunday, and the first of May in Sweden."""
    to_do(business, "Ask about the oven", on=day)

    sweep(datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC))

    assert letters_to(alice) == []


def test_it_comes_at_the_hour_and_by_the_clock_that_the_member_chose(
    business: Business, alice: User, alice_client: Client
) -> None:
    to_do(business, "Ask about the oven")
    alice_client.post(
        f"/b/{business.slug}/settings/mail/",
        {"morning_letter": "on", "morning_hour": "6", "timezone": "America/New_York"},
    )
    six_in_new_york = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)

    sweep(six_in_new_york - timedelta(minutes=1))
    early = letters_to(alice)
    sweep(six_in_new_york)

    assert early == []
    assert len(letters_to(alice)) == 1


def test_one_can_be_had_at_once_and_the_next_comes_in_the_morning(
    business: Business, alice: User, alice_client: Client
) -> None:
    to_do(business, "Ask about the oven")

    with clock.at(EIGHT - timedelta(minutes=30)):
        for _ in range(2):
            alice_client.post(f"/b/{business.slug}/settings/mail/now/")
    at_once = letters_to(alice)
    sweep()

    assert len(at_once) == 1
    assert "Ask about the oven" in at_once[0].text
    assert len(letters_to(alice)) == 2


# --- To whom ---------------------------------------------------------------------------------


def test_each_is_told_of_theirs_and_of_everybodys(
    business: Business, alice: User, bob: User, by_alice: Actor
) -> None:
    to_do(business, "Water the plants")
    mine = to_do(business, "Ask about the oven")
    hand_reminder(reminder=mine, to=of(bob), by=by_alice, now=clock.now())

    sweep()

    [hers], [his] = letters_to(alice), letters_to(bob)
    assert "Water the plants" in hers.text
    assert "Ask about the oven" not in hers.text
    assert his.text.index("Ask about the oven") < his.text.index("Water the plants")


@pytest.mark.parametrize("who", ["a viewer", "unproven", "closed", "stopped"])
def test_who_gets_none(business: Business, bob: User, who: str, bob_client: Client) -> None:
    to_do(business, "Ask about the oven")
    if who == "a viewer":
        Membership.objects.filter(user=bob).update(role="viewer")
    elif who == "unproven":
        EmailAddress.objects.filter(user=bob).update(verified=False)
    elif who == "closed":
        User.objects.filter(pk=bob.pk).update(is_active=False)
    else:
        bob_client.post(f"/b/{business.slug}/settings/mail/", {"morning_hour": "8"})

    sweep()

    assert letters_to(bob) == []


def test_another_business_is_not_told(
    business: Business, other_business: Business, charlie: User
) -> None:
    EmailAddress.objects.create(user=charlie, email=charlie.email, verified=True)
    to_do(business, "Ask about the oven")

    sweep()

    assert letters_to(charlie) == []


def test_while_all_mail_is_held_none_is_written(business: Business, alice: User) -> None:
    to_do(business, "Ask about the oven")
    hold_all_mail(now=clock.now())

    with clock.at(EIGHT):
        tasks.write_member_letters()

    assert letters_to(alice) == []


# --- How much --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "failed", "lines", "more"),
    [(10, 0, 10, ""), (11, 0, 10, "and 2 more"), (14, 0, 10, "and 5 more"), (9, 1, 10, "")],
)
def test_ten_lines_at_most(
    business: Business, alice: User, count: int, failed: int, lines: int, more: str
) -> None:
    for number in range(count):
        to_do(business, f"Thing {number}", name=f"Person {number}")
    for number in range(failed):
        contact = a_contact(business, "Unreached", email=f"unreached{number}@guests.example")
        a_letter_that_failed(contact, clock.now())

    sweep()

    [letter] = letters_to(alice)
    shown = [line for line in letter.text.splitlines() if line.startswith("- ")]
    assert len(shown) == lines
    assert (shown[-1] == f"- {more}") == bool(more)
    assert ("A letter could not be delivered" in letter.text) == bool(failed)


def test_a_sweep_that_finds_nobody_is_one_query(business: Business) -> None:
    sweep()

    with CaptureQueriesContext(connection) as queries:
        assert sweep(EIGHT + timedelta(minutes=1)) == 0

    assert len(queries) == 1


# --- Many at once ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_beats_at_once_write_one(business: Business, alice: User) -> None:
    with transaction_for(business):
        add_reminder(
            business=business,
            kind="follow_up",
            contact=a_contact(business),
            due_on=TODAY,
            by=SYSTEM,
            now=clock.now(),
        )

    def beat(_: int) -> None:
        try:
            write_member_letters(now=EIGHT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as beats:
        list(beats.map(beat, range(8)))

    assert len(letters_to(alice)) == 1
