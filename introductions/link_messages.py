"""The letters about somebody who came by an advocate's link: one function each."""

from datetime import datetime

from activity.models import Event
from introductions.messages import about_firm, host_of, in_answer
from introductions.models import Introduction
from outreach import catalogue_of_handshakes as handshakes
from outreach.letters import FIRM, Party
from outreach.links import placeholder
from outreach.models import Link, Message
from outreach.senders import name_of
from outreach.services import NewLetter, queue_message
from outreach.states import MailKind


def vouch_to_advocate(
    *, introduction: Introduction, link: Link, cause: Event, now: datetime
) -> Message:
    """Asks whether they know who came. Who it is stands on the page alone: that is sealed."""
    business, contact = introduction.business, introduction.advocate.contact
    host = host_of(introduction)
    name = name_of(host, business)
    letter = NewLetter(
        kind=handshakes.VOUCH,
        template=handshakes.VOUCH,
        context={
            "first_name": contact.first_name,
            "vouch_link": placeholder(link),
            "sender": name,
        },
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=introduction,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.ALL,
        reply_to=host.email,
        due_at=now,
    )
    return queue_message(business=business, letter=letter, now=now)


def unvouched_to_both(
    *, introduction: Introduction, email: str, phone: str, cause: Event, now: datetime
) -> Message:
    """Makes the owner and the prospect known to each other, and puts no word in anybody's mouth.

    The advocate, who has not said that they know them, does not get it.
    """
    business, host, contact = introduction.business, host_of(introduction), introduction.contact
    assert contact is not None
    letter = NewLetter(
        kind=handshakes.UNVOUCHED,
        template=handshakes.UNVOUCHED,
        context={
            "prospect": introduction.prospect_first_name,
            "host": name_of(host, business),
            "advocate": introduction.advocate.contact.first_name,
            **about_firm(business),
            **in_answer(introduction, email, phone),
            "host_email": host.email,
        },
        to=[
            Party(name=host.name, address=host.email),
            *([Party(name=contact.name, contact=contact)] if email else []),
        ],
        cause=cause,
        subject=introduction,
        from_name=f"{name_of(host, business)}, {FIRM}",
        mail_kind=MailKind.ALL,
        reply_to=host.email,
        due_at=now,
        answers_recipient=True,
        one_click=False,
    )
    return queue_message(business=business, letter=letter, now=now)
