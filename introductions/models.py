"""Advocates, what they are asked, the introductions they make, and who agreed to what."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from businesses.models import LONGEST_BLURB, MOST_WEEKS, TenantForeignKey, TenantModel, User
from businesses.moves import NotPossibleNow, guard_move
from contacts.models import Contact
from introductions.meeting import Added, added_constraints
from introductions.querysets import AdvocateQuerySet, AskQuerySet, IntroductionQuerySet
from introductions.states import (
    ANSWERABLE,
    ANSWERED,
    ASK_EXPIRES_AFTER,
    ASK_MOVES,
    EXPIRES_AFTER,
    MOVES,
    OPEN,
    SECOND_THOUGHT,
    TOLD,
    WAITING,
    AskState,
    ConsentKind,
    Giver,
    Hears,
    IntroductionState,
    Via,
)
from introductions.taking_back import TakenBack, emptied, taken_back_whole
from introductions.terms import UnderTerms, disclosure_of, terms_for
from introductions.vouching import ByLink

LONGEST_KIND = 300
LONGEST_OVERRIDE = 300

SEALED_FIELDS = (
    "prospect_first_name",
    "prospect_email",
    "prospect_phone",
    "words",
    "prospect_sentence",
    "reach_by",
)


class Advocate(TenantModel):
    """A contact who has introduced somebody or was asked to, with the limits they set."""

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="advocates")
    # They said that they do not want to be asked. It binds every member of the business.
    stopped_at = models.DateTimeField(null=True, blank=True)
    # Their other limits: at most one ask in so many weeks, only about such people, not before.
    weeks_between_asks = models.PositiveSmallIntegerField(null=True, blank=True)
    only_about = models.CharField(max_length=LONGEST_KIND, blank=True)
    not_before = models.DateField(null=True, blank=True)

    objects: ClassVar[AdvocateQuerySet] = AdvocateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "contact"], name="advocate_once"),
            models.CheckConstraint(
                condition=Q(weeks_between_asks=None)
                | Q(weeks_between_asks__gte=1, weeks_between_asks__lte=MOST_WEEKS),
                name="advocate_weeks_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"advocate {self.pk}"

    @property
    def has_stopped(self) -> bool:
        return self.stopped_at is not None

    def stop(self, *, now: datetime) -> None:
        self.stopped_at = self.stopped_at or now

    def resume(self) -> None:
        self.stopped_at = None

    @property
    def has_limits(self) -> bool:
        """Whether they set any limit other than no more asks at all."""
        return bool(self.weeks_between_asks or self.only_about or self.not_before)

    @property
    def is_rewarded(self) -> bool:
        """Whether something is given for an introduction they make now."""
        return bool(terms_for(self))


class Ask(TenantModel):
    """A request to an advocate: for a named person, or for a kind of person."""

    advocate = TenantForeignKey(Advocate, models.CASCADE, related_name="asks")
    sender = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    wanted = models.CharField(max_length=300, blank=True)
    named_person = models.CharField(max_length=150, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    # Whom the business helps, in words that can be passed on.
    blurb = models.TextField(max_length=LONGEST_BLURB, blank=True)
    # The kinds of people the advocate wants to hear of, as somebody compared the ask with them.
    checked_against = models.CharField(max_length=LONGEST_KIND, blank=True)
    # Why somebody asks although the gate said no, and to what it said so: codes of refusals.
    override_reason = models.CharField(max_length=LONGEST_OVERRIDE, blank=True)
    overridden = models.CharField(max_length=120, blank=True)
    # The one gentle reminder.
    nudged_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=AskState, default=AskState.DRAFT)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When it expires; set while it waits for an answer.
    due_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AskQuerySet] = AskQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["business", "state", "created_at"], name="ask_state"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="ask_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AskState.values), name="ask_state_known"),
            models.CheckConstraint(
                condition=~Q(wanted="") | ~Q(named_person=""), name="ask_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state=AskState.SENT, sent_at__isnull=False, due_at__isnull=False)
                | (~Q(state=AskState.SENT) & Q(due_at__isnull=True)),
                name="ask_due_while_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"ask {self.pk} ({self.state})"

    def send(self, *, now: datetime) -> None:
        self._move(AskState.SENT)
        self.sent_at = now
        self.due_at = now + ASK_EXPIRES_AFTER

    def answer(self, *, now: datetime) -> None:
        self._close(AskState.ANSWERED, now)

    def decline(self, *, now: datetime) -> None:
        self._close(AskState.DECLINED, now)

    def expire(self, *, now: datetime) -> None:
        self._close(AskState.EXPIRED, now)

    def withdraw(self, *, now: datetime, has_left: bool = True) -> None:
        """Taken back; where its letter had not left, nobody was asked."""
        self._close(AskState.WITHDRAWN, now)
        if not has_left:
            self.sent_at = None

    def take_up_again(self, *, now: datetime, window: timedelta) -> None:
        """It was not to be taken back. Raises `NotPossibleNow` after the window."""
        if not self.can_be_taken_up(now, window):
            raise NotPossibleNow
        self._move(AskState.SENT if self.sent_at else AskState.DRAFT)
        self.closed_at = None
        self.due_at = self.sent_at + ASK_EXPIRES_AFTER if self.sent_at else None

    def can_be_taken_up(self, now: datetime, window: timedelta) -> bool:
        if self.state != AskState.WITHDRAWN or self.closed_at is None:
            return False
        return now < self.closed_at + window

    def overrides(self, code: str) -> bool:
        """Whether somebody said why this ask may go although that stands in its way."""
        return code in self.overridden.split()

    def can_become(self, state: AskState) -> bool:
        return state in ASK_MOVES[self.state]

    def _close(self, state: AskState, now: datetime) -> None:
        self._move(state)
        self.closed_at = now
        self.due_at = None

    def _move(self, state: AskState) -> None:
        guard_move(ASK_MOVES, self.state, state)
        self.state = state


class Introduction(ByLink, TakenBack, Added, UnderTerms, TenantModel):
    """An advocate's act of bringing a prospect and the business together.

    Until the handshake the prospect's details are in the sealed columns and nowhere else; after a
    no, an expiry or a withdrawal that can no longer be undone these are empty.
    """

    advocate = TenantForeignKey(Advocate, models.CASCADE, related_name="introductions")
    ask = TenantForeignKey(Ask, models.CASCADE, null=True, blank=True, related_name="introductions")
    contact = TenantForeignKey(
        Contact, models.CASCADE, null=True, blank=True, related_name="introductions"
    )
    state = models.CharField(max_length=9, choices=IntroductionState)
    via = models.CharField(max_length=6, choices=Via)

    # Sealed.
    prospect_first_name = models.CharField(max_length=75, blank=True)
    prospect_email = models.CharField(max_length=254, blank=True)
    prospect_phone = models.CharField(max_length=40, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    prospect_sentence = models.TextField(max_length=500, blank=True)
    reach_by = models.CharField(max_length=200, blank=True)

    # What remains after a no: it can be compared, but not read.
    prospect_hash = models.CharField(max_length=64, blank=True)
    advocate_hears = models.CharField(max_length=7, choices=Hears, default=Hears.OUTCOME)

    expires_at = models.DateTimeField()
    # When the sweeper has something to do: shake hands, erase, expire or come back.
    due_at = models.DateTimeField(null=True, blank=True)
    # The state before the answer, to which undo returns.
    former_state = models.CharField(max_length=9, choices=IntroductionState, blank=True)
    former_due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    never = models.BooleanField(default=False)
    not_now_until = models.DateField(null=True, blank=True)
    came_back_at = models.DateTimeField(null=True, blank=True)
    shook_hands_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[IntroductionQuerySet] = IntroductionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["business", "state", "-created_at"], name="introduction_state"),
            models.Index(fields=["business", "prospect_hash"], name="introduction_hash"),
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="introduction_due"
            ),
        ]
        constraints = [
            *added_constraints(),
            models.UniqueConstraint(
                fields=["business", "advocate", "prospect_hash"],
                condition=Q(state__in=sorted(OPEN)) & ~Q(prospect_hash=""),
                name="introduction_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=IntroductionState.values), name="introduction_state_known"
            ),
            models.CheckConstraint(condition=Q(via__in=Via.values), name="introduction_via_known"),
            models.CheckConstraint(
                condition=Q(advocate_hears__in=Hears.values), name="introduction_hears_known"
            ),
            models.CheckConstraint(
                condition=emptied(SEALED_FIELDS), name="introduction_nothing_kept"
            ),
            models.CheckConstraint(
                condition=taken_back_whole(), name="introduction_taken_back_whole"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=IntroductionState.HANDSHAKE,
                    contact__isnull=False,
                    shook_hands_at__isnull=False,
                    prospect_email="",
                    prospect_phone="",
                )
                | (
                    ~Q(state=IntroductionState.HANDSHAKE)
                    & Q(contact__isnull=True, shook_hands_at__isnull=True)
                ),
                name="introduction_contact_at_handshake",
            ),
            models.CheckConstraint(
                condition=~Q(state=IntroductionState.ACCEPTED)
                | (~Q(prospect_hash="") & Q(due_at__isnull=False)),
                name="introduction_yes_can_be_reached",
            ),
        ]

    def __str__(self) -> str:
        return f"introduction {self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def needs_address(self) -> bool:
        """Whether a yes has to bring a mail address or a phone number."""
        return not (self.prospect_email or self.prospect_phone)

    @property
    def can_be_answered(self) -> bool:
        return self.state in ANSWERABLE

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    def disclosure(self) -> str:
        """What the prospect is told about rewards."""
        return disclosure_of(self.terms, self.advocate)

    @property
    def told_sentence(self) -> str:
        """What the prospect added to their yes: the business reads it after the handshake.

        What somebody wrote who came by a link it reads when it has to decide without the advocate.
        """
        return self.prospect_sentence if self.state in TOLD else ""

    @property
    def told_hears(self) -> str | None:
        """What the prospect lets the advocate hear of it; None before the handshake."""
        return self.advocate_hears if self.state == IntroductionState.HANDSHAKE else None

    def has_expired(self, now: datetime) -> bool:
        return self.state == IntroductionState.EXPIRED or (
            self.state in WAITING and self.expires_at <= now
        )

    def can_be_undone(self, now: datetime, window: timedelta) -> bool:
        """Whether the prospect may still take their answer back."""
        return (
            self.state in ANSWERED
            and not self.is_erased
            and self.answered_at is not None
            and now < self.answered_at + window
        )

    def may_be_made_final(self, now: datetime) -> bool:
        """Whether the answer may take effect without waiting for the undo window."""
        return self.answered_at is not None and now >= self.answered_at + SECOND_THOUGHT

    def wait_for_answer(self, *, now: datetime) -> None:
        """Start the time in which an answer is awaited."""
        self.expires_at = self.due_at = now + EXPIRES_AFTER

    def accept(
        self, *, email: str, phone: str, prospect_hash: str, now: datetime, window: timedelta
    ) -> None:
        self._answer(IntroductionState.ACCEPTED, now)
        self.prospect_email = self.prospect_email or email
        self.prospect_phone = self.prospect_phone or phone
        self.prospect_hash = self.prospect_hash or prospect_hash
        self.due_at = now + window

    def decline(self, *, never: bool, now: datetime, window: timedelta) -> None:
        self._answer(IntroductionState.DECLINED, now)
        self.never = never
        self.due_at = now + window

    def postpone(self, *, until: date, back_at: datetime, now: datetime) -> None:
        self._answer(IntroductionState.NOT_NOW, now)
        self.not_now_until = until
        self.due_at = back_at

    def _answer(self, state: IntroductionState, now: datetime) -> None:
        former = self.state
        self._move(state)
        self.former_state, self.former_due_at = former, self.due_at
        self.answered_at = now

    def undo_answer(self) -> None:
        """Back to the state before the answer; what came with a yes goes."""
        self._move(IntroductionState(self.former_state))
        if self.via == Via.SELF:
            self.prospect_email = self.prospect_phone = self.prospect_hash = ""
        self.prospect_sentence = self.reach_by = ""
        self.advocate_hears = Hears.OUTCOME
        self.due_at = self.former_due_at
        self.never = False
        self._forget_answer()

    def _forget_answer(self) -> None:
        self.former_state, self.former_due_at, self.answered_at = "", None, None
        if self.state != IntroductionState.NOT_NOW:
            self.not_now_until = None

    def come_back(self, *, now: datetime) -> None:
        """The day the prospect chose has come: their answer is awaited once more."""
        back = IntroductionState.SHARED if self.via == Via.SELF else IntroductionState.OFFERED
        self._move(back)
        self.came_back_at = now
        self._forget_answer()
        self.wait_for_answer(now=now)

    def shake_hands(self, *, contact: Contact, now: datetime) -> None:
        """Both sides have said yes: the contact now holds how to reach the prospect."""
        self._move(IntroductionState.HANDSHAKE)
        self.contact = contact
        self.prospect_email = self.prospect_phone = ""
        self.shook_hands_at = now
        self.due_at = None

    def expire(self, *, now: datetime) -> None:
        self._move(IntroductionState.EXPIRED)
        self.erase(now=now)

    def withdraw(self, *, now: datetime) -> None:
        """Nothing stays, not even the hash: the prospect has answered nothing."""
        if self.state != IntroductionState.WITHDRAWN:
            self._move(IntroductionState.WITHDRAWN)
        self.erase(now=now)
        self.prospect_hash = ""

    def erase(self, *, now: datetime) -> None:
        """Empty the sealed columns; only the keyed hash stays."""
        for field in SEALED_FIELDS:
            setattr(self, field, "")
        self.plan_meeting(on=None, at=None, place="")
        self.forget_taking_back()
        self.erased_at = now
        self.due_at = None

    def _move(self, state: IntroductionState) -> None:
        guard_move(MOVES, self.state, state)
        self.state = state


class Consent(TenantModel):
    """Who agreed to what, in which words, and when. Undone, it says since when not."""

    introduction = TenantForeignKey(Introduction, models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=11, choices=ConsentKind)
    given_by = models.CharField(max_length=8, choices=Giver)
    words = models.CharField(max_length=400)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ConsentKind.values), name="consent_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(given_by__in=Giver.values), name="consent_giver_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.given_by}"
