"""What others say of a business, for somebody who does not know it yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from businesses.models import Business


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's own words, and the name they let stand below."""

    words: str
    name: str


def testimonials_of(business: Business) -> Sequence[Said]:
    """Two at most, as their customers let them be published. (None are kept yet.)"""
    return []
