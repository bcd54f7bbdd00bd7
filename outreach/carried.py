"""A button that the words of a plan's letter may carry: the one question to a customer.

Words hold it as `{feedback_link}`, alone on a line. It stays so in a draft that waits for a look;
the link is made as the letter is queued, so that nobody is asked by a letter that never leaves.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from activity.actors import Actor
from businesses.models import Business
from contacts.models import Contact
from outreach.placeholders import Placeholder
from outreach.sources import Part, Value

FIELD = "feedback_link"
BRACED = f"{{{FIELD}}}"
_ALONE = re.compile(r"^[ \t]*\{feedback_link\}[ \t]*$", re.MULTILINE)
_WITH_BUTTON = Part("{above}\n\n{feedback_link}\n\n{below}")


class MakesLinks(Protocol):
    """Asks each of them, and gives the links to their pages, by contact."""

    def __call__(
        self, *, business: Business, contacts: Sequence[Contact], by: Actor, now: datetime
    ) -> Mapping[UUID, Placeholder]: ...


class FindsRest(Protocol):
    """Those of these people whom it is too early to ask again."""

    def __call__(self, *, contacts: Collection[UUID], now: datetime) -> set[UUID]: ...


@dataclass(frozen=True, slots=True)
class Questions:
    """What only the parts above know of the question."""

    ask: MakesLinks
    asked_lately: FindsRest


def carries(words: str) -> bool:
    """Whether the button stands in these words, once and on a line of its own."""
    return words.count(BRACED) == 1 and _ALONE.search(words) is not None


def with_button(words: str, link: str) -> dict[str, Value]:
    """The values that the letter of a plan has for these words; without the button, `link` is not
    used.
    """
    found = _ALONE.search(words) if carries(words) else None
    if found is None:
        return {"words": words, FIELD: "", "above": "", "below": ""}
    above, below = words[: found.start()].strip(), words[found.end() :].strip()
    return {"words": _WITH_BUTTON, FIELD: link, "above": above, "below": below}


def as_read(words: str, stands_for: str) -> str:
    """The words with something to read in the button's place."""
    return words.replace(BRACED, stands_for) if carries(words) else words


@cache
def questions() -> Questions:
    """`settings.PURPOSES` names the module that has them."""
    return cast("Callable[[], Questions]", import_string(f"{settings.PURPOSES}.questions"))()
