"""The letters about a day on which an advocate brings two people together."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from activity.models import Event
from introductions.calendar import appointment_of
from introductions.messages import host_of, readers_of_handshake
from introductions.models import Introduction
from outreach import catalogue_of_handshakes as handshakes
from outreach.letters import FIRM, Party
from outreach.links import make_link, placeholder
from outreach.models import LinkPurpose, Message
from outreach.senders import name_of
from outreach.services import NewLetter, queue_message
from outreach.states import MailKind

# In the advocate's own morning.
MORNING = time(9)


def morning_after_to_advocate(
    *, introduction: Introduction, cause: Event, now: datetime
) -> Message:
    """Asks whether it came about, on the morning after the day that they chose themself."""
    business, contact = introduction.business, introduction.advocate.contact
    assert introduction.meets_on is not None
    host = host_of(introduction)
    name = name_of(host, business)
    link = make_link(
        business=business,
        purpose=LinkPurpose.ADVOCATE,
        subject=introduction,
        contact=contact,
        now=now,
    )
    zone = ZoneInfo(contact.timezone or business.timezone)
    letter = NewLetter(
        kind=handshakes.MORNING_AFTER,
        template=handshakes.MORNING_AFTER,
        context={
            "first_name": contact.first_name,
            "person": introduction.prospect_first_name,
            "day": said_day(introduction.meets_on),
            "meeting_link": placeholder(link),
            "sender": name,
        },
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=introduction,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.NEWS,
        reply_to=host.email,
        due_at=datetime.combine(introduction.meets_on + timedelta(days=1), MORNING, zone),
        answers_recipient=True,
    )
    return queue_message(business=business, letter=letter, now=now)


def meeting_moved_to_everyone(
    *, introduction: Introduction, cause: Event, due_at: datetime, now: datetime
) -> Message:
    """The new day, with the appointment that takes the place of the one before.

    It goes to whom the letter that introduced them went, and tells no other address. It waits for
    no hours: the day may be near.
    """
    business, host = introduction.business, host_of(introduction)
    advocate, contact = introduction.advocate.contact, introduction.contact
    assert contact is not None
    assert introduction.meets_on is not None
    readers = readers_of_handshake(introduction)
    guests = [
        *([contact] if readers.prospect and contact.email else []),
        *([advocate] if readers.advocate and advocate.email else []),
    ]
    hour = f" at {introduction.meets_at:%H:%M}" if introduction.meets_at else ""
    letter = NewLetter(
        kind=handshakes.MOVED,
        template=handshakes.MOVED,
        context={
            "prospect": introduction.prospect_first_name,
            "host": name_of(host, business),
            "advocate": advocate.first_name,
            "day": f"{said_day(introduction.meets_on)}{hour}",
            "place": introduction.meets_place,
        },
        to=[
            Party(name=host.name, address=host.email),
            *(Party(name=guest.name, contact=guest) for guest in guests),
        ],
        cause=cause,
        subject=introduction,
        from_name=f"{name_of(host, business)}, {FIRM}",
        mail_kind=MailKind.ALL,
        reply_to=host.email,
        due_at=due_at,
        answers_recipient=True,
        one_click=False,
        calendar=appointment_of(introduction, host=host.first_name, now=now),
    )
    return queue_message(business=business, letter=letter, now=now)


def said_day(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"
