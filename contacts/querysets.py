"""Questions about contacts that read as English."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL

from contacts.addresses import address_key, mailbox_key
from contacts.states import Rest, Source

if TYPE_CHECKING:
    from contacts.models import Company, Contact  # named in a string

# A search finds so many at most; whoever shows them says so.
MOST_FOUND = 1000


def plain(text: str | F) -> Func:
    """The database's form of a text in which case and accents do not matter."""
    value = Value(text) if isinstance(text, str) else text
    return Func(value, function="contacts_plain", output_field=models.TextField())


class ContactQuerySet(models.QuerySet["Contact"]):
    def by_email(self, address: str) -> Self:
        """Whoever has this address, however it is spelt; nobody for an empty one."""
        key = address_key(address)
        return self.filter(email_key=key) if key else self.none()

    def reached_alike(self, people: Collection[Contact]) -> Self:
        """Whoever is reached by the mailbox, however it is spelt, or the number of any of these;
        they themselves among them."""
        mailboxes = {mailbox_key(one.email) for one in people} - {""}
        phones = {one.phone for one in people} - {""}
        return self.filter(Q(mailbox__in=mailboxes) | Q(phone__in=phones))

    def matching(self, text: str, *, at_most: int = MOST_FOUND) -> Self:
        """Whose name or firm holds all the words, or whose address begins so; 1,000 at most.

        Goes through a function of the schema owner's, because no text search is leakproof and so
        none would use its index behind the fence. It looks into the current business only.
        """
        words = unicodedata.normalize("NFC", text).replace("\0", "").strip()[:200]
        if not words:
            return self.none()
        found: RawSQL = RawSQL("SELECT contacts_search(%s, %s)", (words, min(at_most, MOST_FOUND)))
        return self.known().filter(pk__in=found)

    def known(self) -> Self:
        """Without those who were erased: what they did stands on pages, and nobody looks for them
        by a name."""
        return self.exclude(rests=Rest.ERASED)

    def due_for_touch(self, today: date) -> Self:
        """With whom it is time to be in touch, longest overdue first."""
        return self.filter(next_touch_on__lte=today).order_by("next_touch_on", "id")

    def of_unknown_source(self) -> Self:
        """Customers of whom nobody has said how they found the business, the latest first."""
        unknown = self.filter(customer_since__isnull=False, source=Source.UNKNOWN, rests="")
        return unknown.order_by("-customer_since", "id")

    def by_name(self) -> Self:
        return self.order_by("name_key", "id")

    def after(self, name_key: str, key: UUID) -> Self:
        """The next page of `by_name`: what follows this row."""
        # The first condition alone bounds the index; a row comparison would say the same in one.
        return self.filter(
            Q(name_key__gte=name_key), Q(name_key__gt=name_key) | Q(pk__gt=key)
        ).by_name()

    def before(self, name_key: str, key: UUID) -> Self:
        """The page before of `by_name`, the other way round: what precedes this row comes first."""
        return self.filter(
            Q(name_key__lte=name_key), Q(name_key__lt=name_key) | Q(pk__lt=key)
        ).order_by("-name_key", "-id")


class CompanyQuerySet(models.QuerySet["Company"]):
    def named(self, name: str) -> Company | None:
        """The company of that name, its case set aside."""
        for company in self.filter(name_key=plain(name)).order_by("created_at", "id"):
            if company.name.casefold() == name.casefold():
                return company
        return None

    def partners(self) -> Self:
        """Firms with which referrals go both ways, by name."""
        return self.filter(partner_since__isnull=False).order_by("name_key", "id")
