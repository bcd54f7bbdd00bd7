"""What a page says of the gate: why somebody is kept from being asked, and what opens it."""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.requests import DeskRequest
from introductions.gate import KeptBack, KindUnchecked
from introductions.models import Advocate


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands in the way of an ask, sorted by what can be done about it."""

    kept: Sequence[KeptBack]

    @property
    def binding(self) -> Sequence[str]:
        """What the advocate has set, in sentences: nobody opens it."""
        return [
            one.message
            for one in self.kept
            if one.is_binding and not isinstance(one, KindUnchecked)
        ]

    @property
    def ours(self) -> Sequence[str]:
        """What a reason opens, in sentences."""
        return [one.message for one in self.kept if not one.is_binding]

    @property
    def is_unchecked(self) -> bool:
        """Whether a person has to compare the ask with the kinds of people they want."""
        return any(isinstance(one, KindUnchecked) for one in self.kept)

    @property
    def is_open(self) -> bool:
        return not self.kept


def were_compared(request: DeskRequest, advocate: Advocate) -> bool:
    """Whether somebody compared the ask with the kinds of people the advocate wants to hear of.

    Only with those that stood on the page: what the advocate wrote since nobody has read.
    """
    return "fits" in request.POST and request.POST.get("kinds") == advocate.only_about
