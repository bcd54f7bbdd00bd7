"""How customers answered when they were asked how it was: how many answer, and what, by month.

Numbers of people, never a mark for one, and no mean: a few who were let down are not made good by
many who were not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from businesses import clock
from businesses.models import Business
from feedback.models import FIRST_CONTENT, FIRST_PROMOTING, Feedback
from feedback.services import questions_asked
from insights.month import month_before

MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthOfAnswers:
    """The answers of a month, by its first day."""

    first: date
    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Twelve months, this one included, newest first; and who of those asked has answered."""

    since: date
    asked: int
    answered: int
    months: Sequence[MonthOfAnswers]

    @property
    def response_rate(self) -> int | None:
        """Per cent of those asked; None where nobody was."""
        return round(100 * self.answered / self.asked) if self.asked else None


def how_it_was(*, business: Business, now: datetime) -> Satisfaction:
    """In two queries. An answer that became another counts as the other, and nobody was asked whose
    letter never left."""
    firsts = _months(clock.today(business, now))
    zone = ZoneInfo(business.timezone)
    begin = datetime.combine(firsts[-1], time(), zone)
    asked = (
        questions_asked()
        .filter(asked_at__gte=begin)
        .aggregate(asked=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False)))
    )
    counted = (
        standing_answers()
        .filter(answered_at__gte=begin)
        .annotate(month=TruncMonth("answered_at", tzinfo=zone))
        .order_by()
        .values("month")
        .annotate(
            promoters=Count("pk", filter=Q(score__gte=FIRST_PROMOTING)),
            detractors=Count("pk", filter=Q(score__lt=FIRST_CONTENT)),
            all=Count("pk"),
        )
    )
    found = {
        row["month"].date(): MonthOfAnswers(
            row["month"].date(),
            promoters=row["promoters"],
            passives=row["all"] - row["promoters"] - row["detractors"],
            detractors=row["detractors"],
        )
        for row in counted
    }
    months = [found.get(first, MonthOfAnswers(first)) for first in firsts]
    return Satisfaction(firsts[-1], asked["asked"], asked["answered"], months)


def standing_answers() -> "QuerySet[Feedback]":
    """Without those that became another answer to the same question."""
    later = Feedback.objects.filter(
        request=OuterRef("request"), answered_at__gt=OuterRef("answered_at")
    )
    return Feedback.objects.filter(~Exists(later))


def _months(today: date) -> list[date]:
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append(month_before(firsts[-1]))
    return firsts
