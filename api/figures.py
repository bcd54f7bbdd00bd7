"""/figures: what introductions are worth, of a time, each figure as `insights/` works it out."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import UnknownParameter
from api.resource import Resource
from api.shapes import Filters, Shape
from api.worth import RULE, WorthShape, told
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from insights.attribution import books_of
from insights.costs import RULE as RULE_OF_COSTS
from insights.costs import Costs, costs_within
from insights.gratitude import RULE_OF_GIFTS, gift_totals, how_soon
from insights.inner import inner_share
from insights.steps import RULE_OF_DEPTHS, RULE_OF_STEPS, conversion_by_depth, time_between_steps
from insights.ways import RULE as RULE_OF_WAYS
from insights.ways import (
    RULE_OF_YEARS,
    Group,
    NewBusiness,
    Way,
    new_business,
    sent_and_otherwise,
    values_after,
)
from insights.worth import rates_of

_PERCENT = "Whole per cent; null where too few are known."
_PART = "From 0 to 1; null where there is nobody."
_MONEY = "In whole minor units of the business's own currency; null where it is not known."
_SHORT = "The last twelve months where it is left out."


class SpanShape(Filters):
    """`from` is a word of Python's, so the fields stand in a table."""

    def get_fields(self) -> dict[str, Any]:
        return {
            "from": serializers.DateField(required=False),
            "until": serializers.DateField(required=False),
        }


class GroupShape(Shape):
    """Those who came on one way, of all times."""

    way = serializers.ChoiceField(choices=list(Way))
    people = serializers.IntegerField()
    customers = serializers.IntegerField()
    again = serializers.IntegerField(help_text="Who came back on another day.")
    lost = serializers.IntegerField(help_text="Customers from whom nothing came for a year.")
    conversion = serializers.FloatField(allow_null=True, help_text=_PART)
    repeat = serializers.FloatField(allow_null=True, help_text=_PART)
    lost_share = serializers.FloatField(allow_null=True, help_text=_PART)
    worth = WorthShape()


class WaysShape(Shape):
    """Customers who were sent beside those who found the business otherwise."""

    groups = GroupShape(many=True)
    is_enough_known = serializers.BooleanField(
        help_text="False: too few sources are known for the comparison to say anything."
    )
    rule = serializers.CharField(help_text=RULE)


class NewOfWayShape(Shape):
    """Who became a customer within the time, and what came in from them within it."""

    way = serializers.ChoiceField(choices=list(Way))
    customers = serializers.IntegerField()
    worth = WorthShape()


class NewBusinessShape(Shape):
    """New customers by way, and the part of those who were sent."""

    share_sent = serializers.FloatField(allow_null=True, help_text=_PART)
    ways = NewOfWayShape(many=True)
    rule = serializers.CharField(help_text=RULE)


class ValueAfterShape(Shape):
    """What customers brought in their first years, those years being over."""

    years = serializers.IntegerField()
    way = serializers.ChoiceField(choices=list(Way))
    customers = serializers.IntegerField()
    worth = WorthShape()


class CostsShape(Shape):
    """What was spent on customers who were sent, beside what was spent on the others."""

    rewards = WorthShape()
    gifts = WorthShape()
    cards = serializers.IntegerField(help_text="How many were written.")
    for_cards = serializers.IntegerField(allow_null=True, help_text=_MONEY)
    for_minutes = serializers.IntegerField(allow_null=True, help_text=_MONEY)
    advertising = serializers.IntegerField(allow_null=True, help_text=_MONEY)
    sent = serializers.IntegerField(help_text="New customers who were sent.")
    otherwise = serializers.IntegerField(help_text="New customers who found it otherwise.")
    each_sent = serializers.IntegerField(allow_null=True, help_text=_MONEY)
    each_otherwise = serializers.IntegerField(allow_null=True, help_text=_MONEY)
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Settings that the owner has not filled in."
    )
    rule = serializers.CharField(help_text=RULE)


class InnerShape(Shape):
    """What came in through the inner circle, and through everybody who sent somebody."""

    inner = WorthShape()
    everybody = WorthShape()
    percent = serializers.DictField(
        child=serializers.IntegerField(), help_text="By currency, in whole per cent."
    )
    rule = serializers.CharField(help_text=RULE)


class DepthShape(Shape):
    """What became of introductions, by how well the advocate knew whom they introduced."""

    depth = serializers.CharField(help_text="Empty where it was not said.")
    made = serializers.IntegerField()
    shaken = serializers.IntegerField()
    won = serializers.IntegerField()
    share_shaken = serializers.IntegerField(allow_null=True, help_text=_PERCENT)
    share_won = serializers.IntegerField(allow_null=True, help_text=_PERCENT)


class TookShape(Shape):
    """How long it took to come to a step from the one before."""

    step = serializers.CharField()
    median_days = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField()


class HowSoonShape(Shape):
    """How soon somebody is thanked, over the last year, and what is owed now."""

    median_days = serializers.FloatField(allow_null=True)
    given = serializers.IntegerField()
    waived = serializers.IntegerField()
    owed = serializers.IntegerField()
    owed_since = serializers.DateTimeField(allow_null=True)
    rule = serializers.CharField(help_text=RULE)


class GiftTotalShape(Shape):
    """What one person was given within the time, as a tax office may want to know it."""

    contact_id = serializers.UUIDField(source="contact.pk")
    currency = serializers.CharField()
    amount = serializers.IntegerField(help_text="Whole minor units, such as cents.")
    count = serializers.IntegerField()


class FiguresShape(Shape):
    """From `first` to the day before `until`, by the business's days."""

    first = serializers.DateField()
    until = serializers.DateField()
    ways = WaysShape()
    new_business = NewBusinessShape()
    values_after = ValueAfterShape(many=True)
    values_after_rule = serializers.CharField(help_text=RULE)
    costs = CostsShape()
    inner = InnerShape()
    depths = DepthShape(many=True)
    depths_rule = serializers.CharField(help_text=RULE)
    steps = TookShape(many=True)
    steps_rule = serializers.CharField(help_text=RULE)
    thanks = HowSoonShape()
    gifts = GiftTotalShape(many=True)
    gifts_rule = serializers.CharField(help_text=RULE)


class Figures(Resource):
    """What introductions come to."""

    queryset = Contact.objects.none()
    serializer_class = FiguresShape

    @extend_schema(
        operation_id="figures_retrieve",
        responses=FiguresShape,
        parameters=[
            OpenApiParameter("from", date, description=f"The first day. {_SHORT}"),
            OpenApiParameter("until", date, description="The day after the last."),
        ],
        tags=["figures"],
    )
    def retrieve(self, request: Request) -> Response:
        """Conversion, value, cost and time of what was sent, beside what came otherwise."""
        business = self.request.business
        first, until = self._span(business)
        return Response(_figures(business, first, until, clock.now()))

    def _span(self, business: Business) -> tuple[date, date]:
        asked = SpanShape(data=self.request.query_params.dict())
        try:
            asked.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            raise UnknownParameter(error.detail) from error
        given = asked.validated_data
        until = given.get("until") or clock.today(business, clock.now()) + timedelta(days=1)
        first = given.get("from") or date.fromordinal(max(1, until.toordinal() - 365))
        if first >= until:
            raise UnknownParameter({"from": ["This day comes after the last."]})
        return first, until


def _figures(business: Business, first: date, until: date, now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(business.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, until))
    today = clock.today(business, now)
    # Read once, for all that is converted or shared.
    read: dict[str, Any] = {"business": business, "rates": rates_of(business)}
    ways = sent_and_otherwise(**read, today=today)
    inner = inner_share(**read, books=books_of(business), first=first, until=until)
    return {
        "first": first,
        "until": until,
        "ways": {
            "groups": [_group(way, getattr(ways, way)) for way in Way],
            "is_enough_known": ways.is_enough_known,
            "rule": RULE_OF_WAYS,
        },
        "new_business": _new(new_business(**read, first=first, until=until)),
        "values_after": [
            {"years": one.years, "way": one.way, "customers": one.customers}
            | {"worth": told(one.worth)}
            for one in values_after(**read, today=today)
        ],
        "values_after_rule": RULE_OF_YEARS,
        "costs": _costs(costs_within(**read, first=first, until=until, today=today), business),
        "inner": {
            "inner": told(inner.inner),
            "everybody": told(inner.everybody),
            "percent": inner.percent,
            "rule": inner.rule,
        },
        "depths": _shown(DepthShape(), conversion_by_depth(since=begin, until=end)),
        "depths_rule": RULE_OF_DEPTHS,
        "steps": _shown(TookShape(), time_between_steps(since=begin, until=end)),
        "steps_rule": RULE_OF_STEPS,
        "thanks": HowSoonShape().to_representation(how_soon(now=now)),
        "gifts": _shown(GiftTotalShape(), gift_totals(business=business, first=first, until=until)),
        "gifts_rule": RULE_OF_GIFTS,
    }


def _shown(shape: Shape, rows: Any) -> list[dict[str, Any]]:
    return [shape.to_representation(row) for row in rows]


def _group(way: Way, group: Group) -> dict[str, Any]:
    names = ("people", "customers", "again", "lost", "conversion", "repeat", "lost_share")
    known = {name: getattr(group, name) for name in names}
    return {"way": way, **known, "worth": told(group.worth)}


def _new(new: NewBusiness) -> dict[str, Any]:
    ways = [
        {"way": way, "customers": new.customers[way], "worth": told(new.worth[way])} for way in Way
    ]
    return {"share_sent": new.share_sent, "ways": ways, "rule": RULE_OF_WAYS}


def _costs(costs: Costs, business: Business) -> dict[str, Any]:
    names = ("cards", "for_cards", "for_minutes", "advertising", "sent", "otherwise")
    return {
        "rewards": told(costs.rewards),
        "gifts": told(costs.gifts),
        **{name: getattr(costs, name) for name in names},
        "each_sent": costs.each_sent(business.currency),
        "each_otherwise": costs.each_otherwise,
        "missing": costs.missing,
        "rule": RULE_OF_COSTS,
    }
