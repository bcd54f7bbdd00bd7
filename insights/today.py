"""What Today says about how things stand: one function for each number or list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import (
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
)

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

    Left alone: whoever said stop, has something to put right, was asked within twelve weeks, or
    has no address. The happiest answer last given comes first. One query.
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
        Contact.objects.filter(circle__in=[Circle.INNER, Circle.CLOSE])
        .exclude(email="")
        .annotate(
            last_score=Subquery(answers.values("score")[:1]),
            last_answer_at=Subquery(answers.values("answered_at")[:1]),
            last_asked_at=Subquery(asks.order_by("-sent_at").values("sent_at")[:1]),
        )
        .filter(
            ~Exists(resting),
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
        return f"is a customer of your inner circle since {row.customer_since:%Y}."
    if now - answered_at < timedelta(days=31):
        return "was very happy with you this month."
    return "was very happy with you when you last asked."


@dataclass(frozen=True, slots=True)
class Thanking:
    """Days until thanked: over the last year and the year before; None where nobody was."""

    days: float | None
    days_a_year_ago: float | None


def days_until_thanked(*, now: datetime) -> Thanking:
    """The mean over thanks given in each of the two years. One query."""
    took = ExpressionWrapper(F("closed_at") - F("owed_at"), output_field=DurationField())
    found = ThankYou.objects.filter(
        state=ThanksState.GIVEN, closed_at__gte=now - 2 * YEAR
    ).aggregate(
        lately=Avg(took, filter=Q(closed_at__gte=now - YEAR)),
        before=Avg(took, filter=Q(closed_at__lt=now - YEAR)),
    )
    return Thanking(_days(found["lately"]), _days(found["before"]))


def _days(took: timedelta | None) -> float | None:
    return None if took is None else round(took / timedelta(days=1), 1)


@dataclass(frozen=True, slots=True)
class InnerCircle:
    """How many are in it, and how many of them are due to hear from us."""

    people: int
    waiting: int


def inner_circle(*, today: date) -> InnerCircle:
    """One query."""
    found = Contact.objects.filter(circle=Circle.INNER).aggregate(
        people=Count("pk"), waiting=Count("pk", filter=Q(next_touch_on__lt=today))
    )
    return InnerCircle(found["people"], found["waiting"])


def share_by_introduction(*, today: date, currency: str) -> int | None:
    """Per cent of the last year's money that came by introduction; None with no money. One query.

    In the business's own currency only: unlike ones are never summed.
    """
    found = ClosedBusiness.objects.filter(closed_on__gt=today - YEAR, currency=currency).aggregate(
        total=Sum("amount"), sent=Sum("amount", filter=Q(referral__isnull=False), default=0)
    )
    return round(100 * found["sent"] / found["total"]) if found["total"] else None
