"""Places by whose clock somebody lives, as a form offers them."""

from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import available_timezones

Choices = Sequence[tuple[str, str] | tuple[str, Sequence[tuple[str, str]]]]

# The rest of the list are old spellings and offsets.
_NOT_PLACES = ("Etc/", "US/", "SystemV/")
ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(_NOT_PLACES)
)


def place_of(zone: str) -> str:
    """`New York` of `America/New_York`, `Buenos Aires, Argentina` of the one there."""
    return ", ".join(reversed(zone.replace("_", " ").split("/")[1:])) or zone


def zones_by_part(*, empty: str, also: str = "") -> Choices:
    """All places by their part of the world, after `empty`; `also` is one that is kept already."""
    parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for zone in ZONES:
        parts[zone.split("/")[0]].append((zone, place_of(zone)))
    known = [] if not also or also in ZONES else [(also, also)]
    by_place = [(part, sorted(places, key=lambda one: one[1])) for part, places in parts.items()]
    return [("", empty), *known, *by_place]
