"""/business: when letters leave, until when nobody is asked, its money, and who it is."""

import base64
import binascii
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import AdminChanges
from api.resource import Resource
from api.shapes import Shape
from businesses import clock
from businesses.costs import CostChanges, change_costs
from businesses.models import LONGEST_BLURB, MOST_MINUTES, MOST_WEEKS
from businesses.money import LARGEST
from businesses.pictures import NoPicture, keep_picture, remove_picture
from businesses.profile import LONGEST_LINK, ProfileChanges, change_profile
from businesses.services import BusinessChanges
from businesses.thanking import ThankingChanges, change_thanking
from outreach.services import change_letter_hours
from referrals.services import MoneyChanges, change_money
from referrals.services.rates import MOST_CREDIT_MONTHS, MOST_CURRENCIES


class _Amount(serializers.IntegerField):
    """Whole minor units, or not known."""

    def __init__(self, *, help_text: str) -> None:
        super().__init__(min_value=0, max_value=LARGEST, allow_null=True, help_text=help_text)


class LetterHoursShape(Shape):
    """The business's own settings. Its name and address are said by a person, in Settings."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    timezone = serializers.CharField(read_only=True, help_text="Days are this zone's.")
    country = serializers.CharField(
        max_length=2, help_text="Two letters; whose public holidays are kept."
    )
    letters_from = serializers.IntegerField(
        min_value=0, max_value=23, help_text="The full hour, by the reader's clock."
    )
    letters_until = serializers.IntegerField(
        min_value=1, max_value=24, help_text="The full hour; 24 is midnight."
    )
    letter_days = serializers.RegexField(
        r"^[1-7]{1,7}$", help_text="Days of the week on which letters leave; 1 is Monday."
    )
    keeps_holidays = serializers.BooleanField(help_text="Whether public holidays are quiet.")
    weeks_between_asks = serializers.IntegerField(
        min_value=1, max_value=MOST_WEEKS, help_text="An ask rests so long before the next."
    )
    blurb = serializers.CharField(
        max_length=LONGEST_BLURB,
        allow_blank=True,
        help_text="Whom the business helps, in words to pass on: what an ask has at first.",
    )
    full_until = serializers.DateField(
        allow_null=True, help_text="Asks wait until this day, and guests are told so."
    )
    closed_until = serializers.DateField(
        allow_null=True, help_text="The same, for a business that is away."
    )

    gift_ceiling = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST,
        allow_null=True,
        help_text="What gifts to one person may cost in a year before a reason is asked for, in"
        " whole minor units.",
    )
    shows_values = serializers.BooleanField(
        help_text="Whether advocates read what an introduction was worth, where the prospect lets"
        " them. It counts for hands shaken from then on.",
    )
    town = serializers.CharField(max_length=75, allow_blank=True)
    website = serializers.CharField(
        max_length=LONGEST_LINK,
        allow_blank=True,
        help_text="Without a scheme it is taken as https.",
    )
    difference = serializers.CharField(
        max_length=300, allow_blank=True, help_text="What is different about the business."
    )
    first_talk = serializers.CharField(
        max_length=300, allow_blank=True, help_text="What the first talk gives whoever comes."
    )
    booking_link = serializers.CharField(
        max_length=LONGEST_LINK,
        allow_blank=True,
        help_text="Where a time can be chosen; it stands in the letter that introduces people.",
    )

    currency = serializers.CharField(read_only=True)
    other_currencies = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{3}$"),
        max_length=MOST_CURRENCIES,
        help_text="Used beside its own. Amounts in one that is dropped stay as they are.",
    )
    credit_months = serializers.IntegerField(
        min_value=1,
        max_value=MOST_CREDIT_MONTHS,
        allow_null=True,
        help_text="So long after somebody was sent, what they bring counts for who sent them;"
        " null: for ever.",
    )
    card_costs = _Amount(help_text="A card with its stamp, in whole minor units.")
    hour_costs = _Amount(help_text="An hour of the owner's.")
    minutes_each = serializers.IntegerField(
        min_value=0,
        max_value=MOST_MINUTES,
        allow_null=True,
        help_text="What the owner spends on each introduction, as a guess.",
    )
    advertising_a_month = _Amount(help_text="What customers who were not sent cost in a month.")


# What of it people read who do not know the business yet.
_PROFILE = ProfileChanges.__annotations__.keys()
_MONEY = MoneyChanges.__annotations__.keys()
_THANKING = ThankingChanges.__annotations__.keys()
_COSTS = CostChanges.__annotations__.keys()


class PictureShape(Shape):
    """A face or a logo."""

    image = serializers.CharField(
        max_length=6_000_000,
        trim_whitespace=False,
        help_text="The bytes of a JPEG, PNG or WebP file in base64. A small copy without metadata"
        " is kept.",
    )


class Settings(Resource):
    """The business of the key."""

    serializer_class = LetterHoursShape
    permission_classes = (AdminChanges,)

    @extend_schema(responses=LetterHoursShape, tags=["business"])
    def retrieve(self, request: Request) -> Response:
        """When letters leave, until when nobody is asked, and how it introduces itself."""
        return self.shown(self.request.business)

    @extend_schema(request=LetterHoursShape, responses=LetterHoursShape, tags=["business"])
    def partial_update(self, request: Request) -> Response:
        """Change what the body names. The key must be one that may change settings."""
        told: dict[str, Any] = self.sent(LetterHoursShape, partial=True)
        profile: ProfileChanges = {}
        money: MoneyChanges = {}
        thanking: ThankingChanges = {}
        costs: CostChanges = {}
        changes: BusinessChanges = {}
        kinds = (
            (_PROFILE, profile),
            (_MONEY, money),
            (_THANKING, thanking),
            (_COSTS, costs),
        )
        for name, value in told.items():
            part = next((part for names, part in kinds if name in names), changes)
            part[name] = value  # type: ignore[literal-required]  # checked by the shape
        business = self.request.business
        if thanking:
            business = change_thanking(business=business, changes=thanking, now=clock.now())
        if profile:
            business = change_profile(business=business, changes=profile)
        if money:
            business = change_money(
                business=business, changes=money, by=self.request.actor, now=clock.now()
            )
        if costs:
            business = change_costs(business=business, changes=costs)
        if changes or not (profile or money or thanking or costs):
            business = change_letter_hours(business=business, changes=changes, now=clock.now())
        return self.shown(business)


class OurPicture(Resource):
    """The face or logo that guests see beside the business's name."""

    serializer_class = PictureShape
    permission_classes = (AdminChanges,)

    @extend_schema(request=PictureShape, responses={204: None}, tags=["business"])
    def update(self, request: Request) -> Response:
        """Put this picture in place of the one before."""
        told = self.sent(PictureShape)
        try:
            data = base64.b64decode(told["image"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise NoPicture from error
        keep_picture(business=self.request.business, data=data, now=clock.now())
        return Response(status=204)

    @extend_schema(responses={204: None}, tags=["business"])
    def destroy(self, request: Request) -> Response:
        """Take it away: initials stand there again."""
        remove_picture(business=self.request.business)
        return Response(status=204)
