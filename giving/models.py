"""What the business gives: it introduces two people whom it knows to each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from businesses.models import TenantForeignKey, TenantModel, User
from businesses.moves import NotPossibleNow, guard_move
from contacts.models import Company, Contact
from giving.querysets import GivenQuerySet
from giving.states import (
    EXPIRES_AFTER,
    GIVEN_MOVES,
    OPEN,
    TELL_WITHIN,
    Answer,
    GivenState,
    Outcome,
    Place,
)

LONGEST_WORDS = 2000
LONGEST_TOLD = 500
_NOT_ASKED = Q(first_answer="", second_answer="")
_TWO_YES = Q(first_answer=Answer.YES, second_answer=Answer.YES)
_ONE_YES = Q(first_answer=Answer.YES, second_answer="") | Q(
    first_answer="", second_answer=Answer.YES
)
_ONE_NO = Q(first_answer=Answer.NO) & ~Q(second_answer=Answer.NO) | (
    Q(second_answer=Answer.NO) & ~Q(first_answer=Answer.NO)
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: who they are, what they read of the other, and what they answered."""

    place: Place
    contact: Contact
    words: str
    answer: str
    answered_at: datetime | None

    @property
    def said_yes(self) -> bool:
        return self.answer == Answer.YES

    @property
    def said_no(self) -> bool:
        return self.answer == Answer.NO


class GivenIntroduction(TenantModel):
    """Two people whom the business knows, brought together by it: both are asked first.

    With a partner firm it is a customer who is sent there: the second is the person at the firm.
    Nothing by which one could be reached is told to the other before both have said yes.
    """

    giver = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    first = TenantForeignKey(Contact, models.CASCADE, related_name="given_as_first")
    second = TenantForeignKey(Contact, models.CASCADE, related_name="given_as_second")
    # The firm as it was when this began; the person may be elsewhere by now.
    partner = TenantForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="customers_sent"
    )
    # What each reads of the other.
    first_words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    second_words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    state = models.CharField(max_length=9, choices=GivenState, default=GivenState.DRAFT)
    first_answer = models.CharField(max_length=3, choices=Answer, blank=True)
    second_answer = models.CharField(max_length=3, choices=Answer, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    second_answered_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # When the sweeper has something to do: shake hands or expire.
    due_at = models.DateTimeField(null=True, blank=True)
    shook_hands_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    outcome_words = models.CharField(max_length=LONGEST_TOLD, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    # Which of the two told it; empty where the business keeps what it heard.
    outcome_by = models.CharField(max_length=6, choices=Place, blank=True)

    objects: ClassVar[GivenQuerySet] = GivenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["business", "state", "-created_at"], name="given_state"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="given_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=GivenState.values), name="given_state_known"
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="given_to_two_people"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[GivenState.DRAFT, GivenState.ASKED],
                    first_answer="",
                    second_answer="",
                )
                | Q(_ONE_YES, state=GivenState.ONE_YES)
                | Q(_TWO_YES, state__in=[GivenState.AGREED, GivenState.HANDSHAKE])
                | Q(_ONE_NO, state=GivenState.DECLINED)
                | Q(_ONE_YES | _NOT_ASKED, state=GivenState.EXPIRED)
                | Q(_TWO_YES | _ONE_YES | _NOT_ASKED, state=GivenState.WITHDRAWN),
                name="given_state_is_of_answers",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN), due_at__isnull=False)
                | (~Q(state__in=sorted(OPEN)) & Q(due_at=None)),
                name="given_due_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state=GivenState.HANDSHAKE, shook_hands_at__isnull=False)
                | (~Q(state=GivenState.HANDSHAKE) & Q(shook_hands_at=None, outcome="")),
                name="given_outcome_after_handshake",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_words="", outcome_at=None, outcome_by="")
                | Q(
                    outcome__in=Outcome.values,
                    outcome_by__in=["", *Place.values],
                    outcome_at__isnull=False,
                ),
                name="given_outcome_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"given introduction {self.pk} ({self.state})"

    @property
    def sides(self) -> tuple[Side, Side]:
        return (self.side(Place.FIRST), self.side(Place.SECOND))

    def side(self, place: Place) -> Side:
        contact = self.first if place == Place.FIRST else self.second
        words, answer, answered_at = (
            getattr(self, f"{place}_{what}") for what in ("words", "answer", "answered_at")
        )
        return Side(place, contact, words, answer, answered_at)

    def place_of(self, contact_id: UUID | None) -> Place | None:
        """Which of the two this person is; None for anybody else."""
        for place in Place:
            if contact_id is not None and getattr(self, f"{place}_id") == contact_id:
                return place
        return None

    def other(self, side: Side) -> Side:
        return self.side(Place.SECOND if side.place == Place.FIRST else Place.FIRST)

    @property
    def is_to_partner(self) -> bool:
        """Whether a customer is sent to a partner firm."""
        return self.partner_id is not None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def has_expired(self, now: datetime) -> bool:
        return self.state == GivenState.EXPIRED or (
            self.expires_at is not None
            and self.expires_at <= now
            and self.state in (GivenState.ASKED, GivenState.ONE_YES)
        )

    def may_tell(self, place: Place, now: datetime) -> bool:
        """Whether this one can tell what became of it: at a partner firm, the partner alone."""
        if self.shook_hands_at is None or now >= self.shook_hands_at + TELL_WITHIN:
            return False
        return place == Place.SECOND or not self.is_to_partner

    def can_be_undone(self, place: Place, now: datetime, window: timedelta) -> bool:
        """Whether this one may take their answer back.

        A yes until the letter to all three has left, since nothing has come of it yet; a no for a
        while.
        """
        side = self.side(place)
        if side.said_yes:
            return self.state in (GivenState.ONE_YES, GivenState.AGREED)
        return side.answered_at is not None and now < side.answered_at + window

    def send(self, *, now: datetime) -> None:
        self._move(GivenState.ASKED)
        self.asked_at = now
        self.expires_at = self.due_at = now + EXPIRES_AFTER

    def return_to_draft(self) -> None:
        """Nothing has left: nobody was asked."""
        self._move(GivenState.DRAFT)
        self.asked_at = self.expires_at = self.due_at = None

    def say_yes(self, place: Place, *, now: datetime, window: timedelta) -> None:
        both = self.other(self.side(place)).said_yes
        self._move(GivenState.AGREED if both else GivenState.ONE_YES)
        self._answer(place, Answer.YES, now)
        if both:
            self.due_at = now + window

    def say_no(self, place: Place, *, now: datetime) -> None:
        self._move(GivenState.DECLINED)
        self._answer(place, Answer.NO, now)
        self._close(now)

    def undo_answer(self, place: Place) -> None:
        """As if this one had not answered."""
        if not self.side(place).answer:
            raise NotPossibleNow
        other = self.other(self.side(place))
        self._move(GivenState.ONE_YES if other.said_yes else GivenState.ASKED)
        self._answer(place, "", None)
        self.closed_at, self.due_at = None, self.expires_at

    def shake_hands(self, *, now: datetime) -> None:
        self._move(GivenState.HANDSHAKE)
        self.shook_hands_at, self.due_at = now, None

    def expire(self, *, now: datetime) -> None:
        self._move(GivenState.EXPIRED)
        self._close(now)

    def withdraw(self, *, now: datetime) -> None:
        self._move(GivenState.WITHDRAWN)
        self._close(now)

    def take_up_again(self, *, now: datetime, window: timedelta) -> None:
        """It was not to be taken back. Raises `NotPossibleNow` when the window is over.

        The letter to all three waits for a window of its own.
        """
        if not self.can_be_taken_up(now, window):
            raise NotPossibleNow
        yeses = sum(side.said_yes for side in self.sides)
        asked = (GivenState.ASKED, GivenState.ONE_YES, GivenState.AGREED)[yeses]
        self._move(asked if self.asked_at else GivenState.DRAFT)
        self.closed_at = None
        self.due_at = now + window if yeses == len(Place) else self.expires_at

    def can_be_taken_up(self, now: datetime, window: timedelta) -> bool:
        if self.state != GivenState.WITHDRAWN or self.closed_at is None:
            return False
        return now < self.closed_at + window

    def tell(self, outcome: Outcome, words: str, place: Place | None, *, now: datetime) -> None:
        """What became of it, as far as is known by now; said anew it takes the former's place."""
        if self.state != GivenState.HANDSHAKE:
            raise NotPossibleNow
        self.outcome, self.outcome_words, self.outcome_at = outcome, words, now
        self.outcome_by = place or ""

    def _answer(self, place: Place, answer: str, now: datetime | None) -> None:
        setattr(self, f"{place}_answer", answer)
        setattr(self, f"{place}_answered_at", now)

    def _close(self, now: datetime) -> None:
        self.closed_at, self.due_at = now, None

    def _move(self, state: GivenState) -> None:
        guard_move(GIVEN_MOVES, self.state, state)
        self.state = state
