"""What Today says about how things stand: one function for each number or list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)

from businesses.models import Business
from contacts.models import Contact
from contacts.states import Circle
from feedback.models import FIRST_PROMOTING, Feedback
from introductions.models import Ask
from introductions.states import AskState
from outreach.models import Reminder, ReminderKind
from referrals.models import ClosedBusiness, ThankYou
from referrals.states import ThanksState

YEAR = timedelta(days=365)
# An ask rests so long before the next one to the same person.
BETWEEN_ASKS = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked, and why, in a sentence."""

    contact: Contact
    because: str
    last_asked_at: datetime | None


def worth_asking(*, now: datetime, today: date, at_most: int = 3) -> Sequence[Candidate]:
    """People of the two nearest circles who are happy with us and were not asked lately.

    Left alone: whoever is left in peace, said stop, has something to put right, waits for our
    thanks, was asked within twelve weeks, or has no address. The happy answer last given comes
    first. One query.
    """
    answers = Feedback.objects.filter(contact=OuterRef("pk")).order_by("-answered_at")
    asks = Ask.objects.filter(advocate__contact=OuterRef("pk")).exclude(
        state__in=[AskState.DRAFT, AskState.WITHDRAWN]
    )
    open_reminders = Reminder.objects.open().filter(contact=OuterRef("pk"))
    resting = open_reminders.filter(
        Q(kind=ReminderKind.PUT_RIGHT) | Q(kind=ReminderKind.ASK, due_on__gt=today)
    )
    found = (
        Contact.objects.filter(circle__in=[Circle.INNER, Circle.CLOSE], rests="")
        .exclude(email="")
        .annotate(
            last_score=Subquery(answers.values("score")[:1]),
            last_answer_at=Subquery(answers.values("answered_at")[:1]),
            last_asked_at=Subquery(asks.order_by("-sent_at").values("sent_at")[:1]),
        )
        .filter(
            ~Exists(resting),
            ~Exists(ThankYou.objects.due().filter(advocate__contact=OuterRef("pk"))),
            Q(last_asked_at=None) | Q(last_asked_at__lt=now - BETWEEN_ASKS),
            Q(advocates__stopped_at=None),
            Q(last_score__gte=FIRST_PROMOTING, last_answer_at__gte=now - YEAR)
            | Q(last_score=None, circle=Circle.INNER, customer_since__isnull=False),
        )
        .order_by(F("last_answer_at").desc(nulls_last=True), "name_key", "id")
    )
    return [
        Candidate(row, _because(row, now), getattr(row, "last_asked_at", None))
        for row in found[:at_most]
    ]


def _because(row: Contact, now: datetime) -> str:
    answered_at: datetime | None = getattr(row, "last_answer_at", None)
    if answered_at is None:
        return f"has been a customer since {row.customer_since:%Y} and is in your inner circle."
    if now - answered_at < timedelta(days=31):
        return "was very happy with you this month."
    return "was very happy with you when you last asked."


@dataclass(frozen=True, slots=True)
class Figures:
    """The few numbers beside Today; None where there is nothing to count yet."""

    # Mean days until thanked, over thanks given in the last year and in the year before.
    days_until_thanked: float | None
    days_until_thanked_before: float | None
    # The inner circle, and how many of it are due to hear from us.
    inner_circle: int
    inner_waiting: int
    # Per cent of the last year's money that came by introduction, in the business's own currency:
    # unlike ones are never summed.
    share_by_introduction: int | None


def figures(*, business: Business, now: datetime, today: date) -> Figures:
    """All of them in one query: Today is opened between two customers."""
    took = Avg(ExpressionWrapper(F("closed_at") - F("owed_at"), output_field=DurationField()))
    given = ThankYou.objects.filter(state=ThanksState.GIVEN)
    inner = Contact.objects.filter(circle=Circle.INNER)
    money = ClosedBusiness.objects.filter(closed_on__gt=today - YEAR, currency=business.currency)
    found = (
        Business.objects.values("pk")
        .annotate(
            lately=_one(given.filter(closed_at__gte=now - YEAR), took),
            before=_one(
                given.filter(closed_at__gte=now - 2 * YEAR, closed_at__lt=now - YEAR), took
            ),
            people=_one(inner, Count("pk")),
            waiting=_one(inner.filter(next_touch_on__lt=today), Count("pk")),
            total=_one(money, Sum("amount")),
            sent=_one(money.filter(referral__isnull=False), Sum("amount")),
        )
        .get(pk=business.pk)
    )
    total, sent = found["total"], found["sent"] or 0
    return Figures(
        days_until_thanked=_days(found["lately"]),
        days_until_thanked_before=_days(found["before"]),
        inner_circle=found["people"] or 0,
        inner_waiting=found["waiting"] or 0,
        share_by_introduction=round(100 * sent / total) if total else None,
    )


def _one(rows: "QuerySet[Any]", number: Aggregate) -> Subquery:
    """One number over all these rows of the business; null where there are none."""
    return Subquery(rows.order_by().values("business_id").annotate(n=number).values("n"))


def _days(took: timedelta | None) -> float | None:
    return None if took is None else round(took / timedelta(days=1), 1)
