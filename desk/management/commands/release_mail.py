"""`manage.py release_mail`: what would go out; with --yes it goes."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from businesses import clock
from desk.health import LETTERS
from desk.releasing import Due, catch_up, due_decisions
from outreach.services import (
    Going,
    Leaving,
    is_all_mail_held,
    leave_out,
    release_all_mail,
    what_would_go,
)

NAMED = 5


class Command(BaseCommand):
    help = "Show what would go out once mail is no longer held; with --yes, release it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="release it")
        parser.add_argument(
            "--leave-out-before",
            metavar="TIME",
            default="",
            help="with --yes: do not send what was due before then (2026-05-04T09:30 in UTC, or "
            "with an offset); Health lists each, to be sent again or left",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_all_mail_held():
            self.stdout.write("Mail is not held.")
            return
        now = clock.now()
        before = _time(options["leave_out_before"], now)
        if options["yes"] and before is not None:
            catch_up(until=before)
            count = leave_out(before=before, now=now)
            self.stdout.write(f"{_letters(count)} left out; Health lists them.")
        self.stdout.write("\n".join(_said(what_would_go(now=now), due_decisions(now=now))))
        if options["yes"]:
            release_all_mail()
            self.stdout.write("Released.")


def _said(leaving: Leaving, due: Sequence[Due]) -> Iterator[str]:
    people = "1 person" if leaving.people == 1 else f"{leaving.people} people"
    firms = "1 business" if leaving.businesses == 1 else f"{leaving.businesses} businesses"
    yield f"{_letters(leaving.letters)} to {people} would go out at once, of {firms}."
    if leaving.oldest_due:
        yield f"The oldest was due {_at(leaving.oldest_due)}."
    yield from map(_of_one_kind, leaving.going)
    if due:
        yield "Beside these, this is due, and leads to letters in its turn:"
    for one in due:
        yield f"- {one.business}: {one.what}: {one.count}, since {_at(one.since)}."
    yield f"{_letters(leaving.account_letters)} about accounts would go, too."
    if leaving.uncertain:
        yield (
            f"{_letters(leaving.uncertain)} may have been sent: never sent again by themselves, "
            "but listed."
        )


def _of_one_kind(going: Going) -> str:
    names = list(going.people.values())
    to = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        to = f"{to} and {len(names) - NAMED} more"
    what = LETTERS.get(going.kind, "A letter")
    return f"- {going.business}: {what}: {going.count}, since {_at(going.oldest_due)}, to {to}."


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"


def _time(given: str, now: datetime) -> datetime | None:
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise CommandError("Give the time as 2026-05-04T09:30, in UTC.") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > now:
        raise CommandError("That is yet to come. Give the time at which the lost one last worked.")
    return moment.astimezone(UTC)
