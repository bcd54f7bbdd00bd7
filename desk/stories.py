"""What a sentence of a timeline is made of: an event with its row, and the line that is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db.models import Model

from activity.models import Event
from businesses.models import Business
from contacts.models import Contact

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history. `tone`: step, thanks, care, repair or none."""

    title: str
    text: str = ""
    tone: str = ""
    note: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An event, the row it speaks of, whose page it is told on, and who did it ("You", or "")."""

    event: Event
    row: Model | None
    person: Contact
    business: Business
    who: str

    def subject(self, model: type[Row]) -> Row:
        return cast(Row, self.row)

    def done(self, did: str, was_done: str) -> str:
        """`You added Marta` for a member's deed, else `Marta was added`."""
        return f"{self.who} {did}" if self.who else was_done

    def fact(self, name: str) -> Any:
        return self.event.payload.get(name, "")
