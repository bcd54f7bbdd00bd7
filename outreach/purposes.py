"""What a follow-up plan is for: looked up, since only the parts above know it.

`settings.PURPOSES` names the module with the tables (config/purposes.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from activity.actors import Actor
from businesses.models import Business, User
from outreach.models import Enrolment


class Deliver(Protocol):
    """Sends approved words in a way of its own, such as thanks that are then given."""

    def __call__(
        self,
        *,
        enrolment: Enrolment,
        subject: str,
        words: str,
        by: Actor,
        sender: User,
        now: datetime,
    ) -> object: ...


class BeginsByDay(Protocol):
    """Begins the plans for which it is the day; says how many. Safe to repeat on the same day."""

    def __call__(self, *, business: Business, today: date, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Stand:
    """How it stands with what an enrolment is about.

    `over` says why nothing more is wanted, and is empty while it is; `fields` fills the words.
    """

    over: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


Look = Callable[[Sequence[Enrolment]], Mapping[UUID, Stand]]


def _nothing_to_say(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    return {enrolment.pk: Stand() for enrolment in enrolments}


@dataclass(frozen=True, slots=True)
class Purpose:
    """`look` says how it stands with many enrolments, in as few queries as with one."""

    look: Look = _nothing_to_say
    deliver: Deliver | None = None


def purpose_of(trigger: str) -> Purpose:
    return _table().get(trigger, Purpose())


def begun_by_day() -> Sequence[BeginsByDay]:
    return cast("Sequence[BeginsByDay]", import_string(f"{settings.PURPOSES}.BEGIN_BY_DAY"))


@cache
def _table() -> Mapping[str, Purpose]:
    return cast("Mapping[str, Purpose]", import_string(f"{settings.PURPOSES}.PURPOSES"))
