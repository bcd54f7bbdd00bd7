"""Which partner firms fit somebody: in a sentence each, never a number."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from contacts.models import Company, Contact

MOST_FIRMS = 50
MOST_PEOPLE = 300
# A word in common that is shorter says nothing.
_SHORTEST_WORD = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fit:
    """Somebody at a partner firm; why the firm fits, where anything says so."""

    contact: Contact
    firm: Company
    because: str = ""

    @property
    def is_fitting(self) -> bool:
        return bool(self.because)


def partners_for(*, customer: Contact, need: str = "") -> Sequence[Fit]:
    """The people at partner firms whom this customer could be sent to; those that fit come first.

    `need`: what the customer looks for, in a few words. Whoever cannot be written to is left out.
    Two queries, however many firms there are.
    """
    firms = list(Company.objects.partners()[:MOST_FIRMS])
    people = _people(firms, customer)
    found = [
        Fit(person, firm, next(_reasons(firm, customer, need), ""))
        for firm in firms
        for person in people[firm.pk]
    ]
    return sorted(found, key=lambda fit: not fit.is_fitting)


def _people(firms: Sequence[Company], customer: Contact) -> dict[UUID, list[Contact]]:
    rows = Contact.objects.filter(company__in=firms, rests="").exclude(email="")
    people: dict[UUID, list[Contact]] = defaultdict(list)
    for person in rows.exclude(pk=customer.pk).by_name()[:MOST_PEOPLE]:
        assert person.company_id is not None
        people[person.company_id].append(person)
    return people


def _reasons(firm: Company, customer: Contact, need: str) -> Iterator[str]:
    """Why the firm fits, the plainest reason first."""
    name = customer.first_name
    asked = words_of(need)
    for word in shared(asked, firm.trade):
        yield f"{firm.name} is in {_small(firm.trade)}, and you look for “{word}”."
    for word in shared(asked, firm.good_referral):
        yield f"“{word}” stands in what {firm.name} calls a good referral."
    for trade in firm.sphere:
        if shared(asked, trade):
            yield f"{firm.name} works beside “{trade}”."
    theirs = customer.company.trade if customer.company else ""
    for trade in firm.sphere:
        if trade in customer.tags or shared(words_of(trade), theirs):
            yield f"{firm.name} works with “{trade}”, and that is where {name} is."
    for tag in customer.tags:
        if shared(words_of(tag), f"{firm.good_referral} {firm.trade}"):
            yield f"{name} has the tag “{tag}”, which {firm.name} looks for."


def words_of(text: str) -> list[str]:
    """The words that say something, in small letters, each once."""
    found = (word.casefold() for word in _WORD.findall(text))
    return list(dict.fromkeys(word for word in found if len(word) >= _SHORTEST_WORD))


def shared(words: Sequence[str], text: str) -> list[str]:
    """Those of the words that stand in the text, one of the two perhaps in the plural."""
    there = words_of(text)
    return [word for word in words if any(_alike(word, other) for other in there)]


def _alike(word: str, other: str) -> bool:
    return word.removesuffix("s") == other.removesuffix("s")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
