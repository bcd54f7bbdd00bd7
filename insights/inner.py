"""How much of what came in through people came through the inner circle."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from businesses.models import Business
from contacts.models import Contact
from contacts.states import Circle
from insights.attribution import Books, direct_in_words, parts_of
from insights.worth import Rates, Worth, added_up


@dataclass(frozen=True, slots=True)
class InnerShare:
    """What came in through those who sent the people who paid: the inner circle, and everybody."""

    inner: Worth
    everybody: Worth
    # Whole per cent of each currency by itself; one in which nothing came in is not named.
    percent: dict[str, int]
    rule: str


def inner_share(
    *, business: Business, books: Books, rates: Rates, first: date, until: date
) -> InnerShare:
    """Of what came in from `first` to the day before `until`, by the rule of attribution.

    Directly, not through generations: a part that goes on would count twice. Circles are those of
    today. One query.
    """
    inner = set(Contact.objects.filter(circle=Circle.INNER).values_list("pk", flat=True))
    amounts: dict[bool, list[tuple[int, str, date]]] = defaultdict(list)
    for part in parts_of(books):
        if part.generation == 1 and first <= part.on < until:
            amounts[part.advocate in inner].append((part.amount, part.currency, part.on))
    ours, everybody = (
        added_up(parts, home=business.currency, rates=rates)
        for parts in (amounts[True], amounts[True] + amounts[False])
    )
    percent = {
        currency: round(100 * ours.amounts.get(currency, 0) / total)
        for currency, total in everybody.amounts.items()
        if total
    }
    rule = f"{direct_in_words(business)} Your inner circle is whoever is in it today."
    return InnerShare(ours, everybody, percent, rule)
