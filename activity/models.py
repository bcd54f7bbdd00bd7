"""The history of everything, which is also the queue that later reactions and webhooks read."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from activity.actors import ActorKind
from businesses.models import TenantForeignKey, TenantRow
from businesses.moves import NotPossibleNow

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=15)


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, row: models.Model) -> Self:
        """What concerns this row, be it the subject or mentioned; newest first."""
        return self.filter(
            mentions__label=row._meta.model_name, mentions__about_id=row.pk
        ).order_by("-mentions__recorded_at", "-mentions__event_id")

    def numbered_after(self, position: int) -> Self:
        """What was committed after `position`, in the order of commits that every reader sees."""
        return self.filter(position__gt=position).order_by("position")


class Event(TenantRow):
    """Something that happened: `introduction.accepted`. Never changed, never deleted by us.

    The payload holds ids, enums, amounts and field names, and never a name, an address or free
    text: those live in rows that an erasure can empty.
    """

    name = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=12, choices=ActorKind)
    actor_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    # Null until the sequencer has seen the row committed: neither a sequence nor UUIDv7 is commit
    # order, and a reader that went by either would skip what commits late.
    position = models.BigIntegerField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["business", "subject_label", "subject_id"], name="event_subject"),
            models.Index(fields=["business", "position"], name="event_feed"),
            models.Index(
                fields=["recorded_at", "id"], condition=Q(position=None), name="event_unnumbered"
            ),
        ]
        constraints = [
            # One sequence for all businesses: a position says when, not whose.
            models.UniqueConstraint(fields=["position"], name="event_position_once"),
            models.CheckConstraint(
                condition=Q(actor_kind__in=ActorKind.values), name="event_actor_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_id}"

    @property
    def area(self) -> str:
        """`introduction` of `introduction.accepted`."""
        return self.name.partition(".")[0]


class Mention(TenantRow):
    """That an event concerns a row: one for the subject, one for each further person or thing."""

    event = TenantForeignKey(Event, models.CASCADE, related_name="mentions")
    label = models.CharField(max_length=40)
    about_id = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["business", "label", "about_id", "-recorded_at", "-event"],
                name="mention_timeline",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "event", "label", "about_id"], name="mention_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.about_id}"


class ReactionState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state=ReactionState.WAITING, due_at__lte=now)

    def failed(self) -> Self:
        return self.filter(state=ReactionState.FAILED)


class Reaction(TenantRow):
    """Something that follows from an event and can wait for a worker.

    Written with the event, so that it can neither be lost nor run for what was never committed.
    """

    event = TenantForeignKey(Event, models.CASCADE, related_name="reactions")
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=ReactionState, default=ReactionState.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_problem = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="reaction_due"),
            models.Index(
                fields=["business", "due_at"], condition=Q(state="failed"), name="reaction_failed"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "event", "handler"], name="reaction_once_an_event"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReactionState.values), name="reaction_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ({self.state})"

    def finish(self, *, now: datetime) -> None:
        self.state = ReactionState.DONE
        self.done_at = now

    def try_again(self, *, now: datetime) -> None:
        """Due at once, as if never tried. Raises `NotPossibleNow` unless it rests as failed."""
        if self.state != ReactionState.FAILED:
            raise NotPossibleNow
        self.state = ReactionState.WAITING
        self.due_at = now
        self.attempts = 0

    def put_off(self, *, problem: str, now: datetime) -> None:
        """Try again later, each time a little later; after eight tries rest as failed."""
        self.attempts += 1
        self.last_problem = problem[:200]
        if self.attempts >= MOST_ATTEMPTS:
            self.state = ReactionState.FAILED
        self.due_at = now + FIRST_WAIT * 2**self.attempts
