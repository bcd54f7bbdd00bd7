"""Health and Today say whether work gets done: sweeps, what is overdue, a letter to oneself."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings

from activity.actors import Actor
from activity.tasks import number_events, run_later_reactions
from businesses import clock
from businesses.models import Business, Membership, Role, User
from businesses.tenancy import transaction_for
from config.celery import app
from desk.workings import PATIENCE, SWEEPS
from giving.models import GivenIntroduction
from introductions import services
from introductions.tasks import complete_due_handshakes
from outreach import jobs
from outreach.letters import Rendered
from outreach.models import AccountMessage, JobRun, Message, StepKind, StuckRow
from outreach.sending import send_due_letters
from outreach.services import (
    add_cadence,
    add_step,
    begin_by_hand,
    hold_all_mail,
    queue_account_message,
    release_all_mail,
    suppress_by_hand,
)
from tests.contacts.factories import make_contact
from tests.desk.factories import a_thank_you_letter
from tests.giving.factories import asked, elena, jonas
from tests.introductions.factories import accepted, an_advocate
from tests.outreach.factories import acting
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

CODE = Rendered("Your code", "123456\n", "")


@pytest.fixture
def smtp(settings: Settings) -> SmtpServer:
    server = SmtpServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    return server


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/"


def letters_of(business: Business) -> list[str]:
    with acting(business):
        return list(Message.objects.order_by("created_at").values_list("state", flat=True))


def everything_ran() -> None:
    now = clock.now()
    for name in SWEEPS:
        JobRun.objects.create(name=name, last_started_at=now, last_finished_at=now)


def test_each_sweep_of_the_beat_table_has_its_words_and_its_pace() -> None:
    beat = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}

    assert {name: sweep.every.total_seconds() for name, sweep in SWEEPS.items()} == beat


def test_the_sweeps_of_history_are_kept_like_the_others(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_written_at", {})

    number_events()
    run_later_reactions()

    ran = JobRun.objects.exclude(last_finished_at=None).values_list("name", flat=True)
    assert set(ran) == {"activity.tasks.number_events", "activity.tasks.run_later_reactions"}


def test_a_job_shows_its_last_run_its_result_and_its_next(alice_client: Client, at: str) -> None:
    everything_ran()
    slow = JobRun.objects.get(name="introductions.tasks.expire_unanswered")
    slow.last_finished_at = clock.now() - timedelta(minutes=1)
    slow.last_count = 3
    slow.save()

    page = alice_client.get(f"{at}settings/health/").text

    assert "3 done" in page
    assert "runs next at" in page
    assert page.count("runs every few seconds") == sum(
        sweep.every < PATIENCE for sweep in SWEEPS.values()
    )


def test_a_slow_sweep_that_never_ran_is_not_said_to_run_all_the_time(
    alice_client: Client, at: str
) -> None:
    page = alice_client.get(f"{at}settings/health/").text

    slow = [sweep for sweep in SWEEPS.values() if sweep.every >= PATIENCE]
    assert page.count("has not run yet") == len(slow)


def test_a_step_of_a_plan_that_is_due_waits_there(
    alice_client: Client, at: str, business: Business, by_alice: Actor
) -> None:
    now = clock.now()
    with transaction_for(business):
        plan = add_cadence(business=business, name="After the fair", by=by_alice, now=now)
        add_step(
            cadence=plan,
            kind=StepKind.REMINDER,
            days=5,
            subject="",
            words="Ring",
            by=by_alice,
            now=now,
        )
        begun = begin_by_hand(cadence=plan, contact=make_contact(business), by=by_alice, now=now)
    quiet = alice_client.get(f"{at}settings/health/").text.count("nothing is due")

    with transaction_for(business):
        begun.due_at = now - timedelta(minutes=1)
        begun.save()

    page = alice_client.get(f"{at}settings/health/").text
    assert page.count("nothing is due") == quiet - 1


def test_a_sweep_that_never_ran_is_said(alice_client: Client, at: str) -> None:
    page = alice_client.get(f"{at}settings/health/").text

    assert page.count("not yet") == len(SWEEPS)


@pytest.mark.parametrize(("minutes", "said"), [(4, False), (6, True)])
def test_today_says_when_something_is_due_for_more_than_five_minutes(
    alice_client: Client, business: Business, at: str, minutes: int, said: bool
) -> None:
    with acting(business):
        a_thank_you_letter(business, clock.now() - timedelta(minutes=minutes))

    page = alice_client.get(at).text

    assert ("Something has not run for too long: letters wait since" in page) is said


def test_whatever_is_due_is_watched(
    alice_client: Client, business: Business, alice: User, at: str
) -> None:
    """Beside the business's own letters: what it gives, and letters to those who work here."""
    everything_ran()
    ago = clock.now() - timedelta(minutes=6)
    Membership.objects.update(letters_due_at=None)

    def said(late: str) -> bool:
        words = f"Something has not run for too long: {late} wait since"
        health = alice_client.get(f"{at}settings/health/").text
        return words in alice_client.get(at).text and "due since" in health

    with acting(business):
        asked(jonas(business, ago), elena(business, ago), alice, ago)
        Message.objects.all().delete()
        GivenIntroduction.objects.update(due_at=ago)
    number_events()
    run_later_reactions()
    assert said("introductions you give")
    with acting(business):
        GivenIntroduction.objects.update(due_at=clock.now() + timedelta(days=1))

    queue_account_message(to=alice.email, rendered=CODE, user=alice, now=ago)
    assert said("letters about accounts")
    AccountMessage.objects.all().delete()

    Membership.objects.filter(user=alice).update(letters_due_at=ago)
    assert said("letters to members")


def test_what_is_due_this_moment_says_since_when_and_what_waits_is_counted(
    alice_client: Client, business: Business, at: str
) -> None:
    now = clock.now()
    with acting(business):
        a_thank_you_letter(business, now)
        for _ in range(2):
            a_thank_you_letter(business, now + timedelta(days=1))
    shown = now.astimezone(ZoneInfo(business.timezone))

    page = alice_client.get(f"{at}settings/health/").text

    assert f"under way, due since {shown:%H:%M:%S}" in page
    assert re.search(r"wait for a later time</p></div>\s*<div[^>]*><small>2<", page)


def test_what_a_sweep_fails_at_is_shown_with_its_reason_until_it_is_done(
    alice_client: Client, business: Business, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with acting(business):
        row = accepted(an_advocate(business, now - timedelta(hours=1)), now - timedelta(hours=1))
    with monkeypatch.context() as patch:

        def fails(**_: object) -> None:
            raise ZeroDivisionError("elena@rossi.example")

        patch.setattr(services, "complete_handshake", fails)
        for minutes in (0, 3):
            with clock.at(now + timedelta(minutes=minutes)):
                complete_due_handshakes()

    page = alice_client.get(f"{at}settings/health/").text
    assert "What cannot be done" in page
    assert f"{at}introductions/{row.pk}/" in page
    assert "ZeroDivisionError" in page
    assert "elena@rossi" not in page
    with acting(business):
        assert StuckRow.objects.get().created_at == now

    complete_due_handshakes()
    assert "What cannot be done" not in alice_client.get(f"{at}settings/health/").text


def test_a_letter_about_an_account_that_did_not_leave_is_listed(
    alice_client: Client, charlie_client: Client, alice: User, at: str, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", "550 5.7.1 not you")
    queue_account_message(
        to=alice.email, rendered=CODE, user=alice, kind="sending_paused", now=clock.now()
    )
    send_due_letters()

    page = alice_client.get(f"{at}settings/health/").text

    assert "Word that your letters are paused</strong> to alice@lindqvist.example" in page
    assert "550 5.7.1 not you" in page
    assert "123456" not in page
    with clock.at(clock.now() + timedelta(days=8)):
        assert "are paused</strong>" not in alice_client.get(f"{at}settings/health/").text


def test_while_all_mail_is_held_today_and_health_say_that_instead(
    alice_client: Client, business: Business, at: str
) -> None:
    everything_ran()
    with acting(business):
        a_thank_you_letter(business, clock.now() - timedelta(minutes=6))
        hold_all_mail(now=clock.now())

    for page in (alice_client.get(at).text, alice_client.get(f"{at}settings/health/").text):
        assert "All mail is held" in page
        assert "not run for too long" not in page


def test_a_letter_to_oneself_goes_the_whole_way(
    alice_client: Client, alice: User, business: Business, at: str, smtp: SmtpServer
) -> None:
    for _ in range(2):
        alice_client.post(f"{at}settings/health/canary/")
    assert letters_of(business) == ["scheduled"], "one is on its way already"
    assert "The last one waits since" in alice_client.get(f"{at}settings/health/").text

    send_due_letters()

    [taken] = smtp.accepted
    assert taken.recipients == (alice.email,)
    assert "It is here, so they do." in taken.part("plain")
    assert "The last one left" in alice_client.get(f"{at}settings/health/").text
    alice_client.post(f"{at}settings/health/canary/")
    assert letters_of(business) == ["sent", "scheduled"]


def test_neither_hours_nor_limits_keep_a_letter_to_oneself(
    alice_client: Client, business: Business, at: str, smtp: SmtpServer, settings: Settings
) -> None:
    settings.MANNERS, settings.LETTERS_A_DAY_AT_FIRST = True, 0
    with clock.at(datetime(2026, 5, 3, 3, 0, tzinfo=UTC)):
        alice_client.post(f"{at}settings/health/canary/")
        send_due_letters()

    assert len(smtp.accepted) == 1


def test_what_holds_all_letters_holds_a_letter_to_oneself_and_it_says_so(
    alice_client: Client, business: Business, at: str, smtp: SmtpServer
) -> None:
    hold_all_mail(now=clock.now())
    said = alice_client.post(f"{at}settings/health/canary/", follow=True).text
    send_due_letters()
    assert smtp.accepted == []
    assert "It does not leave just now" in said
    assert ": all mail is held." in alice_client.get(f"{at}settings/health/").text

    release_all_mail()
    Business.objects.filter(pk=business.pk).update(sending_paused_at=clock.now())
    send_due_letters()
    assert letters_of(business) == ["held"]
    assert ", as all your letters do." in alice_client.get(f"{at}settings/health/").text


def test_a_letter_to_an_address_that_gets_no_mail_says_so(
    alice_client: Client, alice: User, business: Business, at: str, by_alice: Actor
) -> None:
    with acting(business):
        suppress_by_hand(business=business, address=alice.email, by=by_alice, now=clock.now())

    alice_client.post(f"{at}settings/health/canary/")

    page = alice_client.get(f"{at}settings/health/").text
    assert "your address is among those who get no mail" in page


def test_a_letter_to_oneself_that_cannot_leave_says_why(
    alice_client: Client, at: str, smtp: SmtpServer
) -> None:
    smtp.fault("rcpt", "reply", "550 no")
    alice_client.post(f"{at}settings/health/canary/")

    send_due_letters()

    assert "The last one could not be sent." in alice_client.get(f"{at}settings/health/").text


def test_a_viewer_sends_none(bob_client: Client, bob: User, business: Business, at: str) -> None:
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)

    assert bob_client.post(f"{at}settings/health/canary/").status_code == 403
    assert letters_of(business) == []
