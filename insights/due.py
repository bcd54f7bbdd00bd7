"""What is due, each part in one query: Today, the morning letter and the API tell alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import RowNumber

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
    count: int = 0
    # All of it, and the column that says whose it is; none where each row is a person.
    all: "QuerySet[Any] | None" = None
    whose: str = ""

    @property
    def more(self) -> int:
        """How many are not among the rows."""
        return self.count - len(self.rows)

    @property
    def people(self) -> int:
        """One query, and none as long as the rows are all there is."""
        if self.all is None:
            return self.count
        if not self.more:
            return len({getattr(row, f"{self.whose}_id") for row in self.rows})
        return self.all.order_by().values(self.whose).distinct().count()

    def __bool__(self) -> bool:
        return self.count > 0


def counted(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Each with `in_all`: how many there are, also where only the first are read."""
    all_of_them: QuerySet[Any] = rows.annotate(in_all=Window(Count("pk")))
    return all_of_them


def reminders_due(
    due: ReminderQuerySet, *, at_most: int, beside_debts: bool = True
) -> tuple[Part[Reminder], Part[Reminder]]:
    """What is to be put right, and all else to be done, of these reminders and in their order.

    So much of each: what is old of one kind hides nothing of the other. With `beside_debts` a
    letter of thanks that waits for a look is left out, since it stands with what is owed.
    """
    if beside_debts:
        due = due.exclude(Exists(_drafts_for_debts()), kind=ReminderKind.THANK)
    is_wrong = Q(kind=ReminderKind.PUT_RIGHT)
    each = [ExpressionWrapper(is_wrong, BooleanField())]
    ordering: Any = due.query.order_by
    rows = with_answers(due).annotate(
        in_all=Window(Count("pk"), partition_by=each),
        place=Window(RowNumber(), partition_by=each, order_by=ordering),
    )
    # The first of both, then the second of both: so many of either are among twice as many.
    found = list(rows.order_by("place")[: 2 * at_most])
    wrong = [row for row in found if row.kind == ReminderKind.PUT_RIGHT][:at_most]
    rest = [row for row in found if row.kind != ReminderKind.PUT_RIGHT][:at_most]
    return (
        _part(wrong, due.filter(is_wrong), "contact"),
        _part(rest, due.exclude(is_wrong), "contact"),
    )


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
    rows = counted(owed).annotate(letter=Subquery(drafted.order_by("id").values("pk")[:1]))
    return _part(list(rows[:at_most]), owed, "advocate")


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
    rows = counted(touches_due(today).select_related("company"))
    return _part(list(rows[:at_most]))


def _part(rows: Sequence[Row], every: "QuerySet[Any] | None" = None, whose: str = "") -> Part[Row]:
    count: int = getattr(rows[0], "in_all", 0) if rows else 0
    return Part(rows, count, every, whose)


def _drafts_for_debts() -> "QuerySet[StepTaken]":
    """The drafted letter that a reminder leads to, where it thanks for what is owed still."""
    of_debts = Q(enrolment__subject_id__in=ThankYou.objects.due().values("pk"))
    return StepTaken.objects.filter(of_debts, pk=OuterRef("subject_id"))
