"""Customers who were sent beside those who found the business otherwise.

Sent is whoever has an advocate's credit or was entered as sent by someone. Of whom nobody knows how
they found the business is neither: as long as there are many of them, nothing is said of the rest.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from businesses.models import Business
from insights.worth import Rates, Worth, added_up

# More than one customer in so many of whom nothing is known, and the rest says nothing.
KNOWN_OF_FIVE = 5
# Fewer customers than this in one of the two are no comparison.
FEWEST = 3
YEARS = (1, 2, 3)
# What stands beside these figures.
RULE = (
    "Sent is whoever has an advocate's credit or was entered as sent by someone; of whom nobody"
    " knows how they found you is neither. Counted is what they paid, less what was given back."
)
RULE_OF_YEARS = f"{RULE} Customers count once that many years since their first day are over."


class Way(StrEnum):
    """How somebody found the business."""

    SENT = "sent"
    OTHERWISE = "otherwise"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Group:
    """Those who came on one way, and what became of them."""

    people: int
    customers: int
    # Who came back: something came in from them on at least two days.
    again: int
    # From whom nothing has come in for a year, though they are customers.
    lost: int
    worth: Worth

    @property
    def conversion(self) -> float | None:
        """Customers among those who came; None where nobody did."""
        return self.customers / self.people if self.people else None

    @property
    def repeat(self) -> float | None:
        return self.again / self.customers if self.customers else None

    @property
    def lost_share(self) -> float | None:
        return self.lost / self.customers if self.customers else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both ways side by side, and how many customers are neither."""

    sent: Group
    otherwise: Group
    unknown: Group

    @property
    def is_enough_known(self) -> bool:
        """Whether it says something: else a page says *not enough known yet*."""
        known = self.sent.customers + self.otherwise.customers
        few = min(self.sent.customers, self.otherwise.customers) < FEWEST
        return not few and self.unknown.customers * KNOWN_OF_FIVE <= known + self.unknown.customers


@dataclass(frozen=True, slots=True)
class NewBusiness:
    """Who became a customer within a time, by how they found the business, and what came in."""

    customers: Mapping[Way, int]
    worth: Mapping[Way, Worth]

    @property
    def share_sent(self) -> float | None:
        """Sent ones among those of whom it is known; None where it is known of nobody."""
        known = self.customers[Way.SENT] + self.customers[Way.OTHERWISE]
        return self.customers[Way.SENT] / known if known else None


@dataclass(frozen=True, slots=True)
class ValueAfter:
    """What came in from each customer in their first years, those years being over."""

    years: int
    way: Way
    customers: int
    worth: Worth


def sent_and_otherwise(*, business: Business, rates: Rates, today: date) -> Comparison:
    """All who were ever kept, by way. Two queries."""
    counted = {
        row["way"]: row
        for row in rows_of(_GROUPS, business, {"year_ago": _years_before(today, 1), "today": today})
    }
    worth = _worth(
        rows_of(_WORTH, business, {"since": date.min, "until": date.max}), business, rates
    )
    groups = {
        way: Group(
            **{name: counted.get(way, {}).get(name, 0) for name in _COUNTS}, worth=worth[way]
        )
        for way in Way
    }
    return Comparison(groups[Way.SENT], groups[Way.OTHERWISE], groups[Way.UNKNOWN])


def new_business(*, business: Business, rates: Rates, first: date, until: date) -> NewBusiness:
    """Who became a customer from `first` to the day before `until`, and what came in from them
    within that time. Two queries."""
    span = {"since": first, "until": until}
    counted = {Way(row["way"]): row["customers"] for row in rows_of(_NEW, business, span)}
    worth = _worth(rows_of(_NEW_WORTH, business, span), business, rates)
    return NewBusiness({way: counted.get(way, 0) for way in Way}, worth)


def values_after(*, business: Business, rates: Rates, today: date) -> Sequence[ValueAfter]:
    """What customers brought in their first one, two and three years, by way. Two queries.

    Only those whose years are over count, so that young customers do not look poor.
    """
    span = {"today": today, "years": list(YEARS)}
    found: list[ValueAfter] = []
    counted = {
        (row["years"], row["way"]): row["customers"] for row in rows_of(_OVER, business, span)
    }
    amounts: dict[tuple[int, str], list[tuple[int, str, date]]] = defaultdict(list)
    for row in rows_of(_FIRST_YEARS, business, span):
        amounts[row["years"], row["way"]].append((row["total"], row["currency"], row["closed_on"]))
    for years in YEARS:
        for way in Way:
            worth = added_up(amounts[years, way], home=business.currency, rates=rates)
            found.append(ValueAfter(years, way, counted.get((years, way), 0), worth))
    return found


def _worth(rows: Sequence[Mapping[str, Any]], business: Business, rates: Rates) -> dict[Way, Worth]:
    """One sum for each way, at the rates that held on each day."""
    parts: dict[str, list[tuple[int, str, date]]] = defaultdict(list)
    for row in rows:
        parts[row["way"]].append((row["total"], row["currency"], row["closed_on"]))
    return {way: added_up(parts[way], home=business.currency, rates=rates) for way in Way}


def rows_of(query: str, business: Business, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a query, which may name `%(business)s`, by their columns."""
    with connection.cursor() as cursor:
        cursor.execute(query, {"business": business.pk, **values})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _years_before(day: date, years: int) -> date:
    """The same day so many years ago; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


_COUNTS = ("people", "customers", "again", "lost")

# How each person found the business.
PEOPLE = """
people AS (
    SELECT contact.id, contact.customer_since,
           CASE WHEN contact.source = 'sent' OR EXISTS (
                    SELECT FROM referrals_credit AS credit
                      JOIN referrals_referral AS referral ON referral.id = credit.referral_id
                     WHERE referral.business_id = %(business)s
                       AND credit.business_id = %(business)s
                       AND referral.contact_id = contact.id
                ) THEN 'sent'
                WHEN contact.source = 'unknown' THEN 'unknown'
                ELSE 'otherwise' END AS way
      FROM contacts_contact AS contact
     WHERE contact.business_id = %(business)s
)
"""
# What is left of each amount that came in, when all is given back and put right.
_CAME = """
came AS (
    SELECT income.contact_id, income.currency, income.closed_on,
           income.amount + COALESCE((
               SELECT sum(mended.amount) FROM referrals_closedbusiness AS mended
                WHERE mended.business_id = %(business)s AND mended.refers_to_id = income.id
                  AND mended.kind IN ('refund', 'correction')
           ), 0) AS amount
      FROM referrals_closedbusiness AS income
     WHERE income.business_id = %(business)s AND income.kind IN ('sale', 'again')
       AND income.instead_id IS NULL
)
"""
_SUM = "way, currency, closed_on, sum(amount)::bigint AS total"
_GROUPS = f"""
WITH {PEOPLE}, {_CAME}, by_person AS (
    SELECT contact_id, count(DISTINCT closed_on) AS days, max(closed_on) AS last_on
      FROM came WHERE amount > 0 GROUP BY contact_id
)
SELECT way, count(*) AS people, count(customer_since) AS customers,
       count(*) FILTER (WHERE customer_since IS NOT NULL AND days > 1) AS again,
       count(*) FILTER (WHERE COALESCE(last_on, customer_since) < %(year_ago)s
                          AND customer_since IS NOT NULL) AS lost
  FROM people LEFT JOIN by_person ON by_person.contact_id = people.id
 GROUP BY way
"""  # noqa: S608  # parts of our own
_WORTH = f"""
WITH {PEOPLE}, {_CAME}
SELECT {_SUM} FROM came JOIN people ON people.id = came.contact_id GROUP BY 1, 2, 3 ORDER BY 3
"""  # noqa: S608  # parts of our own
_NEW = f"""
WITH {PEOPLE}
SELECT way, count(*) AS customers FROM people
 WHERE customer_since >= %(since)s AND customer_since < %(until)s GROUP BY way
"""  # noqa: S608  # parts of our own
_NEW_WORTH = f"""
WITH {PEOPLE}, {_CAME}
SELECT {_SUM} FROM came JOIN people ON people.id = came.contact_id
 WHERE customer_since >= %(since)s AND customer_since < %(until)s
   AND closed_on >= %(since)s AND closed_on < %(until)s
 GROUP BY 1, 2, 3 ORDER BY 3
"""  # noqa: S608  # parts of our own
_OVER = f"""
WITH {PEOPLE}
SELECT years, way, count(*) AS customers
  FROM people CROSS JOIN unnest(%(years)s) AS years
 WHERE customer_since + make_interval(years => years) <= %(today)s
 GROUP BY 1, 2
"""  # noqa: S608  # parts of our own
_FIRST_YEARS = f"""
WITH {PEOPLE}, {_CAME}
SELECT years, {_SUM}
  FROM came JOIN people ON people.id = came.contact_id CROSS JOIN unnest(%(years)s) AS years
 WHERE customer_since + make_interval(years => years) <= %(today)s
   AND closed_on < customer_since + make_interval(years => years)
 GROUP BY years, way, currency, closed_on ORDER BY closed_on
"""  # noqa: S608  # parts of our own
