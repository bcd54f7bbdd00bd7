"""The people of a given introduction: Jonas, a customer; Elena, who is with a partner firm."""

from datetime import datetime

from activity.actors import SYSTEM
from businesses.models import Business, User
from contacts.firms import change_firm
from contacts.models import Contact
from contacts.services import add_contact
from giving import services
from giving.models import GivenIntroduction
from giving.states import Place

TO_JONAS = "Elena reads leases as others read novels."
TO_ELENA = "Jonas opens a second shop and has a lease to sign."


def jonas(business: Business, now: datetime, email: str = "jonas@shoebox.example") -> Contact:
    return add_contact(
        business=business,
        name="Jonas Weber",
        email=email,
        phone="+46 40 123456",
        company_name="Shoebox",
        by=SYSTEM,
        now=now,
    )


def elena(business: Business, now: datetime, email: str = "elena@rossi.example") -> Contact:
    return add_contact(
        business=business,
        name="Elena Rossi",
        email=email,
        company_name="Rossi Law",
        by=SYSTEM,
        now=now,
    )


def a_partner(business: Business, now: datetime, email: str = "elena@rossi.example") -> Contact:
    """Elena, whose firm is a partner."""
    contact = elena(business, now, email)
    assert contact.company is not None
    contact.company = change_firm(
        company=contact.company,
        changes={
            "trade": "Law for small firms",
            "good_referral": "Owners who are about to sign a lease.",
            "sphere": ["bookkeeping", "property"],
            "partner_since": now.date(),
        },
        by=SYSTEM,
        now=now,
    )
    return contact


def drafted(first: Contact, second: Contact, giver: User, now: datetime) -> GivenIntroduction:
    return services.draft_given(
        first=first,
        second=second,
        first_words=TO_JONAS,
        second_words=TO_ELENA,
        by=SYSTEM,
        giver=giver,
        now=now,
    )


def asked(first: Contact, second: Contact, giver: User, now: datetime) -> GivenIntroduction:
    return services.send_given(given=drafted(first, second, giver, now), by=SYSTEM, now=now)


def agreed(given: GivenIntroduction, now: datetime) -> GivenIntroduction:
    services.accept_given(given=given, place=Place.FIRST, now=now)
    return services.accept_given(given=given, place=Place.SECOND, now=now)


def shaken(given: GivenIntroduction, now: datetime) -> GivenIntroduction:
    done = agreed(given, now)
    assert done.due_at is not None
    return services.complete_given(given=done, now=done.due_at)
