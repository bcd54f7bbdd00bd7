"""/today: what is due, as the page of that name and the morning letter tell it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.contacts import ContactShape
from api.reminders import ReminderShape
from api.resource import Resource
from api.shapes import Shape
from api.thank_yous import ThankYouShape, see_what_may_be_told
from businesses import clock
from insights.due import in_touch_due, reminders_due, thanks_due
from outreach.models import Reminder

# So many of each part; their own lists have the rest.
ROWS = 12

_COUNT = "How many there are in all; here are the first twelve."
_PEOPLE = "How many people that is about."


class PartShape(Shape):
    """How much of it is due."""

    count = serializers.IntegerField(help_text=_COUNT)
    people = serializers.IntegerField(help_text=_PEOPLE)


class DueRemindersShape(PartShape):
    """The longest due first; `/reminders?open=true&order=due_on` has all."""

    results = ReminderShape(many=True, source="rows")


class DueThanksShape(PartShape):
    """What is owed, longest first; `/thank-yous?state=due` has all."""

    results = ThankYouShape(many=True, source="rows")


class DueTouchesShape(PartShape):
    """With whom to be in touch, and no reminder says so; `/contacts?next_touch_before=` has all."""

    results = ContactShape(many=True, source="rows")


class TodayShape(serializers.Serializer[Any]):
    """What waits, in the order in which it hurts."""

    put_right = DueRemindersShape()
    thank = DueThanksShape()
    follow_up = DueRemindersShape(
        help_text="All other reminders, but drafts of thanks: see `thank`."
    )
    keep_in_touch = DueTouchesShape()


class Today(Resource):
    """What is due today, by the business's day."""

    queryset = Reminder.objects.all()
    serializer_class = ReminderShape

    @extend_schema(operation_id="today", responses=TodayShape, tags=["today"])
    def retrieve(self, request: Request) -> Response:
        """Whom to put things right with, thank, follow up with, and keep in touch with."""
        today = clock.today(self.request.business)
        put_right, follow_up = reminders_due(Reminder.objects.open().due(today), at_most=ROWS)
        touches, thanks = in_touch_due(today, at_most=ROWS), thanks_due(at_most=ROWS)
        see_what_may_be_told(thanks.rows)
        return Response(
            {
                "put_right": DueRemindersShape().to_representation(put_right),
                "thank": DueThanksShape().to_representation(thanks),
                "follow_up": DueRemindersShape().to_representation(follow_up),
                "keep_in_touch": DueTouchesShape().to_representation(touches),
            }
        )
