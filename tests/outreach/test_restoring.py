"""A backup is restored: what the lost hours had done and sent is neither sent twice nor lost."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from activity.tasks import run_later_reactions
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from desk.tasks import write_member_letters
from giving.tasks import complete_agreed, expire_given
from introductions.models import Introduction
from introductions.services import postpone_introduction
from introductions.tasks import complete_due_handshakes, expire_unanswered
from outreach.models import Enrolment, Message, StepKind, StepTaken
from outreach.services import add_cadence, add_step, begin_by_hand
from outreach.tasks import begin_plans_by_day, send_due_letters, take_due_steps
from tests import database
from tests.introductions.factories import accepted, an_advocate, offered
from tests.outreach.factories import a_contact, a_letter, acting
from tests.outreach.smtp import SmtpServer
from tests.referrals.factories import a_referral, moved

pytestmark = pytest.mark.django_db(transaction=True)

# A Monday; what is said of times below is after it.
BACKUP = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CRASH = BACKUP + timedelta(hours=6)
NOW = BACKUP + timedelta(hours=8)
SWEEPS = (
    *(complete_due_handshakes, expire_unanswered, complete_agreed, expire_given),
    *(run_later_reactions, begin_plans_by_day, take_due_steps, write_member_letters),
)


def command(name: str, *given: str) -> str:
    said = StringIO()
    call_command(name, *given, stdout=said)
    return said.getvalue()


def work(moment: datetime) -> None:
    """What workers do at that time, until nothing is left."""
    with clock.at(moment):
        for _ in range(4):
            for sweep in SWEEPS:
                sweep()
            send_due_letters()


@contextmanager
def restored() -> Iterator[None]:
    """Work goes on in the database as it is now; afterwards on the copy that was made before."""
    url, name = settings.DATABASE_ADMIN_URL, str(connections["default"].settings_dict["NAME"])
    connections.close_all()
    with database.administrator(url) as cursor:
        # Threads of other tests keep theirs, and open a new one when it is gone.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
    with database.copied(url, name, f"test_{os.getpid()}_2") as copy:
        work(BACKUP + timedelta(hours=1))
        work(CRASH - timedelta(minutes=1))
        with database.used(url, copy):
            yield


def sent(smtp: SmtpServer) -> Counter[tuple[str, tuple[str, ...]]]:
    return Counter((str(one.letter["Subject"]), one.recipients) for one in smtp.accepted)


@pytest.fixture
def waiting(business: Business, smtp: SmtpServer, by_alice: Any) -> Business:
    """A yes whose window ends, a *not now* whose day comes, a step, news, and a letter."""
    with acting(business):
        accepted(an_advocate(business, BACKUP), BACKUP)
        ida = an_advocate(business, BACKUP, name="Ida Lund", email="ida@lund.example")
        later = offered(ida, BACKUP, email="per@lund.example")
        tomorrow = BACKUP.date() + timedelta(days=1)
        postpone_introduction(introduction=later, until=tomorrow, now=BACKUP)
        Introduction.objects.filter(pk=later.pk).update(due_at=BACKUP + timedelta(minutes=30))
        jon = an_advocate(business, BACKUP, name="Jon Ek", email="jon@ek.example")
        moved(a_referral(jon, BACKUP, "eva@ek.example"), "met", BACKUP)
        a_letter(business, due_at=BACKUP + timedelta(minutes=5))
        plan = add_cadence(business=business, name="A word", by=by_alice, now=BACKUP)
        add_step(
            cadence=plan,
            kind=StepKind.LETTER,
            days=0,
            subject="A word",
            words="Hello {first_name}, how are you?",
            by=by_alice,
            now=BACKUP,
        )
        plan.steps.update(automatic=True)
        begun = begin_by_hand(cadence=plan, contact=a_contact(business), by=by_alice, now=BACKUP)
        Enrolment.objects.filter(pk=begun.pk).update(due_at=BACKUP + timedelta(minutes=20))
    return business


def test_what_the_lost_hours_sent_is_not_sent_again_and_each_is_listed(
    waiting: Business, smtp: SmtpServer
) -> None:
    with restored():
        before = sent(smtp)
        assert len(before) >= 5
        assert set(before.values()) == {1}
        with clock.at(NOW):
            command("hold_all_mail")
        work(NOW)
        assert sent(smtp) == before
        with acting(waiting):
            assert not StepTaken.objects.exists(), "while mail is held nothing is decided"

        with clock.at(NOW):
            said = command("release_mail", "--yes", "--leave-out-before", f"{CRASH.isoformat()}")
        work(NOW)
        work(NOW + timedelta(hours=1))

        assert sent(smtp) == before
        assert f"{len(before)} letters left out" in said
        with acting(waiting):
            left_out = Message.objects.filter(state="failed")
            assert left_out.count() == len(before)
            assert {row.last_reason for row in left_out} == {
                "Held back after a restore: it may have been sent before."
            }
            assert Introduction.objects.filter(state="handshake").count() == 2
            assert StepTaken.objects.count() >= 1


def test_what_is_due_goes_where_nothing_is_to_be_left_out(
    waiting: Business, smtp: SmtpServer
) -> None:
    with clock.at(NOW):
        command("hold_all_mail")
    work(NOW)
    assert sent(smtp) == Counter()

    with clock.at(NOW):
        said = command("release_mail")
        assert "Beside these, this is due" in said
        assert "Lindqvist Bookkeeping: Steps of follow-up plans: 1, since 2026-05-04 09:50" in said
        assert "Introductions to shake hands on" in said
        command("release_mail", "--yes")
    work(NOW)

    assert len(sent(smtp)) >= 5


def test_before_it_is_released_it_says_what_would_go_by_kind_and_to_whom(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    with acting(business):
        elena = a_contact(business, "Elena Rossi")
        for _ in range(2):
            a_letter(business, elena, kind="thanks_to_advocate", due_at=BACKUP)
        gone = a_contact(business, "Gone Away")
        a_letter(business, gone, kind="thanks_to_advocate", due_at=BACKUP)
        Contact.objects.filter(pk=gone.pk).update(
            rests="moved_away", rests_since=BACKUP, next_touch_on=None
        )
        offered(an_advocate(business, BACKUP), BACKUP)
    with acting(other_business):
        a_letter(other_business)
        Business.objects.filter(pk=other_business.pk).update(sending_paused_at=BACKUP)
    command("hold_all_mail")

    said = command("release_mail")

    assert (
        "- Lindqvist Bookkeeping: Your thank-you: 2, since 2026-05-04 09:30 UTC, to Elena Rossi."
    ) in said
    assert "An introduction: 1" in said
    assert "to the prospect." in said
    assert "3 letters to 2 people would go out at once, of 1 business." in said
    assert "Gone" not in said
    assert "Stranger Roofs" not in said


@pytest.mark.parametrize(
    ("given", "left_out"),
    [("2026-05-04T11:29+02:00", 0), ("2026-05-04T11:31+02:00", 1), ("2026-05-04T09:31", 1)],
)
def test_a_time_is_read_by_its_offset(
    business: Business, smtp: SmtpServer, given: str, left_out: int
) -> None:
    with acting(business):
        a_letter(business, due_at=BACKUP)
    command("hold_all_mail")

    said = command("release_mail", "--yes", "--leave-out-before", given)

    assert f"{left_out} letter" in said.splitlines()[0]


def test_a_time_that_is_yet_to_come_releases_nothing(business: Business, smtp: SmtpServer) -> None:
    command("hold_all_mail")
    tomorrow = clock.now() + timedelta(days=1)

    with pytest.raises(CommandError, match="yet to come"):
        command("release_mail", "--yes", "--leave-out-before", tomorrow.isoformat())

    assert "would go out at once" in command("release_mail")
