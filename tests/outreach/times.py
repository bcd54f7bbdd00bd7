"""A Tuesday that is nobody's holiday, and the day after it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

STOCKHOLM, NEW_YORK = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = STOCKHOLM) -> datetime:
    """A time on a wall there, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


NOON, EVENING, NEXT_MORNING = at("2027-03-02 12:00"), at("2027-03-02 20:00"), at("2027-03-03 08:00")
