"""The terms that were published, what was earned under them, codes, and what to look at first."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from businesses.models import TenantForeignKey, TenantModel
from businesses.moves import NotPossibleNow, guard_move
from contacts.models import Contact
from introductions.models import Introduction
from introductions.terms import ADVOCATE_FIELD
from referrals.models import Referral
from rewards.querysets import (
    RewardCodeQuerySet,
    RewardFlagQuerySet,
    RewardQuerySet,
    RewardTermsQuerySet,
)
from rewards.rules import Rule, counted_from, rule_of, to_advocate, to_prospect
from rewards.states import (
    OPEN,
    REWARD_MOVES,
    WHOLE,
    FlagKind,
    Person,
    RewardState,
    Trigger,
    What,
)

LONGEST_REASON = 300
LONGEST_CODE = 80
LONGEST_LIST_NAME = 40


class RewardTerms(TenantModel):
    """One version of the terms. What is published never changes: another takes its place."""

    version = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    # Empty: nothing is given.
    rules = models.JSONField(default=list)
    currency = models.CharField(max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")])
    # Within a calendar year nobody gets more than this; 0 is no ceiling.
    ceiling = models.BigIntegerField(default=0)
    # The trade allows nothing to be given for a sale.
    sale_not_allowed = models.BooleanField(default=False)

    objects: ClassVar[RewardTermsQuerySet] = RewardTermsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "reward terms"
        constraints = [
            models.UniqueConstraint(fields=["business", "version"], name="terms_version_once"),
            models.CheckConstraint(condition=Q(ceiling__gte=0), name="terms_ceiling_sane"),
        ]

    def __str__(self) -> str:
        return f"terms {self.version}"

    @property
    def all_rules(self) -> list[Rule]:
        return [rule_of(data) for data in self.rules]

    @property
    def advocate_reads(self) -> str:
        """What whoever introduces reads of them; empty where nothing is given."""
        return to_advocate(self.all_rules, *self._said, ceiling=self.ceiling)

    @property
    def prospect_reads(self) -> str:
        """What whoever is introduced reads, with a field in place of who introduced them."""
        firm, *said = self._said
        return to_prospect(self.all_rules, firm, ADVOCATE_FIELD, *said, ceiling=self.ceiling)

    @property
    def counts(self) -> str:
        """From when on introductions are counted, as the owner reads it; empty where none are."""
        return counted_from(self.all_rules)

    @property
    def _said(self) -> tuple[str, str, str]:
        return self.business.name or "The firm", self.currency, self.business.locale

    def as_data(self) -> dict[str, Any]:
        """What is kept of them with what was promised under them."""
        return {
            "terms_id": str(self.pk),
            "version": self.version,
            "currency": self.currency,
            "ceiling": self.ceiling,
            "rules": self.rules,
        }


class Reward(TenantModel):
    """What somebody has earned under the terms they were shown: given, or void for a reason.

    The rule is kept as it was promised. When the person is erased the fact remains, without them.
    """

    terms = TenantForeignKey(RewardTerms, models.PROTECT, related_name="rewards")
    contact = TenantForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="rewards"
    )
    introduction = TenantForeignKey(
        Introduction, models.SET_NULL, null=True, blank=True, related_name="rewards"
    )
    referral = TenantForeignKey(
        Referral, models.SET_NULL, null=True, blank=True, related_name="rewards"
    )
    person = models.CharField(max_length=8, choices=Person)
    trigger = models.CharField(max_length=12, choices=Trigger)
    # With the trigger, what makes it one: whose it is, what for, by which rule. (Once the person
    # is erased, an id of nobody.)
    person_key = models.UUIDField()
    cause_id = models.UUIDField()
    rule_key = models.CharField(max_length=16)
    rule = models.JSONField()
    what = models.CharField(max_length=9, choices=What)
    # What it is worth, in whole minor units.
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")])
    # How much of the credit is theirs, in percent; 0: none any more.
    share = models.PositiveSmallIntegerField(default=WHOLE, db_default=WHOLE)
    # In what the sale was paid, while nobody has said what that is worth; else empty.
    lacks_rate = models.CharField(max_length=3, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, choices=RewardState, default=RewardState.EARNED)
    earned_at = models.DateTimeField()
    # Not before this day may it be given.
    hold_until = models.DateField()
    approved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=LONGEST_REASON, blank=True)
    void_because = models.CharField(max_length=LONGEST_REASON, blank=True)
    # It is void because too little is left of the sale or of the ceiling, or what it was for was
    # taken back: if that changes, it is earned again.
    fell_with_cause = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[RewardQuerySet] = RewardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["business", "state", "-earned_at"], name="reward_state"),
            models.Index(fields=["business", "person_key", "earned_at"], name="reward_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "person_key", "trigger", "cause_id", "rule_key"],
                name="reward_once_a_cause",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="reward_not_negative"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="reward_currency"
            ),
            models.CheckConstraint(
                condition=Q(person__in=Person.values, trigger__in=Trigger.values)
                & Q(what__in=What.values),
                name="reward_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=RewardState.EARNED, approved_at=None, closed_at=None, void_because=""
                )
                | Q(
                    state=RewardState.APPROVED,
                    approved_at__isnull=False,
                    closed_at=None,
                    void_because="",
                )
                | Q(
                    state=RewardState.GIVEN,
                    approved_at__isnull=False,
                    closed_at__isnull=False,
                    void_because="",
                )
                | (Q(state=RewardState.VOID, closed_at__isnull=False) & ~Q(void_because="")),
                name="reward_state_whole",
            ),
            models.CheckConstraint(
                condition=Q(share__lte=WHOLE)
                & (Q(fell_with_cause=False) | Q(state=RewardState.VOID))
                & (Q(lacks_rate="") | (Q(lacks_rate__regex=r"^[A-Z]{3}$") & ~Q(state="given"))),
                name="reward_sale_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"reward {self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def code(self) -> str:
        """The discount code that was taken for it; empty where none was."""
        return next((code.code for code in self.codes.all()), "")

    @property
    def promised(self) -> Rule:
        return rule_of(self.rule)

    @property
    def as_given(self) -> Rule:
        """The rule with what it came to, in place of a share of the sale."""
        return replace(self.promised, amount=self.amount, percent=0, cap=0)

    def is_on_hold(self, today: date) -> bool:
        return self.is_open and today < self.hold_until

    def approve(self, *, now: datetime) -> None:
        self._move(RewardState.APPROVED)
        self.approved_at = now

    def give(self, *, note: str, now: datetime) -> None:
        self._move(RewardState.GIVEN)
        self.note, self.closed_at = note, now

    def void(self, *, reason: str, now: datetime, fell_with_cause: bool = False) -> None:
        self._move(RewardState.VOID)
        self.void_because, self.closed_at = reason, now
        self.fell_with_cause = fell_with_cause

    def restore(self) -> None:
        """What it fell with stands again: earned as at first, and not approved."""
        if not self.fell_with_cause:
            raise NotPossibleNow
        self._move(RewardState.EARNED)
        self.void_because, self.closed_at, self.approved_at = "", None, None
        self.fell_with_cause = False

    def _move(self, state: RewardState) -> None:
        guard_move(REWARD_MOVES, self.state, state)
        self.state = state


class RewardCode(TenantModel):
    """A code from a list that the business uploaded: given once, to one person."""

    code = models.CharField(max_length=LONGEST_CODE)
    list_name = models.CharField(max_length=LONGEST_LIST_NAME, blank=True)
    reward = TenantForeignKey(Reward, models.PROTECT, null=True, blank=True, related_name="codes")
    given_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[RewardCodeQuerySet] = RewardCodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["business", "list_name", "id"],
                condition=Q(reward__isnull=True),
                name="reward_code_left",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["business", "code"], name="reward_code_once"),
            models.UniqueConstraint(
                fields=["business", "reward"],
                condition=Q(reward__isnull=False),
                name="reward_code_one_each",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="reward_code_is_one"),
            models.CheckConstraint(
                condition=Q(reward=None, given_at=None)
                | Q(reward__isnull=False, given_at__isnull=False),
                name="reward_code_given_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class RewardFlag(TenantModel):
    """Something that a person should look at before anything is given: about a referral or, since
    there may be none yet, about the introduction alone and whoever made it.

    `evidence` holds ids, codes and days, never a judgement: that is a person's.
    """

    referral = TenantForeignKey(
        Referral, models.CASCADE, null=True, blank=True, related_name="flags"
    )
    introduction = TenantForeignKey(
        Introduction, models.CASCADE, null=True, blank=True, related_name="flags"
    )
    kind = models.CharField(max_length=14, choices=FlagKind)
    # Who has it in common with them; none where it is about whoever was introduced alone.
    advocate_key = models.UUIDField(null=True, blank=True)
    evidence = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True, blank=True)
    # What the person decided: all is well, or nothing is given for it.
    is_fine = models.BooleanField(null=True, blank=True)
    words = models.CharField(max_length=LONGEST_REASON, blank=True)

    objects: ClassVar[RewardFlagQuerySet] = RewardFlagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "referral", "introduction", "kind", "advocate_key"],
                nulls_distinct=False,
                condition=~Q(kind=FlagKind.REFUNDED) | Q(settled_at=None),
                name="reward_flag_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="reward_flag_known"),
            models.CheckConstraint(
                condition=Q(referral=None, introduction__isnull=False)
                | Q(referral__isnull=False, introduction=None),
                name="reward_flag_about_one",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, is_fine=None)
                | Q(settled_at__isnull=False, is_fine__isnull=False),
                name="reward_flag_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"flag {self.pk} ({self.kind})"

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def person(self) -> Contact:
        """Whom it is about: whoever was introduced; before their yes whoever introduced them."""
        if self.referral is not None:
            introduced: Contact = self.referral.contact
            return introduced
        assert self.introduction is not None
        advocate: Contact = self.introduction.advocate.contact
        return advocate

    def settle(self, *, is_fine: bool, words: str, now: datetime) -> None:
        self.is_fine, self.words, self.settled_at = is_fine, words, now
