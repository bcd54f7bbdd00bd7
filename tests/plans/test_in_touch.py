"""A letter that somebody wrote is being in touch, as a call is; what leaves by itself is not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import add_contact, log_interaction
from introductions import services as introductions
from introductions.models import Advocate
from outreach.models import CadenceStep, Enrolment, Message, StepTaken
from outreach.sending import send_due_letters
from outreach.services import begin_by_hand, begin_overdue_touches, send_draft
from referrals.models import Referral, ThankYou
from referrals.services import give_thanks
from tests.api.client import with_a_key
from tests.outreach.smtp import SmtpServer
from tests.plans.conftest import Calendar
from tests.plans.test_own import an_own_plan
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    server = SmtpServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.UNDO_WINDOW = timedelta()
    yield server
    server.close()


@pytest.fixture
def elena(business: Business, calendar: Calendar) -> Contact:
    return add_contact(
        business=business,
        name="Elena Rossi",
        email="elena@rossi.example",
        circle="inner",
        by=SYSTEM,
        now=calendar.now,
    )


def leave(calendar: Calendar) -> date:
    """What is due leaves, and what follows from it; the day."""
    with clock.at(calendar.now):
        send_due_letters()
        calendar.work()
    return calendar.now.date()


def approve(calendar: Calendar, alice: User, by: Actor, key: str) -> date:
    draft = StepTaken.objects.waiting().get(enrolment__cadence__key=key)
    send_draft(draft=draft, by=by, sender=alice, now=calendar.now)
    return leave(calendar)


def look_for_the_quiet(business: Business, calendar: Calendar) -> int:
    """What the half-hourly sweep begins for somebody of the inner circle."""
    today = calendar.now.date()
    return begin_overdue_touches(business=business, today=today, now=calendar.now)


def log_a_call(
    business: Business, alice: User, contact: Contact, *, logged_at: datetime, days_ago: int
) -> None:
    """By the API, as an integration tells what it knows only now."""
    occurred_at = (logged_at - timedelta(days=days_ago)).isoformat()
    with clock.at(logged_at):
        api = with_a_key(business, alice)
        body = {"kind": "call", "occurred_at": occurred_at}
        assert api.post(f"/contacts/{contact.pk}/interactions", body).status_code == 201


def test_a_letter_to_the_inner_circle_is_being_in_touch_and_the_plan_comes_again(
    business: Business,
    elena: Contact,
    calendar: Calendar,
    alice: User,
    by_alice: Actor,
    alice_client: Client,
) -> None:
    calendar.jump(days=40)
    assert look_for_the_quiet(business, calendar) == 1
    calendar.jump(days=2)

    day = approve(calendar, alice, by_alice, "inner_circle")

    elena.refresh_from_db()
    assert (elena.last_touch_on, elena.next_touch_on) == (day, day + timedelta(days=30))
    with clock.at(calendar.now):
        assert "Elena" not in alice_client.get(f"/b/{business.slug}/").text
    calendar.jump(days=36)
    assert look_for_the_quiet(business, calendar) == 0
    calendar.jump(days=30)
    assert look_for_the_quiet(business, calendar) == 1


def test_a_letter_spares_what_another_plan_does_in_silence_and_not_its_own_next_step(
    business: Business, referral: Referral, calendar: Calendar, alice: User, by_alice: Actor
) -> None:
    plan = an_own_plan(business, calendar, "by_hand")
    CadenceStep.objects.filter(cadence=plan).update(days=20, condition="no_touch")
    begin_by_hand(cadence=plan, contact=referral.contact, by=by_alice, now=calendar.now)
    calendar.jump(days=10)

    approve(calendar, alice, by_alice, "follow_up_handshake")
    calendar.jump(days=20)

    taken = {
        one.enrolment.cadence.key: (one.outcome, one.reason)
        for one in StepTaken.objects.filter(enrolment__contact=referral.contact).order_by("id")
    }
    assert taken == {
        "": ("skipped", "You were in touch."),
        "follow_up_handshake": ("reminded", ""),
    }


def test_news_that_leaves_by_itself_is_not_being_in_touch(
    referral: Referral, advocate: Advocate, calendar: Calendar
) -> None:
    calendar.jump(days=35)

    leave(calendar)

    assert Message.objects.filter(kind="plan_letter", state="sent").exists()
    advocate.contact.refresh_from_db()
    assert advocate.contact.last_touch_on is None


def test_an_ask_is_being_in_touch_and_is_looked_at_all_the_same(
    advocate: Advocate, calendar: Calendar, alice: User, by_alice: Actor
) -> None:
    ask = introductions.draft_ask(
        contact=advocate.contact, wanted="A shop", by=by_alice, sender=alice, now=calendar.now
    )
    introductions.send_ask(ask=ask, by=by_alice, now=calendar.now)
    calendar.work()

    day = leave(calendar)

    advocate.contact.refresh_from_db()
    assert advocate.contact.last_touch_on == day
    calendar.jump(days=11)
    calendar.jump(days=6)
    assert StepTaken.objects.waiting().filter(subject="About my note").exists()


@pytest.mark.parametrize("how", ["mail", "card", "call", "gift"])
def test_thanking_somebody_is_being_in_touch(
    referral: Referral, advocate: Advocate, calendar: Calendar, by_alice: Actor, how: str
) -> None:
    calendar.jump(days=1)
    thanks = ThankYou.objects.get()

    give_thanks(thank_you=thanks, how=how, words="Thank you", by=by_alice, now=calendar.now)
    day = leave(calendar)

    advocate.contact.refresh_from_db()
    assert advocate.contact.last_touch_on == day


def test_a_call_before_the_worker_came_to_the_handshake_counts(
    business: Business, calendar: Calendar, alice: User, advocate: Advocate
) -> None:
    referral = a_referral(advocate, calendar.now)
    an_hour_later = calendar.now + timedelta(hours=1)
    log_a_call(business, alice, referral.contact, logged_at=an_hour_later, days_ago=0)
    calendar.now += timedelta(hours=3)
    calendar.work()

    calendar.days(10)

    [taken] = StepTaken.objects.filter(enrolment__contact=referral.contact)
    assert (taken.outcome, taken.reason) == ("skipped", "You were in touch.")


def test_a_call_of_yesterday_that_is_told_today_ends_what_waits_to_be_in_touch(
    business: Business, elena: Contact, calendar: Calendar, alice: User
) -> None:
    calendar.jump(days=40)
    look_for_the_quiet(business, calendar)
    calendar.now += timedelta(hours=1)

    log_a_call(business, alice, elena, logged_at=calendar.now, days_ago=1)
    calendar.work()
    calendar.jump(days=2)

    enrolment = Enrolment.objects.get(contact=elena)
    assert (enrolment.state, enrolment.reason) == ("stopped", "You were in touch.")
    assert not enrolment.taken.exists()


def test_a_call_that_was_known_and_an_older_one_do_not(
    business: Business, elena: Contact, calendar: Calendar, alice: User
) -> None:
    log_a_call(business, alice, elena, logged_at=calendar.now, days_ago=1)
    calendar.jump(days=40)
    look_for_the_quiet(business, calendar)

    log_a_call(business, alice, elena, logged_at=calendar.now, days_ago=90)
    calendar.jump(days=2)

    assert StepTaken.objects.waiting().filter(enrolment__contact=elena).exists()


def test_a_call_calls_back_a_letter_for_silence_that_waits_for_its_hour(
    business: Business, referral: Referral, calendar: Calendar, by_alice: Actor
) -> None:
    CadenceStep.objects.filter(subject="Shall we find a time to talk?").update(automatic=True)
    calendar.jump(days=10)
    letter = Message.objects.get(kind="plan_letter")
    assert letter.state == "scheduled"

    log_interaction(contact=referral.contact, kind="call", by=by_alice, now=calendar.now)
    calendar.work()

    letter.refresh_from_db()
    taken = StepTaken.objects.get(message=letter)
    assert letter.state == "cancelled"
    assert (taken.outcome, taken.reason) == ("dismissed", "You were in touch.")
