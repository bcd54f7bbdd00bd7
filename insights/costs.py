"""What a customer who was sent costs, beside one who was not.

Counted within the time: rewards that were given and what gifts cost, each in its currency; cards
that were written, the owner's minutes and the advertising, at what the owner says they cost. What
the owner has not said is left out, and named as missing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from businesses.models import Business
from insights.ways import PEOPLE, Way, rows_of
from insights.worth import Rates, Worth, added_up

# What stands beside these figures.
RULE = (
    "Counted are rewards and gifts given within the time; cards, your minutes and advertising at"
    " what you said they cost. Your minutes count for everybody who was sent within the time,"
    " whatever came of it. All but advertising is shared by the new customers who were sent;"
    " advertising, of the days that have come, by those who found you otherwise."
)
MONTHS_OF_A_YEAR, DAYS_OF_A_YEAR, MINUTES_OF_AN_HOUR = 12, 365, 60


@dataclass(frozen=True, slots=True)
class Costs:
    """What was spent within a time, and on how many new customers."""

    rewards: Worth
    gifts: Worth
    cards: int
    # In whole minor units of the business's own currency; None where the owner has not said.
    for_cards: int | None
    for_minutes: int | None
    advertising: int | None
    sent: int
    otherwise: int

    @property
    def missing(self) -> Sequence[str]:
        """What the owner has not said: its fields in Settings."""
        told = {
            "card_costs": self.for_cards,
            "hour_costs": self.for_minutes,
            "advertising_a_month": self.advertising,
        }
        return [name for name, amount in told.items() if amount is None]

    def each_sent(self, currency: str) -> int | None:
        """What each new customer who was sent cost, in the business's own currency; None where
        there is none, or something was paid in a currency that has no rate."""
        spent = [_at_home(self.rewards, currency), _at_home(self.gifts, currency)]
        if not self.sent or None in spent:
            return None
        told = [self.for_cards or 0, self.for_minutes or 0]
        return round(sum([*(amount or 0 for amount in spent), *told]) / self.sent)

    @property
    def each_otherwise(self) -> int | None:
        """Advertising for each new customer who was not sent; None where either is not known."""
        if self.advertising is None or not self.otherwise:
            return None
        return round(self.advertising / self.otherwise)


def costs_within(
    *, business: Business, rates: Rates, first: date, until: date, today: date
) -> Costs:
    """From `first` to the day before `until`, and of that what has come by `today`. One query."""
    so_far = min(until, today + timedelta(days=1))
    zone = ZoneInfo(business.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, until))
    span = {"first": first, "until": until, "begin": begin, "end": end, "zone": business.timezone}
    counts: dict[str, int] = defaultdict(int)
    spent: dict[str, list[tuple[int, str, date]]] = defaultdict(list)
    for row in rows_of(_SPENT, business, span):
        counts[row["what"]] += row["count"]
        spent[row["what"]].append((row["amount"], row["currency"], row["day"]))
    return Costs(
        rewards=added_up(spent["rewards"], home=business.currency, rates=rates),
        gifts=added_up(spent["gifts"], home=business.currency, rates=rates),
        cards=counts["cards"],
        for_cards=_times(business.card_costs, counts["cards"]),
        for_minutes=_for_minutes(business, counts["referrals"]),
        advertising=_advertising(business, max((so_far - first).days, 0)),
        sent=counts[Way.SENT],
        otherwise=counts[Way.OTHERWISE],
    )


def _times(each: int | None, count: int) -> int | None:
    return None if each is None else each * count


def _for_minutes(business: Business, handled: int) -> int | None:
    if business.hour_costs is None or business.minutes_each is None:
        return None
    return round(handled * business.minutes_each * business.hour_costs / MINUTES_OF_AN_HOUR)


def _advertising(business: Business, days: int) -> int | None:
    if business.advertising_a_month is None:
        return None
    return round(business.advertising_a_month * MONTHS_OF_A_YEAR * days / DAYS_OF_A_YEAR)


def _at_home(worth: Worth, currency: str) -> int | None:
    if worth.together is not None or set(worth.amounts) <= {currency}:
        return worth.together if worth.together is not None else worth.amounts.get(currency, 0)
    return None


_SPENT = f"""
WITH {PEOPLE}, spent AS (
    SELECT 'rewards' AS what, currency, closed_at AS at, amount FROM rewards_reward
     WHERE business_id = %(business)s AND state = 'given'
    UNION ALL
    SELECT 'gifts', gift_currency, closed_at, gift_cost FROM referrals_thankyou
     WHERE business_id = %(business)s AND state = 'given' AND gift_cost IS NOT NULL
    UNION ALL
    SELECT 'cards', '', closed_at, 0 FROM referrals_thankyou
     WHERE business_id = %(business)s AND state = 'given' AND how = 'card'
    UNION ALL
    SELECT 'referrals', '', created_at, 0 FROM referrals_referral
     WHERE business_id = %(business)s
)
SELECT what, currency, (at AT TIME ZONE %(zone)s)::date AS day, sum(amount)::bigint AS amount,
       count(*) AS count
  FROM spent WHERE at >= %(begin)s AND at < %(end)s GROUP BY 1, 2, 3
UNION ALL
SELECT way, '', customer_since, 0, count(*) FROM people
 WHERE customer_since >= %(first)s AND customer_since < %(until)s GROUP BY 1, 2, 3
"""  # noqa: S608  # parts of our own
