"""How a month went at a business: what was given, what came of it, and what is owed.

Nobody is ranked by how much they brought; amounts are exact, each currency by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, OuterRef, Q, Subquery

from businesses.models import Business
from contacts.models import Contact
from insights.shares import came_in
from introductions.models import Introduction
from introductions.states import NOT_MADE
from referrals.models import Referral, ThankYou
from referrals.states import JOINED, ReferralState, ThanksState

# More than this nobody reads in a page; the list of introductions has them all.
MOST_GIVEN = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened within a month."""

    introductions: int
    handshakes: int
    won: int
    lost: int
    thanks_given: int
    # Minor units by currency, of what came by introduction (`insights.shares`).
    money: Mapping[str, int]

    @property
    def is_nothing(self) -> bool:
        return not (
            self.introductions
            or self.handshakes
            or self.won
            or self.lost
            or self.thanks_given
            or self.money
        )


@dataclass(frozen=True, slots=True)
class Given:
    """An introduction of the month, or somebody who was sent: by whom, and how it stands now."""

    at: datetime
    by: Sequence[Contact]
    # None until hands were shaken: before, nobody here may know who it is.
    whom: Contact | None
    introduction: Introduction | None
    referral: Referral | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day, with the one before it."""

    first: date
    now: Counts
    before: Counts
    given: Sequence[Given]
    # Owed at the end of the month, or today while it lasts.
    thanks_owed: int
    owed_since: datetime | None

    @property
    def is_quiet(self) -> bool:
        """Nothing happened, so there is nothing to tell."""
        return self.now.is_nothing


def how_it_went(*, business: Business, first: date, now: datetime) -> Month:
    """The month that begins with this day at the business's place, in a fixed count of queries."""
    begin, end = _within(business, first), _within(business, month_after(first))
    before = month_before(first)
    counted = _counts(_within(business, before), begin, end)
    money = _money(business, before, first)
    until = min(end, now)
    owed = ThankYou.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=until),
        owed_at__lt=until,
        # As on Today: of whoever is left in peace nobody is reminded.
        advocate__contact__rests="",
    )
    owing = owed.aggregate(count=Count("pk"), since=Min("owed_at"))
    return Month(
        first=first,
        now=Counts(**{name: counted[name] for name in _NAMES}, money=money[first]),
        before=Counts(**{name: counted[f"{name}_before"] for name in _NAMES}, money=money[before]),
        given=_given(begin, end),
        thanks_owed=owing["count"],
        owed_since=owing["since"],
    )


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


_NAMES = ("introductions", "handshakes", "won", "lost", "thanks_given")


def _within(business: Business, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(business.timezone))


def _counts(before: datetime, begin: datetime, end: datetime) -> dict[str, int]:
    """Each number of the month and of the one before, by its name; one query a table."""
    not_made = Q(state__in=NOT_MADE)
    by_hand = Q(introduction=None)
    introductions = Introduction.objects.aggregate(
        **_in_both("introductions", "created_at", ~not_made, before, begin, end),
        **_in_both("handshakes", "shook_hands_at", Q(), before, begin, end),
    )
    lost = Q(state=ReferralState.LOST) & ~Q(lost_reason=JOINED)
    referrals = Referral.objects.aggregate(
        **_in_both("sent", "created_at", by_hand, before, begin, end),
        **_in_both("won", "won_at", Q(), before, begin, end),
        **_in_both("lost", "moved_at", lost, before, begin, end),
    )
    given = Q(state=ThanksState.GIVEN)
    thanks = ThankYou.objects.aggregate(
        **_in_both("thanks_given", "closed_at", given, before, begin, end)
    )
    found: dict[str, int] = introductions | referrals | thanks
    for suffix in ("", "_before"):
        found[f"introductions{suffix}"] += found.pop(f"sent{suffix}")
    return found


def _in_both(
    name: str, column: str, which: Q, before: datetime, begin: datetime, end: datetime
) -> dict[str, Count]:
    def within(since: datetime, until: datetime) -> Count:
        times = Q(**{f"{column}__gte": since, f"{column}__lt": until})
        return Count("pk", filter=which & times)

    return {name: within(begin, end), f"{name}_before": within(before, begin)}


def _money(business: Business, before: date, first: date) -> dict[date, dict[str, int]]:
    """What came in by introduction, by month and currency; unlike ones are never summed."""
    found: dict[date, dict[str, int]] = {first: {}, before: {}}
    for row in came_in(business=business, first=before, until=month_after(first)):
        if row.introduced:
            found[row.month][row.currency] = row.introduced
    return found


def _given(begin: datetime, end: datetime) -> Sequence[Given]:
    """In the order in which they were given."""
    within: dict[str, Any] = {"created_at__gte": begin, "created_at__lt": end}
    introductions = (
        Introduction.objects.filter(**within)
        .exclude(state__in=NOT_MADE)
        .annotate(led_to=Subquery(Referral.objects.led_to_by(OuterRef("pk")).values("pk")[:1]))
        .select_related("advocate__contact", "contact")
        .order_by("created_at", "id")[:MOST_GIVEN]
    )
    sent = (
        Referral.objects.filter(introduction=None, **within)
        .select_related("contact")
        .prefetch_related("credits__advocate__contact")
        .order_by("created_at", "id")[:MOST_GIVEN]
    )
    made: list[Any] = list(introductions)
    led_to = Referral.objects.in_bulk([one.led_to for one in made if one.led_to])
    rows = chain((_introduced(one, led_to) for one in made), map(_sent, sent))
    return sorted(rows, key=lambda one: one.at)[:MOST_GIVEN]


def _introduced(introduction: Any, led_to: Mapping[UUID, Referral]) -> Given:
    return Given(
        introduction.created_at,
        [introduction.advocate.contact],
        introduction.contact,
        introduction,
        led_to.get(introduction.led_to),
    )


def _sent(referral: Referral) -> Given:
    people = [credit.advocate.contact for credit in referral.credits.all()]
    return Given(referral.created_at, people, referral.contact, None, referral)
