"""Letters of follow-up plans queued in a second by one worker, against a bare INSERT of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from benchmarks import serving
from benchmarks.rows import Row, Sample
from benchmarks.seeding import Ground
from businesses import clock
from businesses.models import Business, Membership
from businesses.tenancy import transaction_for
from businesses.wake import wake
from contacts.models import Contact
from outreach.models import Cadence, CadenceStep, Enrolment, Message, StepKind, Trigger
from outreach.services.steps import TAKE

WORDS = (
    "Hello {first_name},\n\nhow has it been since we last spoke? I thought of you this week, since "
    "somebody asked me for exactly what you did for us back then.\n\nIf there is anything that we "
    "can do for you, a few words are enough.\n\nWarmly,\n{sender}"
)


@dataclass(frozen=True)
class StepsRow(Row):
    """Each due step a letter that leaves by itself, with another one after it."""

    seeded: Ground
    steps: int

    def measure(self, seconds: float) -> Sample:
        small, _ = self._queued(self.seeded.small)
        large, letters = self._queued(self.seeded.large)
        return Sample(self._inserted(letters), large, small)

    def _queued(self, membership: Membership) -> tuple[float, Sequence[UUID]]:
        business = membership.business
        # What is queued is not sent: the other row measures that.
        _pause(business, clock.now())
        plan = _enrol(business, self.steps)
        started = time.perf_counter()
        wake(TAKE)
        serving.wait_until(lambda: not _is_any_due(business), every=0.05)
        took = time.perf_counter() - started
        with transaction_for(business):
            enrolments = Enrolment.objects.filter(cadence=plan)
            letters = Message.objects.filter(subject_id__in=enrolments.values("pk"))
            keys = list(letters.values_list("pk", flat=True))
            letters.update(due_at=clock.now() + timedelta(days=365))
            enrolments.update(due_at=clock.now() + timedelta(days=365))
        _pause(business, None)
        if len(keys) != self.steps:
            raise RuntimeError(f"{len(keys)} letters were queued instead of {self.steps}.")
        return self.steps / took, keys

    def _inserted(self, letters: Sequence[UUID]) -> float:
        """The same letters again, 200 to a statement and a commit, in a table without a fence."""
        business = self.seeded.large.business
        with transaction_for(business), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS bare (LIKE outreach_message)")
            cursor.execute("SELECT * FROM outreach_message WHERE id = ANY(%s)", [list(letters)])
            rows = cursor.fetchall()
        places = f"({', '.join(['%s'] * len(rows[0]))})"
        started = time.perf_counter()
        for first in range(0, len(rows), 200):
            some = rows[first : first + 200]
            with transaction_for(business), connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO bare VALUES {', '.join([places] * len(some))}",
                    [value for row in some for value in row],
                )
        return len(rows) / (time.perf_counter() - started)


def _pause(business: Business, since: datetime | None) -> None:
    with transaction_for(business):
        Business.objects.filter(pk=business.pk).update(sending_paused_at=since)


def _is_any_due(business: Business) -> bool:
    with transaction_for(business):
        return Enrolment.objects.due(clock.now()).exists()


def _enrol(business: Business, number: int) -> Cadence:
    """A plan with so many people on it, all due a moment ago."""
    now = clock.now()
    with transaction_for(business):
        plan = Cadence.objects.create(business=business, name="Bench", trigger=Trigger.BY_HAND)
        CadenceStep.objects.bulk_create(
            CadenceStep(
                business=business,
                cadence=plan,
                position=position,
                kind=StepKind.LETTER,
                days=90,
                automatic=True,
                subject="A few words, {first_name}",
                words=WORDS,
            )
            for position in (1, 2)
        )
        people = list(Contact.objects.exclude(email="").values_list("pk", flat=True)[:number])
        Enrolment.objects.bulk_create(
            [
                Enrolment(
                    business=business,
                    cadence=plan,
                    contact_id=people[place % len(people)],
                    subject_label="contact",
                    subject_id=people[place % len(people)],
                    dedupe=str(uuid7()),
                    next_position=1,
                    due_at=now - timedelta(seconds=1),
                    created_at=now,
                )
                for place in range(number)
            ],
            batch_size=1000,
        )
    return plan
