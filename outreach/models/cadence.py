"""Follow-up plans: what is done, in which order, until its purpose is met."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from activity.subjects import Subject
from businesses.models import TenantForeignKey, TenantModel
from contacts.models import Contact
from outreach.models.message import Message
from outreach.models.reminder import Reminder, ReminderKind
from outreach.querysets import EnrolmentQuerySet, StepTakenQuerySet
from outreach.states import NEVER_LEFT, MessageState

LONGEST_DELAY = 730
# A plan about a day of the year begins so long before it at most.
LONGEST_BEFORE = 180
LONGEST_WORDS = 4000


class Trigger(models.TextChoices):
    """What a plan begins with."""

    BY_HAND = "by_hand", "when you begin it for somebody"
    HANDSHAKE = "handshake", "when somebody was introduced to you"
    MET = "met", "when you have met somebody who was sent to you"
    WON = "won", "when it became business with somebody who was sent to you"
    LOST = "lost", "when nothing came of somebody who was sent to you"
    ASK_SENT = "ask_sent", "when you have asked somebody for an introduction, until they answer"
    THANKS_INTRODUCTION = "thanks_introduction", "when you owe thanks for an introduction"
    THANKS_WIN = "thanks_win", "when you owe thanks for business"
    ADVOCATE_WAITS = "advocate_waits", "when somebody introduced you to a person"
    TOUCH_DUE = "touch_due", "when somebody of your inner circle has waited for a week"
    PARTNER_QUIET = "partner_quiet", "when a partner firm has been quiet for 60 days"
    ANNIVERSARY = "anniversary", "each year, about the day of somebody's first introduction"
    FEEDBACK = "feedback", "when somebody says how likely they are to recommend you"
    NEW_CUSTOMER = "new_customer", "when somebody becomes a customer, introduced or not"


class Answers(models.TextChoices):
    """Which answers begin a plan that begins with one; 0 to 10, as `feedback` counts them."""

    ANY = "any", "any answer"
    PROMOTER = "promoter", "9 or 10"
    PASSIVE = "passive", "7 or 8"
    DETRACTOR = "detractor", "0 to 6"


# What such a plan says leaves within the letter for thanks.
THANKS_TRIGGERS = frozenset({Trigger.THANKS_INTRODUCTION, Trigger.THANKS_WIN})


class StepKind(models.TextChoices):
    LETTER = "letter", "A letter"
    REMINDER = "reminder", "A reminder to you"


class Timing(models.TextChoices):
    """How `days` are counted."""

    AFTER = "after", "days later"
    WORKING_DAY = "working_day", "days later, on the next working day"
    BEFORE = "before", "days before the day itself"


class Condition(models.TextChoices):
    ALWAYS = "always", "in any case"
    NO_TOUCH = "no_touch", "only if you have not been in touch since"


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", "Going on"
    FINISHED = "finished", "Came to its end"
    STOPPED = "stopped", "Stopped"


class Outcome(models.TextChoices):
    """What became of a step."""

    DRAFTED = "drafted", "A letter waits for your look"
    SENT = "sent", "Sent"
    REMINDED = "reminded", "You were reminded"
    SKIPPED = "skipped", "Skipped"
    DISMISSED = "dismissed", "Not sent"


_SAID_OF_LETTERS: Mapping[str, str] = {
    MessageState.SCHEDULED: "Waits to leave",
    MessageState.HELD: "Held back",
    MessageState.SENDING: "On its way",
    MessageState.IN_DATA: "On its way",
    MessageState.FAILED: "Not sent: it could not be delivered",
    MessageState.UNCERTAIN: "Perhaps sent",
    MessageState.SUPPRESSED: "Not sent: they want no mail",
    MessageState.CANCELLED: "Not sent: it was called back",
    MessageState.BOUNCED: "Sent, and it came back: it could not be delivered",
    MessageState.COMPLAINED: "Sent, and marked as unwanted",
}


class Cadence(TenantModel):
    """A follow-up plan. `key` names one that was there from the start."""

    key = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=100)
    trigger = models.CharField(max_length=20, choices=Trigger)
    # Of one that begins with an answer; of any other it says nothing.
    answers = models.CharField(
        max_length=9, choices=Answers, default=Answers.ANY, db_default=Answers.ANY
    )
    is_on = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "key"], condition=~Q(key=""), name="cadence_once"
            ),
            models.CheckConstraint(
                condition=Q(trigger__in=Trigger.values), name="cadence_trigger_known"
            ),
            models.CheckConstraint(
                condition=Q(answers=Answers.ANY)
                | Q(trigger=Trigger.FEEDBACK, answers__in=Answers.values),
                name="cadence_answers_of_feedback",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def begins(self) -> str:
        """When it begins, in words: "when you have met"."""
        begins = self.get_trigger_display()
        return begins if self.answers == Answers.ANY else f"{begins}: {self.get_answers_display()}"


class CadenceStep(TenantModel):
    """One step: a letter, or a reminder to the owner.

    `subject` and `words` hold named fields such as `{first_name}`. A letter waits for somebody's
    look, unless `automatic` is set; `reminder_kind` is the list it waits in.
    """

    cadence = TenantForeignKey(Cadence, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    # Its place in the plan as it is at first, once that is not `position`; -1: it was added.
    first_place = models.SmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=StepKind)
    days = models.PositiveSmallIntegerField()
    timing = models.CharField(max_length=11, choices=Timing, default=Timing.AFTER)
    condition = models.CharField(max_length=8, choices=Condition, default=Condition.ALWAYS)
    automatic = models.BooleanField(default=False)
    reminder_kind = models.CharField(
        max_length=13, choices=ReminderKind, default=ReminderKind.FOLLOW_UP
    )
    subject = models.CharField(max_length=200, blank=True)
    words = models.TextField(max_length=LONGEST_WORDS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "cadence", "position"],
                name="step_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="step_kind_known"),
            models.CheckConstraint(
                condition=Q(days__lte=LONGEST_DELAY), name="step_delay_within_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind=StepKind.LETTER) | Q(automatic=False), name="step_letters_leave"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.get_kind_display()}"

    @property
    def place_at_first(self) -> int:
        """Where in the original plan it stood; a place that this does not have: it was added."""
        return self.position if self.first_place is None else self.first_place

    @property
    def waits_for_a_look(self) -> bool:
        return self.kind == StepKind.LETTER and not self.automatic


class Enrolment(TenantModel):
    """One person on one plan, because of one thing. `dedupe` makes it one for ever, unless its
    purpose was met: then the same thing may begin it anew."""

    cadence = TenantForeignKey(Cadence, models.CASCADE, related_name="enrolments")
    contact = TenantForeignKey(Contact, models.CASCADE, related_name="enrolments")
    subject_label = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    # The day that `before` counts back from.
    anchor_on = models.DateField(null=True, blank=True)
    # Since when the days until the next step count, where that is later than the step before.
    counted_from = models.DateTimeField(null=True, blank=True)
    # When we were first in touch after it began, otherwise than by what is logged: by a letter. Of
    # one that only waits for that also by what was logged later than it happened.
    touched_at = models.DateTimeField(null=True, blank=True)
    dedupe = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    reason = models.CharField(max_length=200, blank=True)
    next_position = models.PositiveSmallIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[EnrolmentQuerySet] = EnrolmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=EnrolmentState.ACTIVE), name="enrolment_due"
            ),
            models.Index(
                fields=["business", "subject_label", "subject_id"], name="enrolment_subject"
            ),
            # The latest of a plan, a page at a time.
            models.Index(fields=["business", "cadence", "id"], name="enrolment_of_plan"),
            # In the order in which they are taken: what fell due first, and of that the eldest.
            models.Index(fields=["business", "state", "due_at", "id"], name="enrolment_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "cadence", "dedupe"], name="enrolment_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=EnrolmentState.ACTIVE,
                    due_at__isnull=False,
                    next_position__isnull=False,
                    closed_at__isnull=True,
                )
                | (
                    ~Q(state=EnrolmentState.ACTIVE)
                    & Q(due_at__isnull=True, next_position__isnull=True, closed_at__isnull=False)
                ),
                name="enrolment_active_while_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadence_id} for {self.contact_id}"

    @property
    def about(self) -> Subject:
        """What it began with: a referral, an ask, thanks owed, a person."""
        return Subject(self.subject_label, self.subject_id)

    @property
    def steps_to_come(self) -> Sequence[CadenceStep]:
        """What is left for them of the plan, in order; also what they had before it was moved.

        Read with the plan's steps.
        """
        first = self.next_position
        if first is None:
            return []
        left = [one for one in self.cadence.steps.all() if one.position >= first]
        return sorted(left, key=lambda one: one.position)

    @property
    def next_step(self) -> CadenceStep | None:
        """What comes next; None where nothing is left. Read with the plan's steps and `taken`."""
        return next(
            (one for one in self.steps_to_come if one.position not in self.places_had), None
        )

    @property
    def places_had(self) -> set[int]:
        """Of which steps something became already. Read with `taken`."""
        return {one.position for one in self.taken.all()}

    @property
    def next_step_id(self) -> UUID | None:
        return self.next_step.pk if self.next_step else None


class StepTaken(TenantModel):
    """What became of one step for one person. A letter that waits for a look has its words here."""

    enrolment = TenantForeignKey(Enrolment, models.CASCADE, related_name="taken")
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    reason = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    message = TenantForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="+")
    reminder = TenantForeignKey(Reminder, models.CASCADE, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[StepTakenQuerySet] = StepTakenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "enrolment", "position"], name="step_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="step_taken_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.get_outcome_display()}"

    @property
    def became(self) -> Outcome:
        """The outcome by now: a letter that was let go and never left is not sent."""
        return Outcome.DISMISSED if self._letter in NEVER_LEFT else Outcome(self.outcome)

    @property
    def said(self) -> str:
        """What became of it, in words."""
        outcome = Outcome(self.outcome)
        return _SAID_OF_LETTERS.get(self._letter, str(outcome.label))

    @property
    def note(self) -> str:
        """Why, beside what is said: as somebody wrote it, or as the mail server answered."""
        has_failed = self.message is not None and self._letter in NEVER_LEFT
        return self.reason or (self.message.last_reason if has_failed and self.message else "")

    @property
    def why(self) -> str:
        """Why it was left out or not sent; empty where it was."""
        if self.became == self.outcome:
            return self.reason
        return f"{self.said}. {self.note}".strip()

    @property
    def _letter(self) -> str:
        """How it stands with the letter that was let go; empty where there is none."""
        is_known = self.outcome == Outcome.SENT and self.message is not None
        return self.message.state if is_known and self.message else ""
