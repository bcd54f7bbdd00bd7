"""/thank-yous: what is owed to advocates, and what was given."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.money import Amount
from api.paging import Order, Page
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from businesses.money import LARGEST
from contacts.models import Contact
from feedback.models import ShownAs
from insights.gratitude import gifts_of_year
from introductions.models import Advocate, Introduction
from referrals.models import Referral, ThankYou
from referrals.services import (
    Gift,
    ask_for_public_thanks,
    give_thanks,
    record_kindness,
    take_down_public_thanks,
    thanks_that_may_tell,
    undo_thanks,
    waive_thanks,
)
from referrals.states import BY_HAND, PublicState, ThanksHow, ThanksReason, ThanksState
from referrals.thanks import LONGEST_NOTE, LONGEST_PUBLIC

_BY_HAND = [choice for choice in ThanksReason.choices if choice[0] in BY_HAND]


class ThankYouShape(Shape):
    """An act of gratitude: owed until it is given, or waived for a reason."""

    id = serializers.UUIDField(read_only=True)
    advocate_id = serializers.UUIDField(read_only=True)
    introduction_id = serializers.UUIDField(read_only=True, allow_null=True)
    referral_id = serializers.UUIDField(read_only=True, allow_null=True)
    reason = serializers.ChoiceField(choices=ThanksReason.choices, read_only=True)
    state = serializers.ChoiceField(choices=ThanksState.choices, read_only=True)
    owed_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When it was given or waived."
    )
    how = serializers.ChoiceField(choices=ThanksHow.choices, allow_blank=True, read_only=True)
    words = serializers.CharField(read_only=True)
    waived_because = serializers.CharField(read_only=True)
    may_tell_outcome = serializers.BooleanField(
        read_only=True,
        help_text="False: whoever was introduced would rather that the advocate does not hear how"
        " it ended. Mind it in your words.",
    )
    note = serializers.CharField(
        read_only=True, help_text="What it is for, where somebody kept it by hand."
    )
    gift_cost = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Whole minor units, where it is known."
    )
    gift_currency = serializers.CharField(read_only=True)
    gift_because = serializers.CharField(read_only=True)
    pleased_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When the advocate said “My pleasure”."
    )
    public_state = serializers.ChoiceField(
        choices=PublicState.choices,
        allow_blank=True,
        read_only=True,
        help_text="Whether it stands on the wall of thanks, as the advocate says.",
    )
    public_words = serializers.CharField(read_only=True)
    public_name = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)


class GivingShape(Shape):
    """In which way the advocate is thanked."""

    how = serializers.ChoiceField(choices=ThanksHow.choices)
    words = serializers.CharField(
        max_length=2000,
        allow_blank=True,
        required=False,
        help_text="What the letter says; of a call or a gift, what one wants to remember.",
    )
    gift_cost = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST,
        allow_null=True,
        required=False,
        help_text="What a gift cost, in whole minor units of the business's currency.",
    )
    gift_because = serializers.CharField(
        max_length=LONGEST_NOTE,
        allow_blank=True,
        required=False,
        help_text="Why it is right, where gifts of the year come to more than the ceiling.",
    )


class KindnessShape(Shape):
    """What somebody did that no event tells of."""

    contact_id = Id(Contact, source="contact")
    reason = serializers.ChoiceField(choices=_BY_HAND)
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, required=False)


class PublicThanksShape(Shape):
    """Words for the wall of thanks."""

    words = serializers.CharField(max_length=LONGEST_PUBLIC)
    shown_as = serializers.ChoiceField(
        choices=ShownAs.choices, help_text="How the advocate is named there."
    )


class GivenShape(Shape):
    """What came to one person, in one currency."""

    currency = serializers.CharField()
    amount = Amount()


class GiftsOfYearShape(Shape):
    """What the advocate was given since the year began at the business's place."""

    gifts = Amount(help_text="Gifts to thank, in the business's currency.")
    ceiling = Amount(
        source="business.gift_ceiling",
        allow_null=True,
        help_text="What these may come to before a reason is asked for.",
    )
    currency = serializers.CharField(source="business.currency", help_text="Of both.")
    everything = GivenShape(
        source="totals",
        many=True,
        help_text="These, and the rewards that are worth money to them.",
    )
    sentence = serializers.CharField(help_text="The same in words, as the owner reads it.")
    rule = serializers.CharField(help_text="What is counted, in words.")


class WaivingShape(Shape):
    """Why no thanks are needed."""

    reason = serializers.CharField(max_length=300, help_text="In a few words.")


class ThankYouFilters(Filters):
    state = serializers.ChoiceField(choices=ThanksState.choices, required=False)
    advocate_id = Id(Advocate, source="advocate", required=False)
    referral_id = Id(Referral, source="referral", required=False)
    introduction_id = Id(Introduction, source="introduction", required=False)


class ThankYous(Resource):
    """What is owed to advocates, and what was given."""

    queryset = ThankYou.objects.all()
    serializer_class = ThankYouShape
    filters_class = ThankYouFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "owed_at": Order("owed_at", "longest owed first"),
        "-owed_at": Order("owed_at", "latest owed first", backwards=True),
    }

    def rows(self) -> QuerySet[ThankYou]:
        return ThankYou.objects.with_people()

    def paged(self, rows: QuerySet[ThankYou]) -> Page:
        page = super().paged(rows)
        see_what_may_be_told(page.rows)
        return page

    def shown(self, row: Any, status: int = 200) -> Response:
        see_what_may_be_told([row])
        return super().shown(row, status)

    def list(self, request: Request) -> Response:
        """What is owed and what was given, a page at a time."""
        return self.listed(self.rows())

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One thank-you."""
        return self.shown(self.get_object())

    @extend_schema(request=KindnessShape, responses={201: ThankYouShape})
    def create(self, request: Request) -> Response:
        """Somebody spoke up for us, helped another customer, wrote a review, told their story."""
        thanks = record_kindness(**self.sent(KindnessShape), by=self.request.actor, now=clock.now())
        return self.shown(thanks, status=201)

    @extend_schema(request=GivingShape, responses=ThankYouShape)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, id: UUID) -> Response:
        """Thank the advocate: by a letter that leaves now, or in a way that is merely kept.

        A letter is from the member who made the key, or from the owner when they have left. It
        needs words, and an address that wants mail. Gifts to one person that come to more in a
        year than the business allows need a reason.
        """
        thanks, told = self.get_object(), self.sent(GivingShape)
        cost, because = told.pop("gift_cost", None), told.pop("gift_because", "")
        thanks = give_thanks(
            thank_you=thanks,
            **told,
            gift=None if cost is None else Gift(cost, because),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(thanks)

    @extend_schema(responses=GiftsOfYearShape)
    @action(detail=True, methods=["get"])
    def gifts(self, request: Request, id: UUID) -> Response:
        """What gifts to the advocate, and rewards, have come to this year."""
        business, contact = self.request.business, self.get_object().advocate.contact
        told = gifts_of_year(contact=contact, business=business, now=clock.now())
        return Response(GiftsOfYearShape().to_representation(told))

    @extend_schema(request=WaivingShape, responses=ThankYouShape)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, id: UUID) -> Response:
        """No thanks are needed, for a reason that is kept."""
        thanks = waive_thanks(
            thank_you=self.get_object(),
            **self.sent(WaivingShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(thanks)

    @extend_schema(request=None, responses=ThankYouShape)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, id: UUID) -> Response:
        """Owed again: for ten minutes after it was given or waived, if nothing has left."""
        thanks = undo_thanks(thank_you=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(thanks)

    @extend_schema(request=PublicThanksShape, responses=ThankYouShape)
    @action(detail=True, methods=["post"], url_path="ask-public")
    def ask_public(self, request: Request, id: UUID) -> Response:
        """Ask the advocate, by a letter, whether these words may stand on the wall of thanks."""
        thanks = ask_for_public_thanks(
            thank_you=self.get_object(),
            **self.sent(PublicThanksShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(thanks)

    @extend_schema(request=None, responses=ThankYouShape)
    @action(detail=True, methods=["post"], url_path="take-down")
    def take_down(self, request: Request, id: UUID) -> Response:
        """Take the question back, or the words off the wall, at once."""
        thanks = take_down_public_thanks(
            thank_you=self.get_object(), by=self.request.actor, now=clock.now()
        )
        return self.shown(thanks)


def see_what_may_be_told(rows: Collection[Any]) -> None:
    """One query, however many there are."""
    told = thanks_that_may_tell(rows)
    for thanks in rows:
        thanks.may_tell_outcome = thanks.pk in told
