"""How soon people are thanked, and what gifts and rewards to each of them came to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Min, Q

from businesses import clock
from businesses.models import Business
from businesses.money import format_money
from contacts.models import Contact
from insights.readiness import YEAR
from referrals.models import ThankYou
from referrals.services import gifts_within_year
from referrals.states import ThanksState
from rewards.models import Reward
from rewards.states import RewardState, What

# Rewards that are money's worth to whoever gets them. A discount lowers a price and a donation goes
# to others; what nobody can buy has none.
WORTH_MONEY = (What.GIFT, What.GIFT_CARD, What.CREDIT)
# What stands beside the totals.
RULE_OF_GIFTS = (
    "Counted are gifts at what you said they cost, and of the rewards that were given: gifts, gift"
    " cards and credit with you. Discount codes and donations are not, nor what cannot be bought."
)
RULE_OF_THANKS = (
    "The days from when thanks were owed until they were given: of those given within a year the"
    " one in the middle. Owed is what is due by now, but to whoever is left in peace."
)
# How long each took, from the moment it was owed.
TOOK = ExpressionWrapper(F("closed_at") - F("owed_at"), output_field=DurationField())


class Median(Aggregate):
    """The one in the middle; of an even number half-way between the two (SQL: percentile_cont)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


MEDIAN_TOOK = Median(TOOK)


def given_within(begin: datetime, end: datetime) -> Q:
    """Of thank-yous: given after the one moment and by the other."""
    return Q(state=ThanksState.GIVEN, closed_at__gt=begin, closed_at__lte=end)


@dataclass(frozen=True, slots=True)
class HowSoon:
    """Days until somebody is thanked, and what still waits."""

    # The median of the thanks given within a year; None where none were.
    median_days: float | None
    given: int
    waived: int
    owed: int
    owed_since: datetime | None
    rule: str = RULE_OF_THANKS


@dataclass(frozen=True, slots=True)
class GiftsOfYear:
    """What one person was given since the year began at the business's place."""

    contact: Contact
    business: Business
    # Gifts to thank, of which the ceiling speaks; in the business's currency.
    gifts: int
    # These with the rewards that are worth money, by currency.
    totals: Sequence["GiftTotal"]

    @property
    def rule(self) -> str:
        return RULE_OF_GIFTS

    @property
    def sentence(self) -> str:
        """What stands beside a gift; empty where there is nothing to say."""
        name, ceiling = self.contact.first_name, self.business.gift_ceiling
        said = []
        if ceiling is not None:
            of = self._in_words({self.business.currency: ceiling})
            said.append(f"Gifts to {name} this year: {self._gifts} of {of}.")
        elif self.gifts:
            said.append(f"Gifts to {name} this year: {self._gifts}.")
        everything = {total.currency: total.amount for total in self.totals if total.amount}
        if everything != ({self.business.currency: self.gifts} if self.gifts else {}):
            said.append(f"With the rewards {name} was given: {self._in_words(everything)}.")
        return " ".join(said)

    @property
    def _gifts(self) -> str:
        return self._in_words({self.business.currency: self.gifts})

    def _in_words(self, amounts: Mapping[str, int]) -> str:
        locale = self.business.locale
        return " and ".join(
            format_money(amount, currency, locale) for currency, amount in sorted(amounts.items())
        )


@dataclass(frozen=True, slots=True)
class GiftTotal:
    """What one person was given within a time, in one currency: unlike ones are not summed."""

    contact: Contact
    currency: str
    amount: int
    count: int


def how_soon(*, now: datetime) -> HowSoon:
    """Over the thanks given within a year, and over all that is owed by now. One query.

    Whoever is left in peace is not counted as owed: nobody is reminded of them.
    """
    given = given_within(now - YEAR, now)
    waived = Q(state=ThanksState.WAIVED, closed_at__gt=now - YEAR, closed_at__lte=now)
    owed = Q(state=ThanksState.DUE, advocate__contact__rests="")
    found = ThankYou.objects.aggregate(
        took=Median(TOOK, filter=given),
        given=Count("pk", filter=given),
        waived=Count("pk", filter=waived),
        owed=Count("pk", filter=owed),
        since=Min("owed_at", filter=owed),
    )
    return HowSoon(
        median_days=in_days(found["took"]),
        given=found["given"],
        waived=found["waived"],
        owed=found["owed"],
        owed_since=found["since"],
    )


def gifts_of_year(*, contact: Contact, business: Business, now: datetime) -> GiftsOfYear:
    """What gifts to this person and rewards for them have come to this year. Three queries."""
    first = clock.today(business, now).replace(month=1, day=1)
    until = first.replace(year=first.year + 1)
    totals = gift_totals(business=business, first=first, until=until, to=contact)
    return GiftsOfYear(
        contact=contact,
        business=business,
        gifts=gifts_within_year(contact=contact, business=business, now=now),
        totals=totals,
    )


def gift_totals(
    *, business: Business, first: date, until: date, to: Contact | None = None
) -> Sequence[GiftTotal]:
    """For each person, or `to` this one, what they were given from `first` to the day before
    `until`, by name.

    For whoever reckons the tax of a year, wherever that begins: gifts to thank, and what of the
    rewards is worth money to them. Whoever was erased is in no list of rewards. Two queries.
    """
    zone = ZoneInfo(business.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, until))
    gifts = ThankYou.objects.gifts_between(begin, end).values_list(
        "advocate__contact", "gift_currency", "gift_cost"
    )
    rewards = Reward.objects.filter(
        state=RewardState.GIVEN,
        what__in=WORTH_MONEY,
        contact__isnull=False,
        amount__gt=0,
        closed_at__gte=begin,
        closed_at__lt=end,
    ).values_list("contact", "currency", "amount")
    if to is not None:
        gifts, rewards = gifts.filter(advocate__contact=to), rewards.filter(contact=to)
    found: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    for person, currency, amount in gifts.order_by().union(rewards.order_by(), all=True):
        # Of gifts only those are read of which is known what they cost.
        assert amount is not None
        found[person, currency].append(amount)
    people = Contact.objects.in_bulk([person for person, _ in found])
    totals = [
        GiftTotal(people[person], currency, sum(amounts), len(amounts))
        for (person, currency), amounts in found.items()
    ]
    return sorted(totals, key=_by_name)


def _by_name(total: GiftTotal) -> tuple[str, str, str]:
    return total.contact.name_key, str(total.contact.pk), total.currency


def in_days(took: timedelta | None) -> float | None:
    return None if took is None else round(took / timedelta(days=1), 1)
