"""Questions about given introductions that read as English."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from contacts.models import Company, Contact
from giving.states import OPEN, SETTLED, GivenState

if TYPE_CHECKING:
    from giving.models import GivenIntroduction  # noqa: F401  # named in a string


class GivenQuerySet(models.QuerySet["GivenIntroduction"]):
    def open(self) -> Self:
        """Those of which something may still come."""
        return self.filter(state__in=OPEN)

    def shaken(self) -> Self:
        return self.filter(state=GivenState.HANDSHAKE)

    def settled(self) -> Self:
        """Those after which the same two are not brought together again."""
        return self.filter(state__in=SETTLED)

    def naming(self, contact: Contact) -> Self:
        """Those in which this person is one of the two."""
        return self.filter(Q(first=contact) | Q(second=contact))

    def between(self, one: Contact, other: Contact) -> Self:
        """Those of these two, whoever of them is the first."""
        return self.filter(Q(first=one, second=other) | Q(first=other, second=one))

    def to_partner(self, company: Company) -> Self:
        """Customers who were sent to this firm."""
        return self.filter(partner=company)

    def with_firm(self, company: Company) -> Self:
        """What was given to this firm: customers sent there, and people there brought together."""
        there = Q(first__company=company) | Q(second__company=company)
        return self.filter(Q(partner=company) | (Q(partner=None) & there))

    def due(self, now: datetime) -> Self:
        """Those with something to do by now: shake hands or expire."""
        return self.filter(due_at__lte=now)

    def for_list(self) -> Self:
        """With what a list shows, newest first, in one query."""
        return self.select_related("first__company", "second__company", "partner").order_by(
            "-created_at", "-id"
        )
