"""What being recommended costs a business, as its owner reckons it: nothing else can know."""

from typing import TypedDict

from businesses.models import MOST_MINUTES, Business
from businesses.money import LARGEST
from businesses.refusals import Refusal

_AMOUNTS = ("card_costs", "hour_costs", "advertising_a_month")


class CostNotPossible(Refusal):
    message = "That is an amount, or nothing. Minutes go up to a whole week."
    code = "cost_not_possible"
    status = 422


class CostChanges(TypedDict, total=False):
    """What `change_costs` can change: amounts in whole minor units; None is not known."""

    card_costs: int | None
    hour_costs: int | None
    minutes_each: int | None
    advertising_a_month: int | None


def change_costs(*, business: Business, changes: CostChanges) -> Business:
    """Keep what is reckoned with. Raises `CostNotPossible`."""
    business = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    for name, value in changes.items():
        most = LARGEST if name in _AMOUNTS else MOST_MINUTES
        if value is not None and not 0 <= int(str(value)) <= most:
            raise CostNotPossible
        setattr(business, name, value)
    business.save(update_fields=[*changes])
    return business
