"""What a follow-up plan is for: looked up, since only the parts above know it.

`settings.PURPOSES` names the module with the tables (config/purposes.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from activity.actors import Actor
from businesses.models import Business, User
from outreach.models import Enrolment


class Deliver(Protocol):
    """Sends approved words in a way of its own, such as thanks that are then given."""

    def __call__(
        self, *, enrolment: Enrolment, words: str, by: Actor, sender: User, now: datetime
    ) -> object: ...


class BeginsByDay(Protocol):
    """Begins the plans for which it is the day; says how many. Safe to repeat on the same day."""

    def __call__(self, *, business: Business, today: date, now: datetime) -> int: ...


def _nothing_to_add(enrolment: Enrolment) -> Mapping[str, str]:
    return {}


def _never_over(enrolment: Enrolment) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Purpose:
    """`over` says why nothing more is wanted (empty while it is); `fields` fills the words."""

    over: Callable[[Enrolment], str] = _never_over
    fields: Callable[[Enrolment], Mapping[str, str]] = _nothing_to_add
    deliver: Deliver | None = None


def purpose_of(trigger: str) -> Purpose:
    return _table().get(trigger, Purpose())


def begun_by_day() -> Sequence[BeginsByDay]:
    return cast("Sequence[BeginsByDay]", import_string(f"{settings.PURPOSES}.BEGIN_BY_DAY"))


@cache
def _table() -> Mapping[str, Purpose]:
    return cast("Mapping[str, Purpose]", import_string(f"{settings.PURPOSES}.PURPOSES"))
