"""When things happened, counted back from now: so that the demo is always of today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# The hour of what is happening this minute, and can still be undone.
THIS_MINUTE = "now"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days before `now`, at the business's place."""

    now: datetime
    zone: ZoneInfo
    undo_window: timedelta

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def day(self, days_ago: int) -> date:
        """A calendar day; a negative number is a day to come."""
        return self.today - timedelta(days=days_ago)

    def instant(self, days_ago: int, clock: str) -> datetime:
        """`(3, "19:40")` is twenty to eight in the evening, three days ago.

        The hours of today are squeezed into what has passed of it, so none of them is to come.
        """
        if clock == THIS_MINUTE:
            return self.now - min(timedelta(minutes=2), self.undo_window / 3)
        hour = time.fromisoformat(clock)
        if days_ago:
            return datetime.combine(self.day(days_ago), hour, self.zone)
        midnight = datetime.combine(self.today, time(0), self.zone)
        return midnight + (self.now - midnight) * ((hour.hour * 60 + hour.minute) / 1440)
