"""The people behind somebody, generation by generation, with what came through that somebody.

Everybody whom they are credited with stands in the tree, and whoever stands behind those whom they
brought. Somebody whom another brought first, and who came through them another time, has nobody
behind them here: those stand in the other's tree. A person stands once in a tree, as near to its
root as any way leads, so a ring of people who sent each other ends where it began.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from businesses.models import Business
from contacts.models import Contact
from insights.attribution import Books, books_behind, counted
from insights.sent import Sent, first_sent
from insights.worth import Rates, Worth, added_up, rates_of

# Nobody reads a picture of more people; what they brought is counted all the same.
MOST_SHOWN = 200

Amounts = Mapping[UUID, Sequence[tuple[int, str, date]]]


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
    # What came from them through the root, before it is shared; of the root, all that they paid.
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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody stands; `by` whom, and through which referral."""

    generation: int
    by: UUID | None = None
    sent: Sent | None = None


def tree_of(contact: Contact, *, business: Business) -> Tree:
    """The tree behind somebody; as many queries for a large one as for a small one."""
    books = books_behind([contact], business=business)
    places = _places(contact.pk, books)
    names = dict(Contact.objects.filter(pk__in=places).values_list("pk", "name"))
    return _grown(places, names, _came_through(contact.pk, books), business)


def _places(root: UUID, books: Books) -> Mapping[UUID, _Place]:
    """Generation and parent of each, nearest way first; in the order of their coming."""
    first = first_sent(books.sent)
    sent_by: dict[UUID, list[Sent]] = defaultdict(list)
    for one in sorted(books.sent, key=lambda one: (one.at, one.referral)):
        for by, _ in one.by:
            sent_by[by].append(one)
    places = {root: _Place(0)}
    waiting, opened = deque([root]), {root}
    while waiting:
        by = waiting.popleft()
        for one in sent_by[by]:
            places.setdefault(one.contact, _Place(places[by].generation + 1, by, one))
            if first[one.contact] is one and one.contact not in opened:
                opened.add(one.contact)
                waiting.append(one.contact)
    return places


def _came_through(root: UUID, books: Books) -> Amounts:
    """By person what they paid and the root is credited with, in whichever part; and the root's."""
    amounts: dict[UUID, list[tuple[int, str, date]]] = defaultdict(list)
    for left, parts in counted(books):
        if any(part.advocate == root for part in parts):
            amounts[left.contact].append((left.amount, left.currency, left.on))
    amounts[root] = [
        (left.amount, left.currency, left.on) for left in books.left if left.contact == root
    ]
    return amounts


def _grown(
    places: Mapping[UUID, _Place],
    names: Mapping[UUID, str],
    amounts: Amounts,
    business: Business,
) -> Tree:
    """The people in their places; branches are added up from the leaves."""
    rates, branches = rates_of(business), {key: list(amounts.get(key, [])) for key in places}
    for key in sorted(places, key=lambda key: -places[key].generation):
        by = places[key].by
        if by is not None:
            branches[by] += branches[key]

    def worth(of: Sequence[tuple[int, str, date]], rates: Rates = rates) -> Worth:
        return added_up(of, home=business.currency, rates=rates)

    zone = ZoneInfo(business.timezone)
    people: dict[UUID, Person] = {}
    for key in sorted(places, key=lambda key: places[key].generation):
        place = places[key]
        sent = place.sent
        people[key] = Person(
            id=key,
            name=names.get(key, ""),
            generation=place.generation,
            parent=place.by,
            also_by=[by for by, _ in sent.by if by != place.by] if sent else [],
            since=sent.at.astimezone(zone).date() if sent else None,
            own=worth(amounts.get(key, [])),
            branch=worth(branches[key]),
            children=[],
        )
        if place.by is not None:
            people[place.by].children.append(people[key])
    return Tree(next(iter(people.values())), people)
