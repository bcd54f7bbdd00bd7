"""What Today says about how things stand: one function for each number or list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from businesses.models import Business
from contacts.models import Contact
from contacts.states import Circle
from feedback.models import FIRST_PROMOTING
from insights.gratitude import MEDIAN_TOOK, given_within, in_days
from insights.readiness import YEAR, Readiness, Standing, judged, with_known
from insights.shares import Share, share_of, sums_by_introduction
from introductions.gate import AsksPaused, counts_of_unhappy, pause_from
from outreach.models import Suppression
from outreach.states import MailKind
from referrals.models import ThankYou

# So many are looked at to find the few whom Today proposes.
JUDGED = 50


def worth_asking(
    *, business: Business, now: datetime, today: date, at_most: int = 3
) -> Sequence[Standing]:
    """Who of the two nearest circles is ready, by the rules of `insights.readiness`.

    The happy answer last given comes first. One query: it leaves out those who are surely not
    ready, and so many are judged that a few are found.
    """
    stopped = Suppression.objects.stopping(MailKind.ASKS).filter(contact=OuterRef("pk"))
    near = Contact.objects.filter(circle__in=[Circle.INNER, Circle.CLOSE], rests="")
    rows = (
        with_known(near.exclude(email=""), now=now)
        .filter(
            ~Exists(stopped),
            Q(last_score__gte=FIRST_PROMOTING, last_answer_at__gte=now - YEAR)
            | Q(happy_on__gt=today - YEAR)
            | Q(last_score=None, circle=Circle.INNER, customer_since__isnull=False),
            Q(ask_later_on=None) | Q(ask_later_on__lte=today),
            Q(not_before=None) | Q(not_before__lte=today),
            Q(last_asked_at=None)
            | Q(last_asked_at__lt=now - timedelta(weeks=business.weeks_between_asks - 1)),
            Q(is_owed_thanks=False, is_waiting=False, wrong_by_hand=False, stopped_at=None),
        )
        .order_by(F("last_answer_at").desc(nulls_last=True), "name_key", "id")
    )
    found = (judged(row, business=business, pause=None, now=now) for row in rows[:JUDGED])
    return list(islice((one for one in found if one.readiness == Readiness.READY), at_most))


@dataclass(frozen=True, slots=True)
class Figures:
    """The few numbers beside Today; None where there is nothing to count yet."""

    # Median days until thanked, over thanks given in the last year and in the year before.
    days_until_thanked: float | None
    days_until_thanked_before: float | None
    # The inner circle, and how many of it are due to hear from us.
    inner_circle: int
    inner_waiting: int
    # Of the last year's money, what came by introduction.
    share: Share
    # Why nobody is to be asked just now; None while people may be.
    pause: AsksPaused | None


def figures(*, business: Business, now: datetime, today: date) -> Figures:
    """All of them in one query: Today is opened between two customers."""
    thanks = ThankYou.objects.all()
    inner = Contact.objects.filter(circle=Circle.INNER)
    day = timedelta(days=1)
    wrongs, unhappy = counts_of_unhappy()
    found = (
        Business.objects.values("pk")
        .annotate(
            lately=_one(thanks.filter(given_within(now - YEAR, now)), MEDIAN_TOOK),
            before=_one(thanks.filter(given_within(now - 2 * YEAR, now - YEAR)), MEDIAN_TOOK),
            people=_one(inner, Count("pk")),
            waiting=_one(inner.filter(next_touch_on__lt=today), Count("pk")),
            came=sums_by_introduction(
                business=business, first=today - YEAR + day, until=today + day
            ),
            wrongs=wrongs,
            unhappy=unhappy,
        )
        .get(pk=business.pk)
    )
    return Figures(
        days_until_thanked=in_days(found["lately"]),
        days_until_thanked_before=in_days(found["before"]),
        inner_circle=found["people"] or 0,
        inner_waiting=found["waiting"] or 0,
        share=share_of(found["came"], business),
        pause=pause_from(found["wrongs"], found["unhappy"]),
    )


def _one(rows: "QuerySet[Any]", number: Aggregate) -> Subquery:
    """One number over all these rows of the business; null where there are none."""
    return Subquery(rows.order_by().values("business_id").annotate(n=number).values("n"))
