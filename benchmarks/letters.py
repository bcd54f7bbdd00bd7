"""Letters a second of one worker, against a bare loop of smtplib with the same bytes.

The worker is Celery's, with its two processes, as `make run` and docker-compose.yml start it.
"""

import json
import smtplib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, Q
from uuid_utils.compat import uuid7

from activity.actors import Actor
from activity.services import record_event
from benchmarks import ground, serving
from benchmarks.rows import Row, Sample
from benchmarks.seeding import Ground
from businesses import clock
from businesses.models import Business, Membership
from businesses.tenancy import transaction_for
from contacts.models import Contact
from introductions.messages import ask_to_advocate
from introductions.models import Advocate, Ask
from introductions.states import ASK_EXPIRES_AFTER, AskState
from outreach.models import Message
from outreach.states import LEASED, MessageState

WANTED = "Somebody who has just opened a workshop and whose papers are in a shoe box."
NOTE = "It is fine if nobody comes to mind. I only thought of it because of what you told me. " * 8

# From whom, to whom, and the bytes.
Sent = tuple[str, Sequence[str], bytes]


@dataclass(frozen=True)
class LettersRow(Row):
    """Whole asks, rendered from their templates, with a link and a way to stop."""

    seeded: Ground
    letters: int

    def measure(self, seconds: float) -> Sample:
        small, _ = self._sent(self.seeded.small)
        large, letters = self._sent(self.seeded.large)
        return Sample(_by_hand(letters), large, small)

    def _sent(self, membership: Membership) -> tuple[float, list[Sent]]:
        kept = serving.kept_by(ground.DIRECTORY)
        before = kept.stat().st_size
        _queue(membership, self.letters)
        started = clock.now()
        serving.wait_until(lambda: not _is_any_under_way(membership.business), every=0.3)
        with transaction_for(membership.business):
            sent = Message.objects.filter(state=MessageState.SENT, sent_at__gte=started)
            told = sent.aggregate(count=Count("id"), last=Max("sent_at"))
        letters = list(_kept(kept, before))
        if not told["count"] == len(letters) == self.letters:
            raise RuntimeError(f"{len(letters)} letters were sent instead of {self.letters}.")
        return self.letters / (told["last"] - started).total_seconds(), letters


def _is_any_under_way(business: Business) -> bool:
    due = Q(state=MessageState.SCHEDULED, due_at__lte=clock.now())
    with transaction_for(business):
        return Message.objects.filter(due | Q(state__in=LEASED)).exists()


def _kept(file: Path, start: int) -> Iterator[Sent]:
    with file.open() as letters:
        letters.seek(start)
        for line in letters:
            sender, addresses, content = json.loads(line)
            yield sender, addresses, content.encode("latin-1")


def _queue(membership: Membership, count: int) -> None:
    """Asks to people of the nearest circles, due a moment ago."""
    business, now = membership.business, clock.now()
    by = Actor.member(membership)
    with transaction_for(business):
        for advocate in _new_advocates(business, count, now):
            contact = advocate.contact
            ask = Ask.objects.create(
                business=business,
                advocate=advocate,
                sender=membership.user,
                wanted=WANTED,
                note=NOTE,
                state=AskState.SENT,
                sent_at=now,
                due_at=now + ASK_EXPIRES_AFTER,
            )
            # Nothing follows from this one: what does would be work beside the letters.
            cause = record_event(
                business=business,
                name="ask.drafted",
                actor=by,
                subject=ask,
                about=[contact],
                now=now,
            )
            ask_to_advocate(ask=ask, cause=cause, now=now - timedelta(seconds=1))


def _new_advocates(business: Business, count: int, now: datetime) -> Sequence[Advocate]:
    """People who have had no letter yet today: nobody gets a second one."""
    contacts = Contact.objects.bulk_create(
        Contact(
            business=business,
            name="Greta Palm",
            email=f"palm.{uuid7()}@letters.example",
            created_at=now,
        )
        for _ in range(count)
    )
    return Advocate.objects.bulk_create(
        Advocate(business=business, contact=contact, created_at=now) for contact in contacts
    )


def _by_hand(letters: Sequence[Sent]) -> float:
    server = urlsplit(f"//{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")
    started = time.perf_counter()
    with smtplib.SMTP(server.hostname or "", server.port or 0) as smtp:
        for sender, addresses, content in letters:
            smtp.sendmail(sender, list(addresses), content)
    return len(letters) / (time.perf_counter() - started)
