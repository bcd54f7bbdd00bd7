"""An introduction that the business took back: for a while it can be as it was before."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from businesses.moves import NotPossibleNow
from introductions.states import IntroductionState


class TakenBack(models.Model):
    """What is kept of it until the undo window is over; then it is emptied as any other."""

    taken_back_from = models.CharField(
        max_length=9, choices=IntroductionState, blank=True, default="", db_default=""
    )
    taken_back_due_at = models.DateTimeField(null=True, blank=True)

    state: str
    due_at: datetime | None

    class Meta:
        abstract = True

    def take_back(self, *, now: datetime, window: timedelta) -> None:
        """It leads nowhere from now on, and is emptied when the window is over."""
        former = self.state
        self._move(IntroductionState.WITHDRAWN)
        self.taken_back_from, self.taken_back_due_at = former, self.due_at
        self.due_at = now + window

    def take_up_again(self, *, now: datetime) -> None:
        """It was not to be taken back. Raises `NotPossibleNow` when the window is over."""
        if not self.can_be_taken_up(now):
            raise NotPossibleNow
        self._move(IntroductionState(self.taken_back_from))
        self.due_at = self.taken_back_due_at
        self.forget_taking_back()

    def can_be_taken_up(self, now: datetime) -> bool:
        is_kept = self.state == IntroductionState.WITHDRAWN and bool(self.taken_back_from)
        return is_kept and self.due_at is not None and now < self.due_at

    def forget_taking_back(self) -> None:
        self.taken_back_from, self.taken_back_due_at = "", None

    def _move(self, state: IntroductionState) -> None:
        raise NotImplementedError


def emptied(fields: tuple[str, ...]) -> Q:
    """Nothing of the prospect is left where nobody answered, or where it was taken back: there as
    soon as it can no longer be taken up."""
    over = Q(state=IntroductionState.EXPIRED) | Q(
        state=IntroductionState.WITHDRAWN, taken_back_from=""
    )
    nothing = Q(erased_at__isnull=False, taken_back_from="", **dict.fromkeys(fields, ""))
    return (Q(erased_at__isnull=True) & ~over) | nothing


def taken_back_whole() -> Q:
    """When it is emptied is known as long as it can be taken up."""
    return Q(taken_back_from="", taken_back_due_at=None) | Q(
        ~Q(taken_back_from=""), state=IntroductionState.WITHDRAWN, due_at__isnull=False
    )
