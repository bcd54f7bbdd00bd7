"""How soon people are thanked, and what gifts to each of them came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Min, Q, Sum

from businesses.models import Business
from contacts.models import Contact
from insights.readiness import YEAR
from referrals.models import ThankYou
from referrals.states import ThanksState

# How long each took, from the moment it was owed.
TOOK = ExpressionWrapper(F("closed_at") - F("owed_at"), output_field=DurationField())


class Median(Aggregate):
    """The one in the middle; of an even number half-way between the two (SQL: percentile_cont)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


MEDIAN_TOOK = Median(TOOK)


def given_within(begin: datetime, end: datetime) -> Q:
    """Of thank-yous: given after the one moment and by the other."""
    return Q(state=ThanksState.GIVEN, closed_at__gt=begin, closed_at__lte=end)


@dataclass(frozen=True, slots=True)
class HowSoon:
    """Days until somebody is thanked, and what still waits."""

    # The median of the thanks given within a year; None where none were.
    median_days: float | None
    given: int
    waived: int
    owed: int
    owed_since: datetime | None


@dataclass(frozen=True, slots=True)
class GiftTotal:
    """What gifts to one person cost within a time, in one currency: unlike ones are not summed."""

    contact: Contact
    currency: str
    amount: int
    count: int


def how_soon(*, now: datetime) -> HowSoon:
    """Over the thanks given within a year, and over all that is owed by now. One query.

    Whoever is left in peace is not counted as owed: nobody is reminded of them.
    """
    given = given_within(now - YEAR, now)
    waived = Q(state=ThanksState.WAIVED, closed_at__gt=now - YEAR, closed_at__lte=now)
    owed = Q(state=ThanksState.DUE, advocate__contact__rests="")
    found = ThankYou.objects.aggregate(
        took=Median(TOOK, filter=given),
        given=Count("pk", filter=given),
        waived=Count("pk", filter=waived),
        owed=Count("pk", filter=owed),
        since=Min("owed_at", filter=owed),
    )
    return HowSoon(
        median_days=in_days(found["took"]),
        given=found["given"],
        waived=found["waived"],
        owed=found["owed"],
        owed_since=found["since"],
    )


def gift_totals(*, business: Business, first: date, until: date) -> Sequence[GiftTotal]:
    """For each person what gifts cost from `first` to the day before `until`, by name.

    For whoever reckons the tax of a year, wherever that begins. Two queries.
    """
    zone = ZoneInfo(business.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, until))
    rows = (
        ThankYou.objects.gifts_between(begin, end)
        .values("advocate__contact", "gift_currency")
        .annotate(amount=Sum("gift_cost"), count=Count("pk"))
        .order_by("gift_currency")
    )
    sums = list(rows)
    people = Contact.objects.in_bulk([row["advocate__contact"] for row in sums])
    totals = [
        GiftTotal(
            people[row["advocate__contact"]], row["gift_currency"], row["amount"], row["count"]
        )
        for row in sums
    ]
    return sorted(totals, key=lambda total: (total.contact.name_key, str(total.contact.pk)))


def in_days(took: timedelta | None) -> float | None:
    return None if took is None else round(took / timedelta(days=1), 1)
