"""Letters and people to try things on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any

from django.db import transaction

from activity.actors import SYSTEM
from activity.models import Event
from activity.services import Occurrence, record_event, record_events
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from contacts.models import Contact
from contacts.services import add_contact
from outreach.letters import Party
from outreach.models import Message
from outreach.services import NewLetter, queue_message, queue_messages
from outreach.states import MailKind

_numbers = count(1)


@contextmanager
def acting(business: Business) -> Iterator[None]:
    """A transaction of this business."""
    with transaction.atomic(), acting_for(business):
        yield


def a_contact(business: Business, name: str = "Elena Rossi", email: str | None = None) -> Contact:
    address = _next_address() if email is None else email
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
    if "cause" not in more:
        more["cause"] = an_event(business, to[0])
    letter = a_new_letter(*to, words=words, due_at=due_at or now - timedelta(seconds=1), **more)
    return queue_message(business=business, letter=letter, now=now)


def a_new_letter(*to: Contact, words: str, due_at: datetime, **more: Any) -> NewLetter:
    """A letter to these people that is not queued yet."""
    arguments: dict[str, Any] = {
        "kind": "note",
        "template": "tests/note",
        "to": [Party(name=person.name, contact=person) for person in to],
        "subject": to[0],
        "from_name": "Alice Lindqvist, {firm:name}",
        "mail_kind": MailKind.ALL,
        "due_at": due_at,
        **more,
        "context": {"words": words, "link": "", **more.get("context", {})},
    }
    return NewLetter(**arguments)


def many_letters(
    business: Business, groups: Sequence[int], due_at: Sequence[datetime]
) -> list[Message]:
    """One letter for each group of so many new people, due then; few statements for all."""
    now = clock.now()
    people = Contact.objects.bulk_create(
        Contact(business=business, name="Ann Person", email=_next_address(), created_at=now)
        for _ in range(sum(groups))
    )
    left = iter(people)
    to = [list(islice(left, size)) for size in groups]
    told = [Occurrence("test.done", SYSTEM, some[0]) for some in to]
    causes = record_events(business=business, occurrences=told, now=now)
    letters = [
        a_new_letter(*some, words="Just a few words.", due_at=at, cause=cause)
        for some, at, cause in zip(to, due_at, causes, strict=True)
    ]
    return queue_messages(business=business, letters=letters, now=now)


def _next_address() -> str:
    return f"person{next(_numbers)}@guests.example"


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
