"""Who brought whom: the people behind somebody, generation by generation.

The first bind wins: whoever is credited with the first referral of a person that is credited at
all brought that person, alone or with others who share that credit. A person stands once in a tree,
as near to its root as any way leads, so a ring of people who sent each other ends where it began.
Rows are followed by their ids alone: two people who became one, or one whose name was erased, keep
their place.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from businesses.models import Business
from contacts.models import Contact
from insights.worth import Rates, Worth, added_up, left_of_all, rates_of
from referrals.models import ClosedBusiness, Credit

# Nobody reads a picture of more people; what they brought is counted all the same.
MOST_SHOWN = 200

# Everybody who was brought by somebody who is among them already: it ends by itself, since a row
# that is there is not added again.
_BEHIND = """
WITH RECURSIVE behind(contact_id) AS (
    SELECT unnest(%(roots)s::uuid[])
  UNION
    SELECT sent.contact_id
    FROM behind
    JOIN introductions_advocate advocate
      ON advocate.business_id = %(business)s AND advocate.contact_id = behind.contact_id
    JOIN referrals_credit credit
      ON credit.business_id = %(business)s AND credit.advocate_id = advocate.id
    JOIN referrals_referral sent
      ON sent.business_id = %(business)s AND sent.id = credit.referral_id
    WHERE NOT EXISTS (
        SELECT 1 FROM referrals_referral earlier
        WHERE earlier.business_id = %(business)s
          AND earlier.contact_id = sent.contact_id
          AND (earlier.created_at, earlier.id) < (sent.created_at, sent.id)
          AND EXISTS (
              SELECT 1 FROM referrals_credit other
              WHERE other.business_id = %(business)s AND other.referral_id = earlier.id
          )
    )
)
SELECT contact_id FROM behind
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """That somebody was sent: when, and who is credited with how many per cent, first who led."""

    referral: UUID
    contact: UUID
    at: datetime
    by: Sequence[tuple[UUID, int]]


@dataclass(slots=True)
class Person:
    """Somebody in a tree; the root is of generation 0."""

    id: UUID
    name: str
    generation: int
    # Whose row they hang on, and who else is credited with them.
    parent: UUID | None
    also_by: Sequence[UUID]
    since: date | None
    own: Worth
    # With all who stand behind them.
    branch: Worth
    children: list["Person"]


@dataclass(frozen=True, slots=True)
class Tree:
    """The people behind somebody, with what each brought and what each branch did."""

    root: Person
    people: Mapping[UUID, Person]

    @property
    def generations(self) -> int:
        return max(person.generation for person in self.people.values())

    @property
    def by_generation(self) -> Sequence[Sequence[Person]]:
        """From the first generation on."""
        rows: list[list[Person]] = [[] for _ in range(self.generations)]
        for person in self.people.values():
            if person.generation:
                rows[person.generation - 1].append(person)
        return rows


def behind(roots: Collection[UUID], *, business: Business) -> set[UUID]:
    """The ids of everybody whom these brought, or whom those brought, and of the roots. A query.

    Cycle-proof, and as many rows as there are people.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"roots": list(roots), "business": business.pk})
        return {row[0] for row in cursor.fetchall()}


def first_sent(sent: Sequence[Sent]) -> Mapping[UUID, Sent]:
    """By person: the referral that says who brought them."""
    first: dict[UUID, Sent] = {}
    for one in sorted(sent, key=lambda one: (one.at, one.referral)):
        if one.by:
            first.setdefault(one.contact, one)
    return first


def sent_among(credits: "QuerySet[Credit]") -> Sequence[Sent]:
    """How people were sent, of these credits; one query."""
    rows = credits.order_by("created_at", "id").values_list(
        "referral_id",
        "referral__contact_id",
        "referral__created_at",
        "advocate__contact_id",
        "share",
    )
    found: dict[UUID, tuple[UUID, datetime, list[tuple[UUID, int]]]] = {}
    for referral, contact, at, by, share in rows:
        found.setdefault(referral, (contact, at, []))[2].append((by, share))
    return [Sent(key, contact, at, by) for key, (contact, at, by) in found.items()]


def tree_of(contact: Contact, *, business: Business) -> Tree:
    """The tree behind somebody; as many queries for a large one as for a small one."""
    ids = behind([contact.pk], business=business)
    first = first_sent(sent_among(Credit.objects.filter(referral__contact__in=ids - {contact.pk})))
    names = dict(Contact.objects.filter(pk__in=ids).values_list("pk", "name"))
    places = _places(contact.pk, first)
    parts: dict[UUID, list[tuple[int, str, date]]] = defaultdict(list)
    for left in left_of_all(ClosedBusiness.objects.filter(contact__in=ids)):
        parts[left.contact].append((left.amount, left.currency, left.on))
    return _grown(contact.pk, places, first, names, parts, business)


def _places(root: UUID, first: Mapping[UUID, Sent]) -> dict[UUID, tuple[int, UUID | None]]:
    """Generation and parent of each, nearest way first; in the order of their coming."""
    sent_by: dict[UUID, list[Sent]] = defaultdict(list)
    for one in sorted(first.values(), key=lambda one: (one.at, one.referral)):
        for by, _ in one.by:
            sent_by[by].append(one)
    places: dict[UUID, tuple[int, UUID | None]] = {root: (0, None)}
    waiting = deque([root])
    while waiting:
        by = waiting.popleft()
        for one in sent_by[by]:
            if one.contact not in places:
                places[one.contact] = (places[by][0] + 1, by)
                waiting.append(one.contact)
    return places


def _grown(
    root: UUID,
    places: dict[UUID, tuple[int, UUID | None]],
    first: Mapping[UUID, Sent],
    names: Mapping[UUID, str],
    parts: Mapping[UUID, list[tuple[int, str, date]]],
    business: Business,
) -> Tree:
    """The people in their places; branches are added up from the leaves."""
    rates, branches = rates_of(business), {key: list(parts.get(key, [])) for key in places}
    for key in reversed(places):
        parent = places[key][1]
        if parent is not None:
            branches[parent] += branches[key]

    def worth(of: list[tuple[int, str, date]], rates: Rates = rates) -> Worth:
        return added_up(of, home=business.currency, rates=rates)

    zone = ZoneInfo(business.timezone)
    people: dict[UUID, Person] = {}
    for key, (generation, parent) in places.items():
        sent = first.get(key) if parent else None
        people[key] = Person(
            id=key,
            name=names.get(key, ""),
            generation=generation,
            parent=parent,
            also_by=[by for by, _ in sent.by if by != parent] if sent else [],
            since=sent.at.astimezone(zone).date() if sent else None,
            own=worth(parts.get(key, [])),
            branch=worth(branches[key]),
            children=[],
        )
        if parent is not None:
            people[parent].children.append(people[key])
    return Tree(people[root], people)
