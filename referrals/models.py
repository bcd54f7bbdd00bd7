"""What becomes of a handshake: outcome, credit, money and thanks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from businesses.models import TenantForeignKey, TenantModel
from businesses.moves import guard_move
from contacts.models import Contact
from introductions.models import Advocate, Introduction
from introductions.states import Giver
from introductions.terms import UnderTerms
from referrals.querysets import (
    ClosedBusinessQuerySet,
    CreditClaimQuerySet,
    CreditQuerySet,
    ReferralQuerySet,
    ThankYouQuerySet,
)
from referrals.states import (
    DID,
    INCOME,
    JOINED,
    MOVES,
    OPEN,
    PLANNABLE,
    REOPENABLE,
    THANKS_MOVES,
    Came,
    Every,
    LostReason,
    ReferralState,
    ThanksHow,
    ThanksReason,
    ThanksState,
)
from referrals.thanks import Gratitude, gratitude_constraints

LONGEST_NOTE = 5000


class Referral(UnderTerms, TenantModel):
    """A person who was sent to the business, followed from the first talk to won or lost.

    One recorded by hand has no introduction and begins at talking; it has terms of its own, where
    whoever sent them had been told what is given.
    """

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="referrals")
    introduction = TenantForeignKey(
        Introduction, models.CASCADE, null=True, blank=True, related_name="referrals"
    )
    state = models.CharField(max_length=10, choices=ReferralState)
    moved_at = models.DateTimeField()
    won_at = models.DateTimeField(null=True, blank=True)
    # The key of one of the business's reasons.
    lost_reason = models.CharField(max_length=36, blank=True)
    # What comes next, and when; what it may come to; and whatever else is worth knowing.
    next_step = models.CharField(max_length=200, blank=True, default="", db_default="")
    next_on = models.DateField(null=True, blank=True)
    expected_amount = models.BigIntegerField(null=True, blank=True)
    expected_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    note = models.TextField(max_length=LONGEST_NOTE, blank=True, default="", db_default="")

    objects: ClassVar[ReferralQuerySet] = ReferralQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["business", "state", "-created_at"], name="referral_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "introduction"],
                condition=Q(introduction__isnull=False),
                name="referral_one_an_introduction",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReferralState.values), name="referral_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ReferralState.WON, won_at__isnull=False)
                | (~Q(state=ReferralState.WON) & Q(won_at__isnull=True)),
                name="referral_won_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state=ReferralState.LOST) & ~Q(lost_reason=""))
                | (~Q(state=ReferralState.LOST) & Q(lost_reason="")),
                name="referral_lost_for_reason",
            ),
            models.CheckConstraint(
                condition=Q(expected_amount=None, expected_currency="")
                | Q(expected_amount__gt=0, expected_currency__regex=r"^[A-Z]{3}$"),
                name="referral_expects_money",
            ),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def can_be_planned(self) -> bool:
        return self.state in PLANNABLE

    @property
    def told(self) -> Sequence[str]:
        """Who of both knew the terms that are kept with it; nobody where none are."""
        known: Sequence[str] = self.terms.get("told", Giver.values) if self.terms else []
        return known

    @property
    def is_won(self) -> bool:
        return self.state == ReferralState.WON

    @property
    def can_be_reopened(self) -> bool:
        return self.state in REOPENABLE and not self.is_joined and not self.contact.is_erased

    @property
    def is_joined(self) -> bool:
        """Two entries were one person, and this goes on in their other referral."""
        return self.lost_reason == JOINED

    @property
    def lost_words(self) -> str:
        """Why it came to nothing, as the business says it; `with_reasons` spares the question."""
        if not self.lost_reason:
            return ""
        if hasattr(self, "reason_words"):
            own = self.reason_words
        else:
            rows = LossReason.objects.filter(key=self.lost_reason)
            own = rows.values_list("words", flat=True).first()
        return own or usual_words(self.lost_reason)

    def move(self, to: ReferralState, *, now: datetime) -> None:
        guard_move(MOVES, self.state, to)
        self.state = to
        self.moved_at = now
        self.lost_reason = ""

    def win(self, *, now: datetime) -> None:
        self.move(ReferralState.WON, now=now)
        self.won_at = now

    def lose(self, *, reason: str, now: datetime) -> None:
        self.move(ReferralState.LOST, now=now)
        self.lost_reason = reason


class LossReason(TenantModel):
    """A reason of the business's own for what came to nothing, or how it words a usual one.

    One that was used is never taken away: it is offered no longer.
    """

    key = models.CharField(max_length=36)
    words = models.CharField(max_length=100)
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "key"], name="loss_reason_once"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(words=""), name="loss_reason_worded"),
        ]

    def __str__(self) -> str:
        return self.words


def usual_words(key: str) -> str:
    """What a usual reason says; nothing for one of a business's own."""
    if key == JOINED:
        return "The same person, whose other introduction goes on"
    return str(LostReason(key).label) if key in LostReason.values else ""


class Credit(TenantModel):
    """Whose doing a referral was. The first bind wins; a share of 100 is the whole of it."""

    referral = TenantForeignKey(Referral, models.CASCADE, related_name="credits")
    advocate = TenantForeignKey(Advocate, models.CASCADE, related_name="credits")
    share = models.PositiveSmallIntegerField(default=100)

    objects: ClassVar[CreditQuerySet] = CreditQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "referral", "advocate"], name="credit_once_each"
            ),
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100), name="credit_share_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share} % of {self.referral_id}"


class CreditClaim(TenantModel):
    """That an advocate introduced somebody, too, who is credited to another or not known here.

    It is kept as it was said, and answered in words that the advocate can read.
    """

    advocate = TenantForeignKey(Advocate, models.CASCADE, related_name="claims")
    referral = TenantForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="claims"
    )
    person = models.CharField(max_length=75)
    words = models.TextField(max_length=500, blank=True)
    answer = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CreditClaimQuerySet] = CreditClaimQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=""), name="claim_about_somebody"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="claim_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    def give_answer(self, *, words: str, now: datetime) -> None:
        """Answer it; an answer may be put in other words later."""
        self.answer, self.answered_at = words, now


class ClosedBusiness(TenantModel):
    """Money that came in from a customer, through a referral or not.

    What is given back, and what was mended of an amount, are rows of their own: they name the row
    they refer to and are added to it, so that every sum of amounts is what is left.
    """

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="closed_business")
    referral = TenantForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="closed_business"
    )
    kind = models.CharField(max_length=10, choices=Came, default=Came.SALE, db_default=Came.SALE)
    # What is given back or put right; of what came in again, the first time.
    refers_to = TenantForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="referring"
    )
    # What is kept instead, where it was in another currency: nothing is left of this one.
    instead = TenantForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="instead_of"
    )
    every = models.CharField(max_length=7, choices=Every, blank=True, default="", db_default="")
    # Whole minor units; below zero where it was given back, or mended to less.
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")])
    closed_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ClosedBusinessQuerySet] = ClosedBusinessQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "closed business"
        indexes = [
            models.Index(fields=["business", "-closed_on"], name="closed_business_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Came.SALE, refers_to=None, amount__gt=0)
                | Q(kind=Came.AGAIN, refers_to__isnull=False, amount__gt=0)
                | Q(kind=Came.REFUND, refers_to__isnull=False, amount__lt=0)
                | (Q(kind=Came.CORRECTION, refers_to__isnull=False) & ~Q(amount=0)),
                name="closed_business_signs",
            ),
            models.CheckConstraint(
                condition=Q(every="") | Q(every__in=Every.values, kind=Came.SALE),
                name="closed_business_repeats",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="closed_business_currency"
            ),
            models.CheckConstraint(
                condition=Q(instead=None) | Q(kind__in=[Came.SALE, Came.AGAIN]),
                name="closed_business_instead",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    @property
    def is_income(self) -> bool:
        return self.kind in INCOME


class ExchangeRate(TenantModel):
    """What one unit of another currency is worth in the business's own, from a day on.

    The owner enters it; nobody else's rate is ever used.
    """

    currency = models.CharField(max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")])
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "currency", "since"], name="exchange_rate_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0) & Q(currency__regex=r"^[A-Z]{3}$"),
                name="exchange_rate_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate} from {self.since}"


class ThankYou(Gratitude, TenantModel):
    """An act of gratitude that is owed to an advocate until it is given, or waived for a reason."""

    advocate = TenantForeignKey(Advocate, models.CASCADE, related_name="thanks")
    introduction = TenantForeignKey(
        Introduction, models.CASCADE, null=True, blank=True, related_name="thanks"
    )
    referral = TenantForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="thanks"
    )
    reason = models.CharField(max_length=12, choices=ThanksReason)
    # The event that made it due: a referral that is won again is thanked again.
    cause_id = models.UUIDField()
    state = models.CharField(max_length=6, choices=ThanksState, default=ThanksState.DUE)
    owed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=6, choices=ThanksHow, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    waived_because = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ThankYouQuerySet] = ThankYouQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["business", "state", "owed_at"], name="thanks_owed"),
            models.Index(
                fields=["business", "-public_answered_at"],
                condition=Q(public_state="allowed"),
                name="thanks_on_the_wall",
            ),
        ]
        constraints = [
            *gratitude_constraints(),
            models.UniqueConstraint(
                fields=["business", "advocate", "reason", "cause_id"], name="thanks_once_a_cause"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=ThanksReason.values), name="thanks_reason_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=ThanksState.DUE, closed_at__isnull=True, how="", waived_because="")
                    | (
                        Q(state=ThanksState.GIVEN, closed_at__isnull=False, waived_because="")
                        & Q(how__in=ThanksHow.values)
                    )
                    | (
                        Q(state=ThanksState.WAIVED, closed_at__isnull=False, how="")
                        & ~Q(waived_because="")
                    )
                ),
                name="thanks_state_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"thanks {self.pk} ({self.state})"

    @property
    def is_due(self) -> bool:
        return self.state == ThanksState.DUE

    @property
    def sent_person(self) -> Contact | None:
        """The person this advocate is thanked for."""
        source: Referral | Introduction | None = self.referral or self.introduction
        person: Contact | None = source.contact if source else None
        return person

    @property
    def did(self) -> str:
        """What they did, where it is not that they sent somebody: "spoke up for you"."""
        return DID.get(self.reason, "")

    def can_be_undone(self, now: datetime, window: timedelta) -> bool:
        """Whether it may be due again; a letter that has left is the service's to see."""
        if self.closed_at is None or self.public_state or self.pleased_at:
            return False
        return now < self.closed_at + window

    def give(self, *, how: ThanksHow, words: str, now: datetime) -> None:
        self._close(ThanksState.GIVEN, now)
        self.how, self.words = how, words

    def waive(self, *, reason: str, now: datetime) -> None:
        self._close(ThanksState.WAIVED, now)
        self.waived_because = reason

    def undo(self) -> None:
        """It is owed since when it was owed; what was kept of giving or waiving it goes."""
        guard_move(THANKS_MOVES, self.state, ThanksState.DUE)
        self.state, self.closed_at = ThanksState.DUE, None
        self.how = self.words = self.waived_because = ""
        self.gift_cost, self.gift_currency, self.gift_because = None, "", ""

    def _close(self, state: ThanksState, now: datetime) -> None:
        guard_move(THANKS_MOVES, self.state, state)
        self.state = state
        self.closed_at = now
