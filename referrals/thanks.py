"""What a thank-you holds beside its state: what for, what a gift cost, an answer, words in public.

A part of `ThankYou`, as a module of its own.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from businesses.moves import guard_move
from referrals.states import PUBLIC_MOVES, PublicState

LONGEST_NOTE = 300
LONGEST_PUBLIC = 500


class Gratitude(models.Model):
    """The parts of a thank-you that most of them do not need."""

    # What it is for, where no introduction says it: in the words of whoever kept it.
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    # What a gift cost, in whole minor units; why, where it is above the ceiling of the year.
    gift_cost: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(
        null=True, blank=True
    )
    gift_currency = models.CharField(
        max_length=3, blank=True, validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    gift_because = models.CharField(max_length=LONGEST_NOTE, blank=True)
    # The advocate pressed "My pleasure".
    pleased_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        null=True, blank=True
    )
    # Words for the wall of thanks, which stand there only while the advocate lets them.
    public_state = models.CharField(max_length=8, choices=PublicState, blank=True)
    public_words = models.TextField(max_length=LONGEST_PUBLIC, blank=True)
    public_name = models.CharField(max_length=75, blank=True)
    public_asked_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        null=True, blank=True
    )
    public_answered_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        null=True, blank=True
    )

    class Meta:
        abstract = True

    @property
    def is_public(self) -> bool:
        """Whether it stands on the wall of thanks."""
        return self.public_state == PublicState.ALLOWED

    @property
    def public_seen(self) -> str:
        """Tells these words and this name from others: a yes is to what was read."""
        read = f"{self.public_name}\n{self.public_words}"
        return hashlib.sha256(read.encode()).hexdigest()[:16]

    def ask_in_public(self, *, words: str, name: str, now: datetime) -> None:
        guard_move(PUBLIC_MOVES, self.public_state, PublicState.ASKED)
        self.public_state = PublicState.ASKED
        self.public_words, self.public_name = words, name
        self.public_asked_at, self.public_answered_at = now, None

    def answer_in_public(self, state: PublicState, *, now: datetime) -> None:
        guard_move(PUBLIC_MOVES, self.public_state, state)
        self.public_state = state
        self.public_answered_at = now

    def forget_public(self) -> None:
        """The question, or what stands on the wall, is taken back by the business."""
        guard_move(PUBLIC_MOVES, self.public_state, PublicState.NONE)
        self.public_state = PublicState.NONE
        self.public_words = self.public_name = ""
        self.public_asked_at = self.public_answered_at = None


def gratitude_constraints() -> list[models.CheckConstraint]:
    """What must always be true of these parts; `how` is the thank-you's own."""
    return [
        models.CheckConstraint(
            condition=Q(gift_cost=None, gift_currency="", gift_because="")
            | Q(gift_cost__gte=0, gift_currency__regex=r"^[A-Z]{3}$", how="gift"),
            name="thanks_gift_whole",
        ),
        models.CheckConstraint(
            condition=Q(
                public_state="",
                public_words="",
                public_name="",
                public_asked_at=None,
                public_answered_at=None,
            )
            | (
                Q(public_state__in=PublicState.values, public_asked_at__isnull=False)
                & ~Q(public_state="")
                & ~Q(public_words="")
                & ~Q(public_name="")
            ),
            name="thanks_public_whole",
        ),
    ]
