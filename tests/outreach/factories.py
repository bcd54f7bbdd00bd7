"""Letters and people to try things on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from activity.actors import SYSTEM
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from contacts.models import Contact
from contacts.services import add_contact
from outreach.letters import Party
from outreach.models import Message
from outreach.services import NewLetter, queue_message
from outreach.states import MailKind

_numbers = count(1)


@contextmanager
def acting(business: Business) -> Iterator[None]:
    """A transaction of this business."""
    with transaction.atomic(), acting_for(business):
        yield


def a_contact(business: Business, name: str = "Elena Rossi", email: str | None = None) -> Contact:
    address = f"person{next(_numbers)}@guests.example" if email is None else email
    return add_contact(business=business, name=name, email=address, by=SYSTEM, now=clock.now())


def an_event(business: Business, contact: Contact) -> Event:
    return record_event(
        business=business, name="test.done", actor=SYSTEM, subject=contact, now=clock.now()
    )


def a_letter(
    business: Business,
    *people: Contact,
    words: str = "Just a few words.",
    due_at: datetime | None = None,
    **more: Any,
) -> Message:
    """A letter, due a moment ago, to these people (or to one who is made for it)."""
    now = clock.now()
    to = people or (a_contact(business),)
    context = {"words": words, "link": "", **more.pop("context", {})}
    arguments: dict[str, Any] = {
        "kind": "note",
        "template": "tests/note",
        "to": [Party(name=person.name, contact=person) for person in to],
        "subject": to[0],
        "from_name": "Alice Lindqvist, {firm:name}",
        "mail_kind": MailKind.ALL,
        "due_at": due_at or now - timedelta(seconds=1),
        **more,
    }
    if "cause" not in arguments:
        arguments["cause"] = an_event(business, to[0])
    letter = NewLetter(context=context, **arguments)
    return queue_message(business=business, letter=letter, now=now)


def some_letters(business: Business, number: int) -> list[Message]:
    """So many, in one transaction of the business."""
    with acting(business):
        return [a_letter(business) for _ in range(number)]


def states(business: Business) -> dict[str, int]:
    """How many of the business's letters are in which state."""
    found: dict[str, int] = {}
    with acting(business):
        for state in Message.objects.values_list("state", flat=True):
            found[state] = found.get(state, 0) + 1
    return found


def dues(business: Business) -> set[datetime]:
    """When those that wait for their time are due."""
    with acting(business):
        return set(Message.objects.filter(state="scheduled").values_list("due_at", flat=True))
