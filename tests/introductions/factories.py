"""The people of an introduction: Marta, who introduces; Jonas, who is introduced."""

from datetime import datetime

from activity.actors import SYSTEM
from businesses.models import Business
from contacts.models import Contact
from contacts.services import add_contact
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.states import VOUCH_WITHIN

WORDS = "Dear Jonas,\nAlice has kept our books for six years.\nMarta"
JONAS = "jonas@shoebox.example"


def a_contact(
    business: Business,
    now: datetime,
    name: str = "Marta Oliveira",
    email: str = "marta@oliveira.example",
    phone: str = "",
) -> Contact:
    return add_contact(business=business, name=name, email=email, phone=phone, by=SYSTEM, now=now)


def an_advocate(business: Business, now: datetime, **contact: str) -> Advocate:
    return services.advocate_for(contact=a_contact(business, now, **contact), now=now)


def shared(advocate: Advocate, now: datetime, first_name: str = "Jonas") -> Introduction:
    return services.share_introduction(
        advocate=advocate, first_name=first_name, words=WORDS, now=now
    )


def offered(advocate: Advocate, now: datetime, email: str = JONAS) -> Introduction:
    return services.offer_introduction(
        advocate=advocate, first_name="Jonas", email=email, words=WORDS, now=now
    )


def accepted(advocate: Advocate, now: datetime, email: str = JONAS) -> Introduction:
    return services.accept_introduction(introduction=offered(advocate, now, email), now=now)


def shaken(advocate: Advocate, now: datetime, email: str = JONAS) -> Introduction:
    return services.send_handshake_now(introduction=accepted(advocate, now, email), now=now)


def came_by_link(advocate: Advocate, now: datetime, email: str = JONAS) -> Introduction:
    return services.come_by_link(
        advocate=advocate,
        first_name="Jonas",
        email=email,
        words="We run together on Sundays.",
        now=now,
    )


def unvouched(advocate: Advocate, now: datetime, email: str = JONAS) -> Introduction:
    """Nobody has confirmed it in time."""
    came = came_by_link(advocate, now - VOUCH_WITHIN, email)
    return services.leave_unvouched(introduction=came, now=now)
