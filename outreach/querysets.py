"""Adjectives for letters and reminders; they chain."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When

from businesses.models import Membership
from outreach.states import (
    CANCELLABLE,
    NEEDING_ATTENTION,
    MailKind,
    MessageState,
    RecipientState,
)

if TYPE_CHECKING:
    from outreach.models import (  # noqa: F401  # named in strings below
        Enrolment,
        Message,
        Reminder,
        StepTaken,
        Suppression,
    )


class MessageQuerySet(models.QuerySet["Message"]):
    def regarding(self, row: models.Model) -> Self:
        """Letters whose subject is this row."""
        return self.filter(subject_label=row._meta.model_name, subject_id=row.pk)

    def cancellable(self) -> Self:
        """Letters of which nothing has left yet."""
        return self.filter(state__in=CANCELLABLE)

    def held(self) -> Self:
        """Letters that wait for a release, not for a time."""
        return self.filter(state=MessageState.HELD)

    def needing_attention(self) -> Self:
        """Letters that failed, may have been sent, or were refused to one of several recipients."""
        refused = Q(state=MessageState.SENT, recipients__state=RecipientState.FAILED)
        return self.filter(Q(state__in=NEEDING_ATTENTION) | refused).distinct()


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def open(self) -> Self:
        """Neither done nor closed by the thing itself having happened."""
        return self.filter(done_at=None, closed_at=None)

    def over(self) -> Self:
        """Done, or closed by the thing itself having happened."""
        return self.exclude(done_at=None, closed_at=None)

    def due(self, today: date) -> Self:
        """For today or earlier, by the business's day; the oldest first."""
        return self.filter(due_on__lte=today).order_by("due_on", "created_at", "id")

    def of_member(self, member: Membership) -> Self:
        """Theirs, and everybody's."""
        return self.filter(Q(assignee=member) | Q(assignee=None))

    def theirs_first(self, member: Membership) -> Self:
        """What was handed to this member first, then everybody's, then the others'."""
        whose = Case(When(assignee=member, then=0), When(assignee=None, then=1), default=2)
        return self.order_by(whose, *self.query.order_by)

    def regarding(self, row: models.Model) -> Self:
        """Reminders whose subject is this row."""
        return self.filter(subject_label=row._meta.model_name, subject_id=row.pk)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> Self:
        return self.filter(state="active")

    def due(self, now: datetime) -> Self:
        """Those with a step to take by now."""
        return self.active().filter(due_at__lte=now)

    def regarding(self, row: models.Model) -> Self:
        """Those that began because of this row."""
        return self.filter(subject_label=row._meta.model_name, subject_id=row.pk)

    def for_list(self) -> Self:
        """With whom, on which plan, and what was done, in three queries however many rows."""
        taken = apps.get_model("outreach", "StepTaken").objects.with_letter()
        return self.select_related("contact", "cadence").prefetch_related(
            Prefetch("taken", taken.order_by("created_at", "id")), "cadence__steps"
        )


class StepTakenQuerySet(models.QuerySet["StepTaken"]):
    def waiting(self) -> Self:
        """Letters that wait for somebody's look."""
        return self.filter(outcome="drafted")

    def to_be_in_touch(self) -> Self:
        """Reminders to ring or meet somebody: on the list for that, or wanted in silence only."""
        in_silence = apps.get_model("outreach", "CadenceStep").objects.filter(
            cadence=OuterRef("enrolment__cadence"),
            position=OuterRef("position"),
            condition="no_touch",
        )
        to_ring = Q(reminder__kind="keep_in_touch") | Exists(in_silence)
        return self.filter(to_ring, ~Q(reminder__subject_label="ask"), outcome="reminded")

    def with_letter(self) -> Self:
        """With how it stands with the letter that was let go, but not with what that says."""
        return self.select_related("message").defer(
            "message__text", "message__html", "message__calendar", "message__subject"
        )


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def stopping(self, kind: str) -> Self:
        """What keeps a letter of this kind back: a stop of all mail, or of the kind."""
        return self.filter(kind__in={MailKind.ALL, kind})
