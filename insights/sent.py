"""Who was sent by whom, and who stands behind somebody.

The first bind wins: whoever is credited with the first referral of a person that is credited at
all brought that person, alone or with others who share that credit. Rows are followed by their ids
alone: two people who became one, or one whose name was erased, keep their place.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from businesses.models import Business
from referrals.models import Credit

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
