"""People and firms for tests, made by the services."""

from itertools import count
from typing import Any

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from businesses.tenancy import current_business_id
from contacts import services
from contacts.merging import merge_contacts
from contacts.models import Company, Contact

_numbers = count(1)


def _current_business() -> Business:
    return Business.objects.get(pk=current_business_id())


def make_contact(business: Business | None = None, **facts: Any) -> Contact:
    """A contact of the business, by default the one the test acts for, with its own address."""
    number = next(_numbers)
    facts.setdefault("name", f"Person {number}")
    facts.setdefault("email", f"person{number}@people.example")
    facts.setdefault("by", SYSTEM)
    facts.setdefault("now", clock.now())
    return services.add_contact(business=business or _current_business(), **facts)


def make_company(business: Business | None = None, **facts: Any) -> Company:
    facts.setdefault("name", f"Firm {next(_numbers)}")
    return Company.objects.create(business=business or _current_business(), **facts)


def merged(kept: Contact, other: Contact, *take: str) -> Contact:
    return merge_contacts(kept=kept, other=other.pk, take=take, by=SYSTEM, now=clock.now())
