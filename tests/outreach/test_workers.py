"""A worker dies at each phase of a letter: nothing is lost, nothing doubled, doubt is listed.

Real Celery workers, killed with -9 as a whole group, or stopped past their lease and woken.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg2
import pytest
import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, Membership, User
from outreach.models import Message
from outreach.services import add_reminder
from tests.outreach.factories import a_contact, acting, some_letters, states
from tests.outreach.smtp import Fault, Phase, SmtpServer
from tests.outreach.workers import TELL_MEMBERS, Worker

pytestmark = pytest.mark.django_db(transaction=True)


class Crew:
    """One mail server for all, and the worker whose turn it is."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._all: list[Worker] = []
        self.smtp = SmtpServer()
        self.worker = self.hire()

    def hire(self) -> Worker:
        self.worker = Worker(self.smtp.port, self._directory)
        self._all.append(self.worker)
        return self.worker

    def sweep_until_met(self, fault: Fault) -> None:
        self.worker.sweep_until(fault.met.is_set)

    def disband(self) -> None:
        for worker in self._all:
            worker.kill()
        self.smtp.close()


@pytest.fixture(scope="module")
def shared_crew(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    crew = Crew(tmp_path_factory.mktemp("workers"))
    yield crew
    crew.disband()


@pytest.fixture
def crew(shared_crew: Crew) -> Crew:
    """Workers stay from test to test: starting one takes longer than everything else."""
    shared_crew.smtp.behave()
    shared_crew.smtp.accepted.clear()
    return shared_crew


def at_rest(business: Business) -> bool:
    return set(states(business)) <= {"sent", "uncertain", "failed"}


def assert_none_doubled(smtp: SmtpServer) -> None:
    assert max(Counter(smtp.message_ids()).values()) == 1


@pytest.mark.parametrize("phase", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_killed_before_the_text_leaves_the_letter_is_sent_by_another(
    phase: Phase, business: Business, crew: Crew
) -> None:
    some_letters(business, 3)
    hanging = crew.smtp.fault(phase, "hang")
    crew.sweep_until_met(hanging)
    if phase == "data":
        assert states(business)["in_data"] == 1

    crew.worker.kill()
    crew.smtp.behave()
    crew.hire().sweep_until(lambda: at_rest(business))

    # The marker stands before DATA is said: from there on nobody can tell from outside.
    uncertain = 1 if phase == "data" else 0
    assert states(business).get("uncertain", 0) == uncertain
    assert states(business)["sent"] == len(crew.smtp.accepted) == 3 - uncertain
    assert_none_doubled(crew.smtp)


def test_killed_while_the_text_is_being_answered_the_letter_is_listed_as_uncertain(
    business: Business, crew: Crew
) -> None:
    some_letters(business, 3)
    hanging = crew.smtp.fault("body", "hang")
    crew.sweep_until_met(hanging)

    crew.worker.kill()
    crew.smtp.behave()
    crew.hire().sweep_until(lambda: at_rest(business))

    assert states(business) == {"sent": 2, "uncertain": 1}
    assert len(crew.smtp.accepted) == 3
    assert_none_doubled(crew.smtp)
    with acting(business):
        assert Message.objects.needing_attention().count() == 1


def test_killed_between_the_answer_and_its_record_the_letter_is_listed_as_uncertain(
    business: Business, crew: Crew
) -> None:
    [message] = some_letters(business, 1)
    pausing = crew.smtp.fault("body", "pause")
    crew.sweep_until_met(pausing)

    with RowLock(message):  # So that the worker, answered, cannot write the result down.
        crew.smtp.behave()
        crew.smtp.wait_for(1)
        RowLock.wait_until_someone_waits()
        crew.worker.kill()
    crew.hire().sweep_until(lambda: at_rest(business))

    assert states(business) == {"uncertain": 1}
    assert len(crew.smtp.accepted) == 1


def test_killed_while_setting_the_marker_the_letter_is_sent_by_another(
    business: Business, crew: Crew
) -> None:
    [message] = some_letters(business, 1)
    pausing = crew.smtp.fault("rcpt", "pause")
    crew.sweep_until_met(pausing)

    with RowLock(message):
        crew.smtp.behave()
        RowLock.wait_until_someone_waits()
        crew.worker.kill()
    crew.hire().sweep_until(lambda: at_rest(business))

    assert states(business) == {"sent": 1}
    assert len(crew.smtp.accepted) == 1


@pytest.mark.parametrize(("phase", "ends"), [("mail", "sent"), ("body", "uncertain")])
def test_a_worker_stopped_past_its_lease_changes_nothing_when_it_wakes(
    phase: Phase, ends: str, business: Business, crew: Crew
) -> None:
    [message] = some_letters(business, 1)
    pausing = crew.smtp.fault(phase, "pause")
    crew.sweep_until_met(pausing)
    stopped = crew.worker
    stopped.stop()

    crew.hire().sweep_until(lambda: at_rest(business))
    fence = fence_of(business, message)
    stopped.go_on()
    crew.smtp.behave()
    # It is back at work when it takes a letter again.
    crew.worker.kill()
    some_letters(business, 1)
    stopped.sweep_until(lambda: states(business).get("sent", 0) == 1 + (ends == "sent"))

    assert states(business).get(ends, 0) >= 1
    assert fence_of(business, message) == fence
    assert len(crew.smtp.accepted) == 2
    assert_none_doubled(crew.smtp)
    crew.worker = stopped


def test_a_letter_that_kills_three_workers_is_failed_and_the_others_are_sent(
    business: Business, crew: Crew
) -> None:
    [deadly, *_] = some_letters(business, 3)
    with acting(business):
        address = deadly.recipients.get().address

    for _ in range(3):
        hanging = crew.smtp.fault("rcpt", "hang", matching=address)
        crew.sweep_until_met(hanging)
        crew.worker.kill()
        crew.smtp.behave()
        crew.hire()
    crew.worker.sweep_until(lambda: at_rest(business))

    assert states(business) == {"sent": 2, "failed": 1}
    assert len(crew.smtp.accepted) == 2
    with acting(business):
        deadly.refresh_from_db()
        assert deadly.state == "failed"
        assert "three times" in deadly.last_reason


def fence_of(business: Business, message: Message) -> int:
    with acting(business):
        return Message.objects.get(pk=message.pk).fence


class RowLock:
    """Holds a letter's row locked, from a connection of the administrator's."""

    def __init__(self, message: Message) -> None:
        self._connection = administrator()
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM outreach_message WHERE id = %s FOR UPDATE", [str(message.pk)]
            )

    def __enter__(self) -> "RowLock":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @staticmethod
    def wait_until_someone_waits() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for _ in range(400):
                cursor.execute("SELECT pg_sleep(0.02)")
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    return
        raise AssertionError("nobody waits for the row")


def administrator() -> "psycopg2.extensions.connection":
    return psycopg2.connect(
        settings.DATABASE_ADMIN_URL, dbname=settings.DATABASES["default"]["NAME"]
    )


def test_a_request_is_followed_into_the_worker(crew: Crew) -> None:
    """The lines that a task logs carry the id of the request that woke it."""
    with structlog.contextvars.bound_contextvars(request_id="req-7391-abcd"):
        crew.worker.sweep_until(lambda: '"request_id": "req-7391-abcd"' in crew.worker.told())

    line = next(line for line in crew.worker.told().splitlines() if "req-7391-abcd" in line)
    assert json.loads(line)["task"] == "outreach.tasks.send_due_letters"


def test_a_morning_letter_is_written_and_sent_by_a_worker_once(
    business: Business, alice: User, crew: Crew
) -> None:
    """By the true clock: it is morning where its reader has it be."""
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True)
    business.letter_days, business.keeps_holidays = "1234567", False
    business.save()
    now = clock.now()
    ahead = (9 - now.hour + 12) % 24 - 12
    with acting(business):
        contact = a_contact(business)
        add_reminder(
            business=business,
            kind="follow_up",
            contact=contact,
            due_on=clock.today(business),
            text="Ask about the oven",
            by=SYSTEM,
            now=now,
        )
    Membership.objects.filter(user=alice).update(
        timezone=f"Etc/GMT{-ahead:+}", morning_hour=8, letters_due_at=now
    )

    crew.worker.sweep_until(lambda: bool(crew.smtp.accepted), also=TELL_MEMBERS)
    Membership.objects.filter(user=alice).update(letters_due_at=now)
    crew.worker.sweep_until(lambda: not is_still_due(alice, now), also=TELL_MEMBERS)
    some_letters(business, 1)
    crew.worker.sweep_until(lambda: at_rest(business))

    morning, other = crew.smtp.accepted
    assert morning.recipients == (alice.email,)
    assert "Ask about the oven" in morning.part("plain")
    assert other.recipients != (alice.email,)


def is_still_due(user: User, due_at: datetime) -> bool:
    """Whether the member is still to be looked at since then."""
    return Membership.objects.filter(user=user, letters_due_at=due_at).exists()
