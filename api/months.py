"""/figures/today and /figures/month: what Today says in numbers, and how a month went."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import UnknownParameter
from api.resource import Resource
from api.shapes import Filters, Shape
from api.worth import RULE, SumShape
from businesses import clock
from contacts.models import Contact
from insights.gratitude import how_soon
from insights.month import Counts, how_it_went, month_before
from insights.shares import share_in_words
from insights.today import figures

_SHORT = "Any day of it. The month before this one where it is left out."
_OLDEST = date(2000, 1, 1)


class TodaysFiguresShape(Shape):
    """How things stand today."""

    days_until_thanked = serializers.FloatField(
        allow_null=True, help_text="The median of thanks given within a year."
    )
    days_until_thanked_before = serializers.FloatField(
        allow_null=True, help_text="The same of the year before."
    )
    thanks_owed = serializers.IntegerField()
    owed_since = serializers.DateTimeField(allow_null=True)
    inner_circle = serializers.IntegerField()
    inner_waiting = serializers.IntegerField(help_text="Who of them is due to hear from you.")
    share_by_introduction = serializers.IntegerField(
        allow_null=True,
        help_text="Whole per cent of what came in within twelve months. Other currencies count at"
        " the rates entered; where one is missing, the business's own alone, and `rule` says so.",
    )
    rule = serializers.CharField(help_text=RULE)
    asking_pauses = serializers.CharField(
        allow_null=True, help_text="Why, in words; null while people may be asked."
    )


class CountsShape(Shape):
    """What happened within a month."""

    introductions = serializers.IntegerField()
    handshakes = serializers.IntegerField()
    won = serializers.IntegerField()
    lost = serializers.IntegerField()
    thanks_given = serializers.IntegerField()
    money = SumShape(many=True, help_text="What came in by introduction.")


class MonthShape(Shape):
    """A month by its first day, with the one before it."""

    first = serializers.DateField()
    now = CountsShape()
    before = CountsShape()
    thanks_owed = serializers.IntegerField(help_text="At its end, or today while it lasts.")
    owed_since = serializers.DateTimeField(allow_null=True)
    rule = serializers.CharField(help_text=RULE)


class WhichMonth(Filters):
    """Which month is asked for."""

    month = serializers.DateField(required=False)


class TodaysFigures(Resource):
    """The few numbers beside Today."""

    queryset = Contact.objects.none()
    serializer_class = TodaysFiguresShape

    @extend_schema(operation_id="figures_today", responses=TodaysFiguresShape, tags=["figures"])
    def retrieve(self, request: Request) -> Response:
        """Days until thanked, the inner circle, and how much came by introduction."""
        business, now = self.request.business, clock.now()
        found = figures(business=business, now=now, today=clock.today(business, now))
        soon = how_soon(now=now)
        told = {
            "days_until_thanked": found.days_until_thanked,
            "days_until_thanked_before": found.days_until_thanked_before,
            "thanks_owed": soon.owed,
            "owed_since": soon.owed_since,
            "inner_circle": found.inner_circle,
            "inner_waiting": found.inner_waiting,
            "share_by_introduction": found.share.percent,
            "rule": found.share.rule,
            "asking_pauses": found.pause.message if found.pause else None,
        }
        return Response(told)


class MonthsFigures(Resource):
    """How a month went."""

    queryset = Contact.objects.none()
    serializer_class = MonthShape

    @extend_schema(
        operation_id="figures_month",
        responses=MonthShape,
        parameters=[OpenApiParameter("month", date, description=_SHORT)],
        tags=["figures"],
    )
    def retrieve(self, request: Request) -> Response:
        """What was given within a month, what came of it, and what is owed."""
        business, now = self.request.business, clock.now()
        month = how_it_went(business=business, first=self._first(), now=now)
        told = {
            "first": month.first,
            "now": _counts(month.now),
            "before": _counts(month.before),
            "thanks_owed": month.thanks_owed,
            "owed_since": month.owed_since,
            "rule": share_in_words(business),
        }
        return Response(told)

    def _first(self) -> date:
        """The first day of the month that is asked for: none before there was such a thing as
        this, and none that has not begun."""
        asked = WhichMonth(data=self.request.query_params.dict())
        try:
            asked.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            raise UnknownParameter(error.detail) from error
        this = clock.today(self.request.business, clock.now()).replace(day=1)
        given: date | None = asked.validated_data.get("month")
        if given is None:
            return month_before(this)
        first = given.replace(day=1)
        if not _OLDEST <= first <= this:
            raise UnknownParameter({"month": ["There is no such month here."]})
        return first


def _counts(counts: Counts) -> dict[str, Any]:
    names = ("introductions", "handshakes", "won", "lost", "thanks_given")
    money = [
        {"amount": amount, "currency": currency}
        for currency, amount in sorted(counts.money.items())
    ]
    return {name: getattr(counts, name) for name in names} | {"money": money}
