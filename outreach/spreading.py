"""Where a business's letters find room, once as many have left as may leave on a day.

Put off to the next morning all alike, they would nearly all be taken in hand there only to be put
off again, and again on the day after. So each goes to the first day that still has room, in the
order in which they are taken in hand: what was queued first leaves first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from businesses.models import Business
from businesses.tenancy import transaction_for
from outreach.gate import allowed_on, first_moment
from outreach.manners import day_after, local_day
from outreach.models import Message
from outreach.outgoing import Outgoing
from outreach.states import MessageState

# A letter that finds no room for so long waits there with the others.
_MOST_DAYS = 400


class DaysToCome:
    """The days of one business after this one, as one batch of its letters fills them.

    What other connections put there at the same time is not seen: where a day gets too many by
    that, the limit is asked again on the day itself.
    """

    def __init__(self, business: Business, now: datetime) -> None:
        """Costs one query."""
        self._business = business
        self._zone = ZoneInfo(business.timezone)
        self._tomorrow = day_after(self._zone, now)
        self._taken = Counter(_waiting(business, self._zone, now))
        # From when to look, for letters that have the same hours.
        self._from: dict[tuple[bool, Sequence[str]], datetime] = {}

    def place(self, outgoing: Outgoing) -> datetime:
        """The moment at which this letter is to leave; its day has one place less from now on."""
        letter, zones = outgoing.letter, tuple(outgoing.timezones)
        assert isinstance(letter, Message)
        alike = (letter.is_ask, zones)
        at = self._from.get(alike, self._tomorrow)
        for _ in range(_MOST_DAYS):
            at = first_moment(letter, self._business, zones, at)
            day = local_day(self._zone, at)
            if self._taken[day] < allowed_on(self._business, day):
                break
            at = day_after(self._zone, at)
        self._taken[local_day(self._zone, at)] += 1
        self._from[alike] = at
        return at


def _waiting(business: Business, zone: ZoneInfo, now: datetime) -> Mapping[date, int]:
    """How many letters that are bound by limits wait for each day, by the business's day."""
    with transaction_for(business.pk):
        waiting = Message.objects.filter(
            state=MessageState.SCHEDULED, answers_recipient=False, due_at__gt=now
        )
        by_day = waiting.annotate(day=TruncDate("due_at", tzinfo=zone)).values_list("day")
        return dict(by_day.annotate(Count("pk")).order_by())
