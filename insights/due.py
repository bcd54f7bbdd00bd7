"""What is due, each part in one query: Today, the morning letter and the API tell alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Self, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery

from contacts.models import Contact
from contacts.querysets import ContactQuerySet
from feedback.models import Feedback
from outreach.models import Reminder, ReminderKind, StepTaken
from outreach.querysets import ReminderQuerySet
from referrals.models import ThankYou

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The first of what is due, how much there is in all, and how many people that is about."""

    rows: Sequence[Row]
    count: int
    people: int

    @property
    def more(self) -> int:
        """How many are not among the rows."""
        return self.count - len(self.rows)

    def __bool__(self) -> bool:
        return self.count > 0

    @classmethod
    def of(cls, rows: Sequence[Row], counted_as: str) -> Self:
        """Each row knows how many there are: see `_counted`."""
        if not rows:
            return cls(rows, 0, 0)
        count: int = getattr(rows[0], f"{counted_as}_count")
        people: int = getattr(rows[0], f"{counted_as}_people")
        return cls(rows, count, people)


def reminders_due(
    due: ReminderQuerySet, *, at_most: int, beside_debts: bool = True
) -> tuple[Part[Reminder], Part[Reminder]]:
    """What is to be put right, and all else to be done, of these reminders and in their order.

    So much of each: what is old of one kind hides nothing of the other. With `beside_debts` a
    letter of thanks that waits for a look is left out, since it stands with what is owed.
    """
    wrong, rest = due.filter(kind=ReminderKind.PUT_RIGHT), due.exclude(kind=ReminderKind.PUT_RIGHT)
    if beside_debts:
        rest = rest.exclude(Exists(_drafts_for_debts()), kind=ReminderKind.THANK)
    first = Q(pk__in=wrong.values("pk")[:at_most]) | Q(pk__in=rest.values("pk")[:at_most])
    found = with_answers(due.filter(first)).annotate(
        **_counted("wrong", wrong, "contact"), **_counted("rest", rest, "contact")
    )
    rows = list(found)
    to_put_right = [row for row in rows if row.kind == ReminderKind.PUT_RIGHT]
    others = [row for row in rows if row.kind != ReminderKind.PUT_RIGHT]
    return Part.of(to_put_right, "wrong"), Part.of(others, "rest")


def with_answers(reminders: ReminderQuerySet) -> ReminderQuerySet:
    """Each with its person, whose it is, and the answer that calls for it: `score` and `why`."""
    answer = Feedback.objects.filter(pk=OuterRef("subject_id"))
    return reminders.select_related("contact", "assignee__user").annotate(
        score=Subquery(answer.values("score")), why=Subquery(answer.values("why"))
    )


def thanks_due(*, at_most: int) -> Part[ThankYou]:
    """What is owed, longest first; `letter` is the one that a plan has drafted for it, if any."""
    drafted = StepTaken.objects.waiting().filter(enrolment__subject_id=OuterRef("pk"))
    owed = ThankYou.objects.owed()
    rows = owed.annotate(
        letter=Subquery(drafted.order_by("id").values("pk")[:1]),
        **_counted("owed", _debts(), "advocate"),
    )
    return Part.of(list(rows[:at_most]), "owed")


def touches_due(today: date) -> ContactQuerySet:
    """With whom it is time to be in touch, longest overdue first.

    Without those of whom a reminder says so already, be it due or put off.
    """
    reminded = Reminder.objects.open().filter(
        contact=OuterRef("pk"), kind=ReminderKind.KEEP_IN_TOUCH
    )
    return Contact.objects.due_for_touch(today).filter(~Exists(reminded))


def in_touch_due(today: date, *, at_most: int) -> Part[Contact]:
    """The first of `touches_due`, and how many there are."""
    due = touches_due(today)
    rows = due.select_related("company").annotate(**_counted("due", due, "pk"))
    return Part.of(list(rows[:at_most]), "due")


def how_many(rows: "QuerySet[Any]", of: str) -> Subquery:
    """How many different ones there are of this column, as a number beside any other row."""
    grouped = rows.order_by().values("business_id")
    return Subquery(grouped.annotate(n=Count(of, distinct=True)).values("n"))


def _counted(name: str, rows: "QuerySet[Any]", whose: str) -> dict[str, Subquery]:
    return {f"{name}_count": how_many(rows, "pk"), f"{name}_people": how_many(rows, whose)}


def _debts() -> "QuerySet[ThankYou]":
    return ThankYou.objects.due().filter(advocate__contact__rests="")


def _drafts_for_debts() -> "QuerySet[StepTaken]":
    """The drafted letter that a reminder leads to, where it thanks for what is owed still."""
    of_debts = Q(enrolment__subject_id__in=_debts().values("pk"))
    return StepTaken.objects.filter(of_debts, pk=OuterRef("subject_id"))
