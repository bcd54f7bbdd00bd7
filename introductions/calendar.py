"""The appointment that goes with the letter to all three, where the advocate brings them together.

RFC 5545. The same row gives the same bytes, so that a letter built twice is one appointment.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from businesses import clock
from contacts.models import Contact
from introductions.models import Introduction

_LASTS = timedelta(hours=1)
_PRODUCT = "-//Handshake//Introductions//EN"


def appointment_of(introduction: Introduction, *, host: str, now: datetime) -> str:
    """The file; empty where no day was chosen, or it has passed.

    An hour is written as UTC, since the three may be in different places; without one it takes
    the whole day.
    """
    business = introduction.business
    day = introduction.meets_on
    if day is None or day < clock.today(business, now):
        return ""
    begins = introduction.meeting_begins(ZoneInfo(business.timezone))
    event = Event()
    event.add("uid", f"{introduction.pk}@{settings.MAIL_FROM.rpartition('@')[2]}")
    event.add("dtstamp", now.replace(microsecond=0))
    if introduction.meeting_moves:  # It takes the place of the one before.
        event.add("sequence", introduction.meeting_moves)
    if begins is None:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", begins.astimezone(ZoneInfo("UTC")))
        event.add("dtend", (begins + _LASTS).astimezone(ZoneInfo("UTC")))
    event.add("summary", _in_a_line(introduction, host))
    event.add("location", introduction.meets_place)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _in_a_line(introduction: Introduction, host: str) -> str:
    advocate: Contact = introduction.advocate.contact
    names = [introduction.prospect_first_name, host]
    return f"{' and '.join(filter(None, names))} meet, with {advocate.first_name}"
