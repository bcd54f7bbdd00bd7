"""`manage.py doctor`: whether letters leave and work gets done, in words, for who runs it."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from businesses import clock
from businesses.models import Business
from businesses.tenancy import UnfitRole, refuse_unfit_role, transaction_for
from desk.examining import account_letters, of_business
from desk.workings import jobs, waiting
from outreach.resting import mail_trouble
from outreach.sending_domain import Finding, Found, examine_domain
from outreach.services import mail_hold
from outreach.transports.base import TransportProblem
from outreach.transports.choosing import chosen_transport

_MARKS = {Found.GOOD: "ok   ", Found.WRONG: "WRONG", Found.NOT_ASKED: "?    "}


class Command(BaseCommand):
    help = "Say whether letters leave and work gets done. Ends with 1 when something is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dns", default="", help="ask this server (IP:PORT) about the domain")

    def handle(self, *args: Any, **options: Any) -> None:
        nameserver = _nameserver(options["dns"])
        wrong = 0
        for finding in self._findings(nameserver):
            self.stdout.write(f"{_MARKS[finding.found]} {finding.says}")
            wrong += finding.found == Found.WRONG
        if wrong:
            things = "One thing is" if wrong == 1 else f"{wrong} things are"
            raise CommandError(f"{things} wrong.", returncode=1)
        self.stdout.write("All is well, as far as could be asked.")

    def _findings(self, nameserver: tuple[str, int] | None) -> Iterator[Finding]:
        database = _database()
        yield database
        yield _broker()
        yield _way_out()
        if database.found == Found.GOOD:
            yield _hold()
            yield from _trouble()
            yield from _sweeps()
            yield from _businesses()
        domain = settings.MAIL_FROM.rpartition("@")[2]
        yield from examine_domain(domain, selector=settings.DKIM_SELECTOR, nameserver=nameserver)


def _database() -> Finding:
    try:
        refuse_unfit_role()
    except (OperationalError, UnfitRole) as error:
        return Finding(Found.WRONG, f"The database: {str(error).strip().splitlines()[0]}")
    return Finding(Found.GOOD, "The database answers, and the fence binds us.")


def _broker() -> Finding:
    try:
        cache.get("doctor")
    except Exception as error:  # Whatever the client raises: the sentence is the same.
        problem = type(error).__name__
        says = f"Redis does not answer ({problem}): letters leave some seconds later."
        return Finding(Found.WRONG, says)
    return Finding(Found.GOOD, "Redis answers.")


def _way_out() -> Finding:
    name = settings.EMAIL_PROVIDER or "The mail server"
    transport = chosen_transport()
    try:
        transport.open()
    except TransportProblem as problem:
        return Finding(Found.WRONG, f"{name} cannot be reached: {problem}.")
    transport.close()
    if settings.EMAIL_PROVIDER:
        return Finding(Found.GOOD, f"Letters leave by {name}.")
    return Finding(Found.GOOD, f"{name} answers.")


def _hold() -> Finding:
    hold = mail_hold()
    if hold is None:
        return Finding(Found.GOOD, "Mail is not held.")
    since = f"{hold.since:%Y-%m-%d %H:%M}"
    return Finding(Found.WRONG, f"All mail is held since {since} UTC; see `release_mail`.")


def _trouble() -> Iterator[Finding]:
    trouble = mail_trouble()
    if trouble is not None:
        since, until = f"{trouble.since:%Y-%m-%d %H:%M}", f"{trouble.rests_until:%H:%M:%S}"
        says = f"No letter was taken since {since} UTC: {trouble.reason} Next try {until} UTC."
        yield Finding(Found.WRONG, says)


def _sweeps() -> Iterator[Finding]:
    for job in jobs(clock.now()):
        ended = job.run.last_finished_at
        last = f"{ended:%Y-%m-%d %H:%M:%S} UTC" if ended else "never"
        problem = f"; it failed: {job.run.last_problem}" if job.run.last_problem else ""
        is_wrong = job.is_late or bool(problem)
        if ended is None and not problem:
            yield Finding(Found.NOT_ASKED, f"{job.name}: it has not run yet.")
            continue
        again = f"; next at {job.next_at:%H:%M:%S} UTC" if job.next_at else ""
        says = f"{job.name}: last run {last}, {job.run.last_count} done{again}{problem}."
        yield Finding(Found.WRONG if is_wrong else Found.GOOD, says)


def _businesses() -> Iterator[Finding]:
    """What is due the longest; then each business by itself, and only what is to be said of it."""
    now = clock.now()
    oldest: list[tuple[datetime, str]] = []
    found: list[Finding] = []
    for business in Business.objects.order_by("slug"):
        with transaction_for(business):
            waits = waiting(now)
            oldest += [
                (queue.since, f"{queue.name.lower()} of /b/{business.slug}/")
                for queue in waits.queues
                if queue.since
            ]
            found += of_business(business, waits.late, now)
    yield _oldest_due(oldest)
    yield from account_letters(now)
    yield from found
    if not any(finding.found == Found.WRONG for finding in found):
        yield Finding(Found.GOOD, "No business has anything overdue, or a letter to look at.")


def _oldest_due(oldest: list[tuple[datetime, str]]) -> Finding:
    """How young it is says whether anything runs; what is late is named with its business."""
    if not oldest:
        return Finding(Found.GOOD, "Nothing is due.")
    since, what = min(oldest)
    return Finding(Found.GOOD, f"The oldest that is due: {what}, since {since:%H:%M:%S} UTC.")


def _nameserver(given: str) -> tuple[str, int] | None:
    if not given:
        return None
    host, _, port = given.rpartition(":")
    if not host or not port.isdigit():
        raise CommandError("Give the server as IP:PORT.")
    return host, int(port)
