"""`manage.py release_mail`: what would go out; with --yes it goes."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from businesses import clock
from outreach.services import leave_out, mail_hold, release_all_mail, what_would_go


class Command(BaseCommand):
    help = "Show what would go out once mail is no longer held; with --yes, release it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="release it")
        parser.add_argument(
            "--leave-out-before",
            metavar="TIME",
            default="",
            help="with --yes: do not send what was due before then (2026-05-04T09:30, in UTC); "
            "Health lists each, to be sent again or left",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        hold = mail_hold()
        if hold is None:
            self.stdout.write("Mail is not held.")
            return
        before = _time(options["leave_out_before"])
        now = clock.now()
        if not options["yes"]:
            self._show(now)
            return
        if before is not None:
            count = leave_out(before=before, now=now)
            self.stdout.write(f"{_letters(count)} left out; Health lists them.")
        self._show(now)
        release_all_mail()
        self.stdout.write("Released.")

    def _show(self, now: datetime) -> None:
        found = what_would_go(now=now)
        people = "1 person" if found.people == 1 else f"{found.people} people"
        firms = "1 business" if found.businesses == 1 else f"{found.businesses} businesses"
        lines = [f"{_letters(found.letters)} to {people} would go out at once, of {firms}."]
        if found.oldest_due:
            lines.append(f"The oldest was due {found.oldest_due:%Y-%m-%d %H:%M} UTC.")
        lines.append(f"{_letters(found.account_letters)} about accounts would go, too.")
        if found.uncertain:
            lines.append(
                f"{_letters(found.uncertain)} may have been sent: never sent again by themselves, "
                "but listed."
            )
        self.stdout.write("\n".join(lines))


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"


def _time(given: str) -> datetime | None:
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=UTC)
    except ValueError:
        raise CommandError("Give the time as 2026-05-04T09:30, in UTC.") from None
