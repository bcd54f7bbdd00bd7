"""Who of the people we know may know somebody whom we do not: the surest first, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from django.db.models import Q, Value
from django.db.models.functions import Concat

from contacts.models import Company, Contact
from contacts.querysets import plain
from referrals.models import Credit

MOST_FOUND = 30
# Of a firm with more people than these the others are not looked at.
MOST_THERE = 200


class Way(IntEnum):
    """How somebody may know them; the surest first. Nobody sees the number."""

    THEMSELF = 0
    WORKS_THERE = 1
    INTRODUCED = 2
    MET_THROUGH = 3
    MET_BY = 4
    SAME_TAG = 5
    SAME_TRADE = 6


@dataclass(frozen=True, slots=True)
class Path:
    """Somebody who may know them, and why, in a sentence."""

    contact: Contact
    way: Way
    because: str


def who_may_know(*, person: str, firm: str, tag: str = "") -> Sequence[Path]:
    """The people who may know this person, or somebody at this firm; nobody for empty names.

    `tag`: what is known of the person, such as their choir.

    Somebody who is left in peace is not among them. As many queries for a large firm as for none.
    """
    if not (person or firm or tag):
        return []
    companies = list(_companies(firm))
    there = _there(person, companies)
    best: dict[UUID, Path] = {}
    for path in (
        *_themselves(there, person),
        *_introducers(there),
        *_met(there),
        *_same_tag(there, tag),
        *_same_trade(companies),
    ):
        known = best.get(path.contact.pk)
        if not path.contact.rests and (known is None or path.way < known.way):
            best[path.contact.pk] = path
    found = sorted(
        best.values(), key=lambda path: (path.way, path.contact.name_key, path.contact.pk)
    )
    return found[:MOST_FOUND]


def _companies(firm: str) -> Iterator[Company]:
    """The firm of this name, or of one that begins so: *Meyer* finds *Meyer GmbH*."""
    if firm:
        begins = Q(name_key__startswith=Concat(plain(firm), Value(" ")))
        rows = Company.objects.filter(Q(name_key=plain(firm)) | begins)
        yield from rows.order_by("name_key", "id")[:20]


def _there(person: str, companies: Sequence[Company]) -> Sequence[Contact]:
    """Whom we know at the firm, and whoever has the person's name."""
    who = Q(company__in=companies) if companies else Q(pk=None)
    if person:
        who |= Q(name_key=plain(person))
    rows = Contact.objects.filter(who).select_related("company", "met_through__company")
    return list(rows.order_by("name_key", "id")[:MOST_THERE])


def _themselves(there: Sequence[Contact], person: str) -> Iterator[Path]:
    wanted = person.casefold()
    for one in there:
        if person and one.name.casefold() == wanted:
            yield Path(one, Way.THEMSELF, f"You know {one.name} yourself.")
        elif one.company is not None:
            yield Path(one, Way.WORKS_THERE, f"{one.first_name} is with {one.company.name}.")


def _introducers(there: Sequence[Contact]) -> Iterator[Path]:
    credits = Credit.objects.filter(referral__contact__in=there)
    for credit in credits.select_related(
        "advocate__contact", "referral__contact__company"
    ).order_by("created_at", "id"):
        advocate, sent = credit.advocate.contact, credit.referral.contact
        yield Path(
            advocate,
            Way.INTRODUCED,
            f"{advocate.first_name} introduced {_whom(sent)} to you.",
        )


def _met(there: Sequence[Contact]) -> Iterator[Path]:
    """Through whom we met somebody there, and whom we met through somebody there."""
    for one in there:
        if one.met_through is not None:
            through = one.met_through
            yield Path(
                through, Way.MET_THROUGH, f"You met {_whom(one)} through {through.first_name}."
            )
    rows = Contact.objects.filter(met_through__in=there).select_related("met_through__company")
    for one in rows.order_by("name_key", "id")[:MOST_THERE]:
        assert one.met_through is not None
        yield Path(one, Way.MET_BY, f"You met {one.first_name} through {_whom(one.met_through)}.")


def _same_tag(there: Sequence[Contact], tag: str) -> Iterator[Path]:
    """Who has the tag, or one that somebody there has."""
    wanted = dict.fromkeys(filter(None, [tag.strip().casefold()]))
    wanted |= dict.fromkeys(one for contact in there for one in contact.tags)
    rows = Contact.objects.filter(tags__overlap=list(wanted)).exclude(
        pk__in=[one.pk for one in there]
    )
    for one in rows.order_by("name_key", "id")[:MOST_THERE]:
        shared = next(each for each in wanted if each in one.tags)
        yield Path(one, Way.SAME_TAG, f"{one.first_name} has the tag “{shared}”, as they do.")


def _same_trade(companies: Sequence[Company]) -> Iterator[Path]:
    trades = {one.trade for one in companies if one.trade}
    rows = Contact.objects.filter(company__trade__in=trades).exclude(company__in=companies)
    for one in rows.select_related("company").order_by("name_key", "id")[:MOST_FOUND]:
        assert one.company is not None
        yield Path(
            one,
            Way.SAME_TRADE,
            f"{one.first_name} is with {one.company.name}, in the same trade: {one.company.trade}.",
        )


def _whom(contact: Contact) -> str:
    return f"{contact.name} of {contact.company.name}" if contact.company else contact.name
