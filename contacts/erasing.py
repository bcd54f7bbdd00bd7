"""Erasing what is known of a person: for good, and with nothing left to find them by.

What they did stays, without them: that somebody introduced somebody, and sums of money. Their row
keeps that place under a name that says when it was emptied; so nothing that is counted changes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from activity.actors import Actor
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.giving_way import giving_way
from businesses.refusals import Refusal
from businesses.tenancy import GoneMeanwhile
from contacts.models import Contact, ContactImport, Interaction
from contacts.states import InteractionKind


class NameDiffers(Refusal):
    message = "Type their name as it stands here. Nothing was erased."
    code = "name_differs"
    status = 422


class Forgets(Protocol):
    """What an app does when a person is erased. `contact` is still as they were known."""

    def __call__(self, *, contact: Contact, cause: Event, now: datetime) -> None: ...


def erase_contact(
    *, contact: Contact, name: str | None = None, by: Actor, now: datetime
) -> Contact:
    """Empty what is known of them, everywhere; not to be undone. A second press finds it so.

    `name` is their name as somebody typed it who means it; an integration names them by id. What
    each app does is listed in `config/reactions.py`. Raises `NameDiffers`, `GoneMeanwhile`, and
    `BusyElsewhere` where others write about them at this moment.
    """
    return giving_way(lambda: _erase(contact, name, by, now))


def _erase(contact: Contact, name: str | None, by: Actor, now: datetime) -> Contact:
    # A full lock: what somebody else is adding to them is there before, or is refused after.
    found = Contact.objects.select_for_update(of=("self",)).filter(pk=contact.pk).first()
    if found is None:
        raise GoneMeanwhile
    contact = found
    if contact.is_erased:
        return contact
    if name is not None and _plain(name) != _plain(contact.name):
        raise NameDiffers
    cause = record_event(
        business=contact.business, name="contact.erased", actor=by, subject=contact, now=now
    )
    for forget in _forgetting():
        forget(contact=contact, cause=cause, now=now)
    _forget_imported(contact)
    Interaction.objects.filter(contact=contact, kind=InteractionKind.NOTE).delete()
    Interaction.objects.filter(contact=contact).update(text="")
    contact.refresh_from_db()
    contact.erase(_named_since(clock.today(contact.business, now)), now=now)
    contact.save()
    return contact


def _forgetting() -> Sequence[Forgets]:
    verbs: Sequence[Forgets] = import_string(f"{settings.REACTIONS}.WHEN_ERASED")
    return verbs


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _named_since(day: date) -> str:
    return f"Someone erased on {day.day} {day:%B %Y}"


def _forget_imported(contact: Contact) -> None:
    """Rows of files that name their address: those that wait, and those that were unusable."""
    if not contact.email:
        return
    address = contact.email.casefold()
    for file in ContactImport.objects.exclude(rows=[], problems=[]).select_for_update():
        rows = [row for row in file.rows if not _holds(row, address)]
        problems = [row for row in file.problems if not _holds(row, address)]
        if (len(rows), len(problems)) != (len(file.rows), len(file.problems)):
            file.rows, file.problems = rows, problems
            file.save(update_fields=["rows", "problems"])


def _holds(row: Any, address: str) -> bool:
    return address in str(row).casefold()
