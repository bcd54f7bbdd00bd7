"""The yearly letter to whoever introduces people: what their introductions became."""

from collections import Counter
from collections.abc import Mapping

from outreach.models import Enrolment
from outreach.purposes import Purpose
from referrals.models import Referral
from referrals.states import OPEN, ReferralState

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _became(enrolment: Enrolment) -> Mapping[str, str]:
    """In a sentence, without an amount and without a name: as far as anybody allows."""
    states = Counter(
        Referral.objects.filter(credits__advocate__contact=enrolment.contact_id)
        .order_by()
        .values_list("state", flat=True)
    )
    won, open_ones = states[ReferralState.WON], sum(states[state] for state in OPEN)
    total = sum(states.values())
    if not total:
        return {"became": "I think of it often."}
    parts = [f"Since then you have brought {_people(total)} and me together"]
    if won:
        parts.append(f"and with {_number(won)} of them we work today")
    elif open_ones:
        parts.append(f"and with {_number(open_ones)} of them I am in touch")
    return {"became": f"{', '.join(parts)}."}


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{_number(count)} people"


def _number(count: int) -> str:
    return _COUNTS[count] if count < len(_COUNTS) else str(count)


YEARLY = Purpose(fields=_became)
