"""The terms in force, as an introduction keeps them."""

from typing import Any

from introductions.models import Advocate
from introductions.terms import ADVOCATE_FIELD
from rewards.models import RewardTerms
from rewards.rules import to_advocate, to_prospect


def in_force_for(advocate: Advocate) -> dict[str, Any]:
    """What an introduction by this advocate is made under now; empty where nothing is given."""
    terms = in_force()
    if terms is None or not terms.rules:
        return {}
    business, rules = advocate.business, terms.all_rules
    firm = business.name or "The firm"
    said = (terms.currency, business.locale)
    return {
        **terms.as_data(),
        "to_advocate": to_advocate(rules, firm, *said),
        "to_prospect": to_prospect(rules, firm, ADVOCATE_FIELD, *said),
    }


def in_force() -> RewardTerms | None:
    """What was published last; None while nothing ever was."""
    return RewardTerms.objects.order_by("-version").first()
