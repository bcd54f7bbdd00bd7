"""How close somebody is, how they found us, and what can happen between us."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models


class Circle(models.TextChoices):
    INNER = "inner", "Inner circle"
    CLOSE = "close", "Close"
    WIDER = "wider", "Wider"
    PASSING = "passing", "Passing"


# Days between two touches, unless the contact has an interval of its own. Whoever is merely passing
# is never reminded of.
KEEP_IN_TOUCH_DAYS: Mapping[str, int | None] = MappingProxyType(
    {Circle.INNER: 30, Circle.CLOSE: 60, Circle.WIDER: 180, Circle.PASSING: None}
)


class Source(models.TextChoices):
    SENT = "sent", "Sent by someone"
    SEARCH = "search", "Found us by searching"
    PASSING_BY = "passing_by", "Passed by"
    SOCIAL = "social", "Social network"
    EVENT = "event", "Met at an event"
    CAME_BACK = "came_back", "Came back"
    UNKNOWN = "unknown", "Not known"


class Rest(models.TextChoices):
    """Why somebody is left in peace: nothing is sent to them, and nobody is reminded of them."""

    DIED = "died", "Has died"
    MOVED_AWAY = "moved_away", "Moved away"
    LEAVE_ME_BE = "leave_me_be", "Wants to be left in peace"
    ERASED = "erased", "Was erased here"


# What somebody can say of a person, and take back. Erasing is a deed of its own, for good.
SAYABLE_RESTS = [(each.value, each.label) for each in Rest if each != Rest.ERASED]


class InteractionKind(models.TextChoices):
    NOTE = "note", "Note"
    CALL = "call", "Call"
    MEETING = "meeting", "Meeting"
    EMAIL = "email", "E-mail"
    GIFT = "gift", "Gift"
    EVENT = "event", "Event"


# What counts as having been in touch. A note may be about somebody who was not there.
TOUCHES = frozenset(InteractionKind) - {InteractionKind.NOTE}
