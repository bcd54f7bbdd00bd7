"""What a business's letter and an account letter have in common: what the sender works with."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.constraints import BaseConstraint

from businesses.moves import NotPossibleNow, guard_move
from outreach.states import LEASED, MOVES, MessageState


class Letter(models.Model):
    """One outgoing letter with everything the sender needs, and how far it has come.

    A sweeper that claims the row stamps `lease_until` and a new `fence`. Every later write of that
    sweeper names the fence, so one whose lease ran out changes nothing any more.
    """

    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.SCHEDULED)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.BigIntegerField(default=0)
    # Tries that ended in a temporary refusal; and workers that died while they held it.
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    last_reason = models.CharField(max_length=300, blank=True)
    in_data_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    from_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        default=dict, blank=True
    )

    class Meta:
        abstract = True

    def move_to(self, state: MessageState) -> None:
        """Change the state, or raise `NotPossibleNow`. Does not save."""
        guard_move(MOVES, self.state, state)
        self.state = state

    def give_up(self) -> None:
        """Leave it unsent for good. Raises `NotPossibleNow` unless it failed. Does not save."""
        if self.state != MessageState.FAILED:
            raise NotPossibleNow
        self.move_to(MessageState.CANCELLED)

    def send_again(self, *, now: datetime) -> None:
        """Make it due now, as if never tried. Raises `NotPossibleNow` unless it rests."""
        self.move_to(MessageState.SCHEDULED)
        self.due_at = now
        self.attempts = self.crashes = 0
        self.last_reason = ""
        self.in_data_at = None


def letter_indexes(name: str) -> list[models.Index]:
    """The sweep's two look-ups: what is due, and whose lease has run out."""
    return [
        models.Index(
            fields=["due_at"], condition=Q(state=MessageState.SCHEDULED), name=f"{name}_due"
        ),
        models.Index(
            fields=["lease_until"], condition=Q(state__in=sorted(LEASED)), name=f"{name}_leased"
        ),
    ]


def letter_constraints(name: str, *further: str) -> list[BaseConstraint]:
    """What must be true of every letter, whoever writes the row.

    It has a state that is known; a lease while it is sent, and no longer; the moments of its marker
    and of its sending. With the columns `further` also a reason while it is held, and a kind that
    is known. One function of the database says it all (migration 0015): a CHECK is read anew at
    each UPDATE, a function once for a connection.
    """
    columns = ("state", "lease_until", "in_data_at", "sent_at", *further)
    return [
        models.CheckConstraint(
            condition=models.Func(
                *columns, function="outreach_letter_is_sound", output_field=models.BooleanField()
            ),
            name=f"{name}_is_sound",
        ),
    ]
