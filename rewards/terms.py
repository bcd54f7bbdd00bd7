"""The terms in force, as an introduction keeps them."""

from typing import Any

from introductions.models import Advocate
from rewards.models import RewardTerms


def in_force_for(advocate: Advocate) -> dict[str, Any]:
    """What an introduction by this advocate is made under now; empty where nothing is given."""
    terms = in_force()
    if terms is None or not terms.rules:
        return {}
    return {
        **terms.as_data(),
        "to_advocate": terms.advocate_reads,
        "to_prospect": terms.prospect_reads,
    }


def in_force() -> RewardTerms | None:
    """What was published last; None while nothing ever was."""
    return RewardTerms.objects.select_related("business").order_by("-version").first()
