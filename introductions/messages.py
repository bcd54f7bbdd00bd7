"""The letters about asks and introductions: one function each.

The firm, its address and the owner's name are filled in when the letter leaves; so is whatever a
prospect told, until they said yes.
"""

from datetime import datetime

from activity.models import Event
from businesses.models import Business, Role, User
from introductions.models import Ask, Introduction
from outreach.letters import FIRM, OWNER, Party, Rendered
from outreach.links import make_link, placeholder
from outreach.models import Link, LinkPurpose, Message
from outreach.preview import preview_letter
from outreach.services import queue_message


def owner_of(business: Business) -> User:
    return User.objects.get(memberships__business=business, memberships__role=Role.OWNER)


def host_of(introduction: Introduction) -> User:
    """Who meets the prospect on the business's side: whoever asked, else the owner."""
    ask = introduction.ask
    return (ask.sender if ask else None) or owner_of(introduction.business)


def name_of(user: User, business: Business) -> str:
    """A member's name; the owner's is filled in at sending, since it may be given only then."""
    return OWNER if user == owner_of(business) else user.first_name


def ask_to_advocate(*, ask: Ask, cause: Event, now: datetime) -> Message:
    """The ask, saying that it is business, with the link to the advocate's page."""
    business, contact = ask.business, ask.advocate.contact
    sender = ask.sender or owner_of(business)
    name = name_of(sender, business)
    link = make_link(
        business=business, purpose=LinkPurpose.ADVOCATE, subject=ask, contact=contact, now=now
    )
    return queue_message(
        business=business,
        kind="ask_to_advocate",
        template="introductions/ask_to_advocate",
        context={"ask": ask, "advocate": contact, "sender": name, "link": placeholder(link)},
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=ask,
        from_name=f"{name}, {FIRM}",
        reply_to=sender.email,
        due_at=now,
        now=now,
    )


def preview_of_ask(*, ask: Ask, sender: User) -> Rendered:
    """The ask as its reader will see it; the row need not be saved."""
    return preview_letter(
        business=ask.business,
        owner=owner_of(ask.business).first_name,
        template="introductions/ask_to_advocate",
        context={
            "ask": ask,
            "advocate": ask.advocate.contact,
            "sender": name_of(sender, ask.business),
        },
    )


def introduction_to_prospect(
    *, introduction: Introduction, link: Link, cause: Event, due_at: datetime, now: datetime
) -> Message:
    """The advocate's words to the prospect, with the page that answers them."""
    business, advocate = introduction.business, introduction.advocate.contact
    return queue_message(
        business=business,
        kind="introduction_to_prospect",
        template="introductions/introduction_to_prospect",
        context={
            "advocate": advocate,
            "host": name_of(host_of(introduction), business),
            "tagline": business.tagline,
            "disclosure": introduction.disclosure(),
            "again": introduction.came_back_at is not None,
            "link": placeholder(link),
        },
        to=[Party(introduction_id=introduction.pk)],
        cause=cause,
        subject=introduction,
        from_name=f"{advocate.name} via {FIRM}",
        reply_to=advocate.email,
        due_at=due_at,
        now=now,
    )


def handshake_to_everyone(*, introduction: Introduction, cause: Event, now: datetime) -> Message:
    """One letter that introduces all three; reply-all works, since all are in To."""
    business, host = introduction.business, host_of(introduction)
    advocate, contact = introduction.advocate.contact, introduction.contact
    assert contact is not None
    guests = [guest for guest in (contact, advocate) if guest.email]
    return queue_message(
        business=business,
        kind="handshake_to_everyone",
        template="introductions/handshake_to_everyone",
        context={
            "introduction": introduction,
            "advocate": advocate,
            "contact": contact,
            "prospect": introduction.prospect_first_name,
            "host": name_of(host, business),
            "host_email": host.email,
            "tagline": business.tagline,
        },
        to=[
            Party(name=host.name, address=host.email),
            *(Party(name=guest.name, contact=guest) for guest in guests),
        ],
        cause=cause,
        subject=introduction,
        from_name=f"{name_of(host, business)}, {FIRM}",
        reply_to=host.email,
        due_at=now,
        answers_recipient=True,
        one_click=False,
        now=now,
    )
