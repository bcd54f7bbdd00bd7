"""What an advocate may add to an introduction: how well they know each other, where to meet."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.db.models.constraints import BaseConstraint

from introductions.states import OPEN, TO_CONFIRM, Depth, IntroductionState, Met, Wants


class Added(models.Model):
    """All of it is optional, and comes after the introduction itself."""

    depth = models.CharField(max_length=8, choices=Depth, blank=True, default="", db_default="")
    wants = models.CharField(
        max_length=7, choices=Wants, default=Wants.STEPS, db_default=Wants.STEPS
    )
    # Where the advocate brings both together: a day, perhaps an hour, and a place.
    meets_on = models.DateField(null=True, blank=True)
    meets_at = models.TimeField(null=True, blank=True)
    meets_place = models.CharField(max_length=200, blank=True, default="", db_default="")

    # How often that day was changed after the handshake, and how it went in the end.
    meeting_moves = models.PositiveSmallIntegerField(default=0, db_default=0)
    met = models.CharField(max_length=10, choices=Met, blank=True, default="", db_default="")
    met_words = models.TextField(max_length=500, blank=True, default="", db_default="")
    met_told_at = models.DateTimeField(null=True, blank=True)

    state: str

    class Meta:
        abstract = True

    @property
    def may_be_added_to(self) -> bool:
        """Until the letter to all three has left; who came by a link is confirmed first."""
        return self.state in OPEN - TO_CONFIRM

    @property
    def is_meeting_planned(self) -> bool:
        return self.meets_on is not None

    def plan_meeting(self, *, on: date | None, at: time | None, place: str) -> None:
        self.meets_on, self.meets_at = on, at if on else None
        self.meets_place = place if on else ""
        self.met, self.met_words, self.met_told_at = "", "", None

    def tell_how_it_went(self, *, met: str, words: str, now: datetime) -> None:
        """What the advocate says of it; it may be said otherwise later."""
        self.met, self.met_words, self.met_told_at = Met(met), words, now

    @property
    def may_tell_of_meeting(self) -> bool:
        """Whether there was, or is, a day on which the advocate brings them together."""
        return self.state == IntroductionState.HANDSHAKE and self.is_meeting_planned

    def meeting_begins(self, zone: ZoneInfo) -> datetime | None:
        """The moment, where an hour was said; times are those of the business's place."""
        if self.meets_on is None or self.meets_at is None:
            return None
        return datetime.combine(self.meets_on, self.meets_at, zone)


def added_constraints() -> list[BaseConstraint]:
    """What must be true of what was added, whoever writes the row."""
    return [
        models.CheckConstraint(
            condition=Q(depth__in=["", *Depth.values]), name="introduction_depth_known"
        ),
        models.CheckConstraint(
            condition=Q(wants__in=Wants.values), name="introduction_wants_known"
        ),
        models.CheckConstraint(
            condition=Q(met="", met_words="", met_told_at__isnull=True)
            | Q(met__in=Met.values, met_told_at__isnull=False, meets_on__isnull=False),
            name="introduction_met_whole",
        ),
        models.CheckConstraint(
            condition=Q(erased_at__isnull=True) | Q(meets_place=""),
            name="introduction_no_place_kept",
        ),
    ]
