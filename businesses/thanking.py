"""How a business thanks: what gifts may cost, and whether advocates read what came of it."""

from datetime import datetime
from typing import TypedDict

from businesses.models import Business
from businesses.money import LARGEST
from businesses.refusals import Refusal


class CeilingNotPossible(Refusal):
    message = "A ceiling for gifts is an amount, or none."
    code = "ceiling_not_possible"
    status = 422


class ThankingChanges(TypedDict, total=False):
    """What `change_thanking` can change. The ceiling is in whole minor units; None: there is none.

    `shows_values`: whether advocates read what an introduction was worth.
    """

    gift_ceiling: int | None
    shows_values: bool


def change_thanking(*, business: Business, changes: ThankingChanges, now: datetime) -> Business:
    """Keep it. Values are shown of hands shaken from now on, since whoever said yes before was
    told that nobody hears an amount. Raises `CeilingNotPossible`.
    """
    business = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    if "gift_ceiling" in changes:
        ceiling = changes["gift_ceiling"]
        if ceiling is not None and not 0 <= ceiling <= LARGEST:
            raise CeilingNotPossible
        business.gift_ceiling = ceiling
    if "shows_values" in changes and changes["shows_values"] != business.shows_values:
        business.values_shown_since = now if changes["shows_values"] else None
    business.save(update_fields=["gift_ceiling", "values_shown_since"])
    return business
