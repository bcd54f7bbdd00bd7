"""The yearly letter to whoever introduces people: what their introductions became."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Least

from businesses.models import Business
from contacts.models import Contact
from contacts.states import Circle
from introductions.models import Advocate, Introduction
from outreach.models import CadenceStep, Enrolment, Timing, Trigger
from outreach.purposes import Purpose, Stand
from outreach.services import Beginner, begin_for_all
from referrals.models import Credit
from referrals.services.hearing import who_may_hear_the_end
from referrals.states import OPEN, ReferralState

# A plan begins so long before the anniversary, or longer where a step counts back further.
AHEAD = timedelta(days=30)
# That they were brought together the advocate knows; of these people not what came of it.
_KEPT = "kept"
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def begin_anniversaries(*, business: Business, today: date, now: datetime) -> int:
    """For advocates of the inner circle, a month before the day on which they first introduced
    somebody, by a letter or in any other way.

    Earlier where a step is due earlier.
    """

    def who() -> Iterable[Beginner]:
        near = _days_within(_ahead(), business, today)
        return [
            Beginner(contact, f"{contact.pk}:{near[contact.pk].year}", near[contact.pk])
            for contact in Contact.objects.filter(pk__in=near).order_by("id")
        ]

    return begin_for_all(business=business, trigger=Trigger.ANNIVERSARY, who=who, now=now)


def _days_within(ahead: timedelta, business: Business, today: date) -> Mapping[UUID, date]:
    """By contact of the inner circle the day that comes next, where it comes so soon."""
    inner = Advocate.objects.filter(contact__circle=Circle.INNER, contact__rests="")
    rows = inner.annotate(first_at=_first()).filter(first_at__isnull=False)
    near = {}
    for contact_id, first_at in rows.values_list("contact", "first_at"):
        day = first_at.astimezone(ZoneInfo(business.timezone)).date()
        coming = _in_year(day, today.year)
        if coming < today:
            coming = _in_year(day, today.year + 1)
        if coming > day and coming - today <= ahead:
            near[contact_id] = coming
    return near


def _first() -> Least:
    """When an advocate's first handshake was, or their first credit."""
    shaken = Introduction.objects.filter(advocate=OuterRef("pk"), shook_hands_at__isnull=False)
    credited = Credit.objects.filter(advocate=OuterRef("pk")).order_by("referral__created_at")
    # The lesser of those that are there: PostgreSQL passes over a null.
    return Least(
        Subquery(shaken.order_by("shook_hands_at").values("shook_hands_at")[:1]),
        Subquery(credited.values("referral__created_at")[:1]),
    )


def _ahead() -> timedelta:
    """How long before the day the earliest step has to be known."""
    steps = CadenceStep.objects.filter(
        cadence__trigger=Trigger.ANNIVERSARY, cadence__is_on=True, timing=Timing.BEFORE
    )
    longest = steps.aggregate(days=Max("days"))["days"] or 0
    return max(AHEAD, timedelta(days=longest))


def _in_year(day: date, year: int) -> date:
    """The same day of another year; the last of February where that has no 29th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _look(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    rows = Credit.objects.filter(
        advocate__contact__in={one.contact_id for one in enrolments}
    ).values_list("advocate__contact_id", "advocate_id", "referral__contact_id", "referral__state")
    credits = list(rows.order_by())
    told = who_may_hear_the_end({(person, advocate) for _, advocate, person, _ in credits})
    states: dict[UUID, Counter[str]] = defaultdict(Counter)
    for contact_id, advocate, person, state in credits:
        states[contact_id][state if (person, advocate) in told else _KEPT] += 1
    return {one.pk: Stand(fields={"became": _became(states[one.contact_id])}) for one in enrolments}


def _became(states: Counter[str]) -> str:
    """In a sentence, without an amount and without a name: as far as anybody allows."""
    won, open_ones = states[ReferralState.WON], sum(states[state] for state in OPEN)
    total = sum(states.values())
    if not total:
        return "I think of it often."
    parts = [f"Since then you have brought {_people(total)} and me together"]
    if won:
        parts.append(f"and with {_number(won)} of them we work today")
    elif open_ones:
        parts.append(f"and with {_number(open_ones)} of them I am in touch")
    return f"{', '.join(parts)}."


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{_number(count)} people"


def _number(count: int) -> str:
    return _COUNTS[count] if count < len(_COUNTS) else str(count)


YEARLY = Purpose(look=_look)
