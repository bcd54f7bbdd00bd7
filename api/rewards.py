"""/rewards: what was earned; /reward-terms under which; /reward-codes; and /reward-flags."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.money import Amount
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.models import Contact
from introductions.models import Introduction
from referrals.models import Referral
from rewards import services
from rewards.models import (
    LONGEST_CODE,
    LONGEST_LIST_NAME,
    LONGEST_REASON,
    Reward,
    RewardCode,
    RewardFlag,
    RewardTerms,
)
from rewards.querysets import RewardCodeQuerySet, RewardFlagQuerySet, RewardQuerySet
from rewards.rules import Rule
from rewards.states import (
    LONGEST_WORDS,
    MOST_HOLD_DAYS,
    MOST_RULES,
    FlagKind,
    ForWhom,
    Person,
    RewardState,
    Trigger,
    What,
)

_ZERO: dict[str, Any] = {"min_value": 0, "required": False}


class RuleShape(Shape):
    """What is given for what, and to whom."""

    trigger = serializers.ChoiceField(choices=Trigger.choices)
    for_whom = serializers.ChoiceField(choices=ForWhom.choices)
    what = serializers.ChoiceField(choices=What.choices)
    words = serializers.CharField(
        max_length=LONGEST_WORDS,
        allow_blank=True,
        required=False,
        help_text="What it is, in words that both sides read.",
    )
    amount = Amount(**_ZERO, help_text="What it is worth, in whole minor units.")
    percent = serializers.IntegerField(
        **_ZERO, max_value=100, help_text="In place of an amount: this share of the first sale."
    )
    cap = Amount(**_ZERO, help_text="No share of a sale is more; 0: no cap.")
    above = Amount(**_ZERO, help_text="With `won_above`: for a sale of more than this.")
    every = serializers.IntegerField(
        **_ZERO, max_value=100, help_text="With `nth`: each time so many have said yes."
    )
    hold_days = serializers.IntegerField(
        **_ZERO, max_value=MOST_HOLD_DAYS, help_text="So many days before it may be given."
    )
    codes = serializers.CharField(
        max_length=LONGEST_LIST_NAME,
        allow_blank=True,
        required=False,
        help_text="With `code`: the name of the list it is taken from.",
    )


class TermsShape(Shape):
    """A version of the terms: what is given for an introduction. It never changes."""

    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    rules = serializers.ListField(
        child=RuleShape(), max_length=MOST_RULES, help_text="None: nothing is given."
    )
    ceiling = Amount(
        **_ZERO,
        help_text="At most for one person in a year; 0: no ceiling. Whatever cannot be given in"
        " part is worth no more.",
    )
    sale_not_allowed = serializers.BooleanField(
        required=False, help_text="In this trade nothing may be given for a sale."
    )
    currency = serializers.CharField(read_only=True)
    published_at = serializers.DateTimeField(read_only=True)
    until = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When others took its place; null: in force."
    )
    advocate_reads = serializers.CharField(
        read_only=True, help_text="What whoever introduces reads; empty: nothing is given."
    )
    prospect_reads = serializers.CharField(
        read_only=True,
        help_text="What whoever is introduced reads; the first name of whoever introduces them"
        " stands in place of `{advocate}`.",
    )
    counts = serializers.CharField(
        read_only=True,
        help_text="From when on introductions are counted, in words, where a rule counts them.",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        rule = RuleShape()
        rules = [rule.to_representation(one) for one in instance.all_rules]
        return super().to_representation(instance) | {"rules": rules}


class AllTerms(Resource):
    """What is given for an introduction: the newest version is in force."""

    queryset = RewardTerms.objects.all()
    serializer_class = TermsShape
    permission_classes = (AdminChanges,)

    def rows(self) -> Any:
        return RewardTerms.objects.with_end()

    def list(self, request: Request) -> Response:
        """All versions, oldest first; the one of the highest version is in force."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One version."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Publish terms, in force from now on. The key must be one that may change settings.

        Introductions made before keep theirs. No rules at all: nothing is given. The same once
        more publishes nothing, and answers with what is in force.
        """
        sent = self.sent(TermsShape)
        terms = services.publish_terms(
            business=self.request.business,
            rules=[Rule(**rule) for rule in sent.pop("rules")],
            **sent,
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(terms.pk), status=201)


class RewardShape(Shape):
    """What somebody earned: given, or void for a reason."""

    id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Whose it is; null: they were erased."
    )
    person = serializers.ChoiceField(choices=Person.choices, read_only=True)
    trigger = serializers.ChoiceField(choices=Trigger.choices, read_only=True)
    what = serializers.ChoiceField(choices=What.choices, read_only=True)
    words = serializers.CharField(source="promised.words", read_only=True)
    amount = Amount(read_only=True)
    currency = serializers.CharField(read_only=True)
    share = serializers.IntegerField(
        read_only=True, help_text="In percent, where the credit for a sale is shared; 0: no more."
    )
    lacks_rate = serializers.CharField(
        read_only=True,
        help_text="The currency of the sale, while no rate is entered for its day; else empty."
        " The amount is not known before.",
    )
    state = serializers.ChoiceField(choices=RewardState.choices, read_only=True)
    terms_id = serializers.UUIDField(read_only=True)
    introduction_id = serializers.UUIDField(read_only=True, allow_null=True)
    referral_id = serializers.UUIDField(read_only=True, allow_null=True)
    earned_at = serializers.DateTimeField(read_only=True)
    hold_until = serializers.DateField(read_only=True, help_text="Not given before this day.")
    approved_at = serializers.DateTimeField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When it was given or called off."
    )
    code = serializers.CharField(
        read_only=True, help_text="The discount code that was taken for it; else empty."
    )
    note = serializers.CharField(read_only=True)
    void_because = serializers.CharField(read_only=True)
    fell_with_cause = serializers.BooleanField(
        read_only=True,
        help_text="Void because of what is left of the sale or of the ceiling, or since what it was"
        " for was taken back: earned again if that changes.",
    )
    created_at = serializers.DateTimeField(read_only=True)


class RewardFilters(Filters):
    state = serializers.ChoiceField(choices=RewardState.choices, required=False)
    open = serializers.BooleanField(
        required=False, help_text="True: earned or approved; false: given or void."
    )
    contact_id = Id(Contact, source="contact", required=False)
    introduction_id = Id(Introduction, source="introduction", required=False)
    referral_id = Id(Referral, source="referral", required=False)

    def narrow(self, rows: RewardQuerySet, given: Mapping[str, Any]) -> RewardQuerySet:
        columns = dict(given)
        if (is_open := columns.pop("open", None)) is not None:
            rows = rows.open() if is_open else rows.settled()
        return rows.filter(**columns)


class RewardNoteShape(Shape):
    """What one wants to remember of it."""

    note = serializers.CharField(
        max_length=LONGEST_REASON,
        allow_blank=True,
        required=False,
    )
    code = serializers.CharField(
        max_length=LONGEST_CODE,
        allow_blank=True,
        required=False,
        help_text="The discount code, while none is left on its list. Nobody had it before.",
    )
    told = serializers.BooleanField(
        required=False, help_text="You told them yourself: no letter leaves."
    )


class RewardVoidShape(Shape):
    """Why nothing is given."""

    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="In a few words.")


class Rewards(Resource):
    """What was earned, by whom and by what."""

    queryset = Reward.objects.all()
    serializer_class = RewardShape
    filters_class = RewardFilters

    def rows(self) -> Any:
        return Reward.objects.prefetch_related(
            Prefetch("codes", queryset=RewardCode.objects.order_by("id"))
        )

    def list(self, request: Request) -> Response:
        """What was earned, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One reward."""
        return self.shown(self.get_object())

    @extend_schema(request=None, responses=RewardShape)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, id: UUID) -> Response:
        """It will be given, once its time has come."""
        services.approve_reward(reward=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(self.found(id))

    @extend_schema(request=RewardNoteShape, responses=RewardShape)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, id: UUID) -> Response:
        """It is given. A discount code is taken from its list, and a letter tells of it.

        Thanks in public are given once a thank-you for the same stands on the wall
        (`/thank-yous/{id}/ask-public`); said elsewhere, the note says where.
        """
        reward, sent = self.get_object(), self.sent(RewardNoteShape)
        services.give_reward(
            reward=reward,
            note=sent.get("note", ""),
            code=sent.get("code", ""),
            by_letter=not sent.get("told", False),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(id))

    @extend_schema(request=RewardVoidShape, responses=RewardShape)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, id: UUID) -> Response:
        """Nothing is given, for a reason that is kept."""
        services.void_reward(
            reward=self.get_object(),
            **self.sent(RewardVoidShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(id))


class CodeShape(Shape):
    """A discount code. What it says stands with the reward that it was given for."""

    id = serializers.UUIDField(read_only=True)
    list_name = serializers.CharField(read_only=True)
    reward_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="What it was given for; null: it is left."
    )
    given_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class ListShape(Shape):
    """A list of codes."""

    list_name = serializers.CharField(
        max_length=LONGEST_LIST_NAME,
        allow_blank=True,
        required=False,
        help_text="Only where there are several lists.",
    )


class NewCodesShape(ListShape):
    """Codes of one list."""

    codes = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_CODE),
        max_length=services.MOST_CODES,
        help_text="Each given once.",
    )


class KeptCodesShape(Shape):
    """What was kept of a list."""

    list_name = serializers.CharField(read_only=True)
    added = serializers.IntegerField(read_only=True)


class TakenAwayShape(Shape):
    """How many codes nobody gets any more."""

    list_name = serializers.CharField(read_only=True)
    taken_away = serializers.IntegerField(read_only=True)


class CodeFilters(Filters):
    state = serializers.ChoiceField(choices=[("left", "Left"), ("given", "Given")], required=False)
    list_name = serializers.CharField(
        max_length=LONGEST_LIST_NAME,
        allow_blank=True,
        required=False,
        help_text="Empty: the list without a name.",
    )

    def narrow(self, rows: RewardCodeQuerySet, given: Mapping[str, Any]) -> RewardCodeQuerySet:
        columns = dict(given)
        if state := columns.pop("state", ""):
            columns["reward__isnull"] = state == "left"
        return rows.filter(**columns)


class Codes(Resource):
    """Discount codes from lists, each given once."""

    queryset = RewardCode.objects.all()
    serializer_class = CodeShape
    filters_class = CodeFilters
    permission_classes = (AdminChanges,)

    def list(self, request: Request) -> Response:
        """All codes without what they say, a page at a time."""
        return self.listed(self.rows())

    @extend_schema(request=NewCodesShape, responses={201: KeptCodesShape})
    def create(self, request: Request) -> Response:
        """Keep a list, all of it or nothing. The key must be one that may change settings."""
        kept = services.add_codes(
            business=self.request.business,
            **self.sent(NewCodesShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return Response(KeptCodesShape().to_representation(kept), status=201)

    @extend_schema(request=ListShape, responses=TakenAwayShape)
    @action(detail=False, methods=["post"], url_path="take-away")
    def take_away(self, request: Request) -> Response:
        """Nobody gets what is left of a list any more, as where it was uploaded by mistake. What
        was given stays. The key must be one that may change settings."""
        done = services.take_away_codes(
            business=self.request.business,
            **self.sent(ListShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return Response(TakenAwayShape().to_representation(done))


class FlagShape(Shape):
    """Something that a person looks at before anything is given: about a referral, or about an
    introduction and whoever made it."""

    id = serializers.UUIDField(read_only=True)
    referral_id = serializers.UUIDField(read_only=True, allow_null=True)
    introduction_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Where it was known before there was a yes."
    )
    kind = serializers.ChoiceField(choices=FlagKind.choices, read_only=True)
    evidence = serializers.DictField(
        read_only=True,
        help_text="Ids of contacts (of *known*, as whom they were a customer where that is somebody"
        " else here), a day, the domain of an address, how many nobody has answered, or what is"
        " left of a sale and due for it.",
    )
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)
    is_fine = serializers.BooleanField(read_only=True, allow_null=True)
    words = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class FlagFilters(Filters):
    kind = serializers.ChoiceField(choices=FlagKind.choices, required=False)
    referral_id = Id(Referral, source="referral", required=False)
    introduction_id = Id(Introduction, source="introduction", required=False)
    reward_id = Id(
        Reward, source="reward", required=False, help_text="All that this reward waits for."
    )
    open = serializers.BooleanField(
        required=False, help_text="True: nobody has looked yet; false: somebody has."
    )

    def narrow(self, rows: RewardFlagQuerySet, given: Mapping[str, Any]) -> RewardFlagQuerySet:
        columns = dict(given)
        if (is_open := columns.pop("open", None)) is not None:
            columns["settled_at__isnull"] = is_open
        if (reward := columns.pop("reward", None)) is not None:
            rows = rows.about(reward)
        return rows.filter(**columns)


class SettlingShape(Shape):
    """What a person found."""

    is_fine = serializers.BooleanField(
        help_text="False: nothing is given for it, and what is open becomes void."
    )
    words = serializers.CharField(max_length=LONGEST_REASON, help_text="In a few words.")


class Flags(Resource):
    """What is worth a look before anything is given."""

    queryset = RewardFlag.objects.all()
    serializer_class = FlagShape
    filters_class = FlagFilters

    def list(self, request: Request) -> Response:
        """What was flagged, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One flag, with its evidence."""
        return self.shown(self.get_object())

    @extend_schema(request=SettlingShape, responses=FlagShape)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, id: UUID) -> Response:
        """A person has looked, and says what they make of it."""
        flag = services.settle_flag(
            flag=self.get_object(),
            **self.sent(SettlingShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(flag)
