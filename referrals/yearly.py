"""The yearly letter to whoever introduces people: what their introductions became."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from outreach.models import Enrolment
from outreach.purposes import Purpose, Stand
from referrals.models import Credit
from referrals.states import OPEN, ReferralState

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _look(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    states: dict[UUID, Counter[str]] = defaultdict(Counter)
    rows = Credit.objects.filter(
        advocate__contact__in={one.contact_id for one in enrolments}
    ).values_list("advocate__contact_id", "referral__state")
    for contact_id, state in rows.order_by():
        states[contact_id][state] += 1
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
