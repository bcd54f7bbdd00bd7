"""Things for the owner to do on a day."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from businesses.models import Membership, TenantForeignKey, TenantModel
from contacts.models import Contact
from outreach.querysets import ReminderQuerySet

LONGEST_REASON = 200
# What such a reminder is about is settled by looking at it, not by speaking with somebody.
_SETTLED_BY_LOOKING = frozenset({"steptaken", "ask", "testimonial", "reward", "creditclaim"})


class ReminderKind(models.TextChoices):
    PUT_RIGHT = "put_right", "Put right"
    THANK = "thank", "Thank"
    FOLLOW_UP = "follow_up", "Follow up"
    ASK = "ask", "Ask"
    KEEP_IN_TOUCH = "keep_in_touch", "Keep in touch"
    REWARD = "reward", "Reward"


class Reminder(TenantModel):
    """Something to do for a person. Done by hand, or closed when the thing itself has happened."""

    kind = models.CharField(max_length=13, choices=ReminderKind)
    contact = TenantForeignKey(Contact, models.CASCADE, related_name="reminders")
    subject_label = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    # Whose it is; nobody's is everybody's. The database empties it when a member leaves.
    assignee = TenantForeignKey(
        Membership, models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    text = models.CharField(max_length=300, blank=True)
    dedupe = models.CharField(max_length=120, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Why somebody let it go; it is closed by that.
    skipped_because = models.CharField(max_length=LONGEST_REASON, blank=True)

    objects: ClassVar[ReminderQuerySet] = ReminderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["business", "due_on"],
                condition=Q(done_at=None, closed_at=None),
                name="reminder_open",
            ),
            models.Index(
                fields=["business", "subject_label", "subject_id"], name="reminder_subject"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "dedupe"], condition=~Q(dedupe=""), name="reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReminderKind.values), name="reminder_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(subject_label="", subject_id__isnull=True)
                | (~Q(subject_label="") & Q(subject_id__isnull=False)),
                name="reminder_subject_whole",
            ),
            models.CheckConstraint(
                condition=Q(skipped_because="") | Q(closed_at__isnull=False),
                name="reminder_skipped_is_closed",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Neither done, nor skipped, nor closed by the thing itself having happened."""
        return self.done_at is None and self.closed_at is None

    @property
    def is_about_a_draft(self) -> bool:
        """Whether it leads to a letter that waits for a look."""
        return self.subject_label == "steptaken"

    @property
    def is_about_an_ask(self) -> bool:
        """Whether it wants to know if somebody has answered an ask."""
        return self.subject_label == "ask"

    @property
    def may_be_spoken_about(self) -> bool:
        """Whether speaking with them may be what it wants: then *We spoke* comes before *Done*."""
        if self.kind in {ReminderKind.PUT_RIGHT, ReminderKind.ASK}:
            return False
        return self.subject_label not in _SETTLED_BY_LOOKING

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.due_on}"
