"""How much of what came in came by introduction: the rule of credit, in one statement.

What counts for somebody by `insights.attribution` counts here, whoever that is: what came of a
referral that anybody is credited with, and all else that came in from that person since the first
such referral, within the business's window. An amount counts on its day with what is left of it, so
that no share is below nothing or above the whole.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from businesses.models import Business
from insights.attribution import how_long
from insights.ways import rows_of
from referrals.services import converted


class Share(NamedTuple):
    """How much of what came in came by introduction, and how it is counted, in words."""

    # Whole, from 0 to 100; None where nothing came in.
    percent: int | None
    rule: str


class Sums(NamedTuple):
    """What came in in one currency at one rate; without one there is none, or none is needed."""

    currency: str
    rate: str | None
    introduced: int
    total: int


class CameIn(NamedTuple):
    """What came in within a month in one currency, and the part of it by introduction."""

    month: date
    currency: str
    total: int
    introduced: int


def came_in(*, business: Business, first: date, until: date) -> Sequence[CameIn]:
    """By month and currency, from `first` to the day before `until`. One query."""
    rows = rows_of(_BY_MONTH, business, _span(business, first, until))
    return [CameIn(**row) for row in rows]


def sums_by_introduction(*, business: Business, first: date, until: date) -> RawSQL:
    """What came in by introduction, and all that did, by currency and the rate that held: to be
    read with something else, for `share_of`."""
    span = _span(business, first, until) | {"business": business.pk, "home": business.currency}
    named = re.compile(r"%\((\w+)\)s")
    values = [span[name] for name in named.findall(_BY_RATE)]
    query = named.sub("%s", _BY_RATE)
    # The statement is our own, and whatever is not goes in as a parameter.
    return RawSQL(query, values, output_field=JSONField())  # noqa: S611


def share_of(sums: Iterable[Sequence[Any]], business: Business) -> Share:
    """Unlike currencies are never summed: others count at the rates that held on their days, and
    where one is missing, the business's own counts alone."""
    home = business.currency
    each = [Sums(*one) for one in sums]
    others = {one.currency for one in each} - {home}
    missing = {one.currency for one in each if one.rate is None} - {home}
    introduced = total = 0
    for one in each:
        if one.currency == home or not missing:
            rate = Decimal(one.rate or 1)
            introduced += converted(one.introduced, one.currency, home, rate)
            total += converted(one.total, one.currency, home, rate)
    rule = share_in_words(business)
    if missing:
        rule += f" Counted is {home} alone: a rate for {' and '.join(sorted(missing))} is missing."
    elif others:
        rule += " Other currencies count at your rates."
    return Share(round(100 * introduced / total) if total else None, rule)


def share_in_words(business: Business) -> str:
    """What stands beside each of these."""
    return (
        "By introduction is all that people paid since somebody sent them to you,"
        f" {how_long(business)}, less what was given back."
    )


def _span(business: Business, first: date, until: date) -> dict[str, object]:
    return {
        "first": first,
        "until": until,
        "zone": business.timezone,
        "months": business.credit_months,
    }


# Of most amounts nobody was ever sent and nothing was given back: that is seen from two lists, and
# only of the others more is looked up, by key. No plan of it joins large tables.
_CAME = """
WITH income AS MATERIALIZED (
    SELECT paid.closed_on, paid.currency,
           paid.amount + CASE WHEN paid.id IN (
               SELECT refers_to_id FROM referrals_closedbusiness
                WHERE business_id = %(business)s AND refers_to_id IS NOT NULL
                  AND kind IN ('refund', 'correction')
           ) THEN (
               SELECT sum(mended.amount) FROM referrals_closedbusiness AS mended
                WHERE mended.business_id = %(business)s AND mended.refers_to_id = paid.id
                  AND mended.kind IN ('refund', 'correction')
           ) ELSE 0 END AS amount,
           CASE WHEN paid.contact_id IN (
               SELECT contact_id FROM referrals_referral WHERE business_id = %(business)s
           ) THEN COALESCE((
               SELECT (named.created_at AT TIME ZONE %(zone)s)::date
                 FROM referrals_referral AS named
                WHERE named.business_id = %(business)s AND named.id = paid.referral_id
                  AND EXISTS (SELECT FROM referrals_credit AS credit
                               WHERE credit.business_id = %(business)s
                                 AND credit.referral_id = named.id)
           ), (
               SELECT (min(first.created_at) AT TIME ZONE %(zone)s)::date
                 FROM referrals_referral AS first
                WHERE first.business_id = %(business)s AND first.contact_id = paid.contact_id
                  AND EXISTS (SELECT FROM referrals_credit AS credit
                               WHERE credit.business_id = %(business)s
                                 AND credit.referral_id = first.id)
               HAVING (min(first.created_at) AT TIME ZONE %(zone)s)::date <= paid.closed_on
           )) END AS sent_on
      FROM referrals_closedbusiness AS paid
     WHERE paid.business_id = %(business)s AND paid.kind IN ('sale', 'again')
       AND paid.instead_id IS NULL
       AND paid.closed_on >= %(first)s AND paid.closed_on < %(until)s
), came AS (
    SELECT closed_on, currency, amount,
           sent_on IS NOT NULL AND (
               %(months)s::int IS NULL
               OR closed_on <= (sent_on + make_interval(months => %(months)s::int))::date
           ) AS is_introduced
      FROM income
)
"""
_INTRODUCED = "COALESCE(sum(amount) FILTER (WHERE is_introduced), 0)::bigint"
_BY_MONTH = f"""{_CAME}
SELECT date_trunc('month', closed_on)::date AS month, currency, sum(amount)::bigint AS total,
       {_INTRODUCED} AS introduced
  FROM came GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608  # parts of our own
_BY_RATE = f"""{_CAME}, priced AS (
    SELECT came.*, CASE WHEN currency <> %(home)s THEN (
               SELECT held.rate::text FROM referrals_exchangerate AS held
                WHERE held.business_id = %(business)s AND held.currency = came.currency
                  AND held.since <= came.closed_on ORDER BY held.since DESC LIMIT 1
           ) END AS rate
      FROM came WHERE amount <> 0
), summed AS (
    SELECT currency, rate, {_INTRODUCED} AS introduced, sum(amount)::bigint AS total
      FROM priced GROUP BY 1, 2
)
SELECT COALESCE(jsonb_agg(jsonb_build_array(currency, rate, introduced, total)), '[]') FROM summed
"""  # noqa: S608  # parts of our own
