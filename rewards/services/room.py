"""What had fallen for the ceiling of a year alone, once there is room under it again."""

from datetime import datetime

from activity.models import Event
from businesses.tenancy import locked
from rewards.models import Reward
from rewards.services.doubts import hold_doubts
from rewards.services.keeping import of_their_year
from rewards.services.reckoning import Worked, reckon
from rewards.services.sales import reckon_sales
from rewards.states import ON_SALE, OVER_CEILING, WHOLE


def reckon_by_room(*, event: Event, now: datetime) -> None:
    """Later, with reward.voided and .reckoned: it is earned while it fits, what was first before
    all; what a sale earns by what is left of the sale."""
    reward = Reward.objects.select_related("business").filter(pk=event.subject_id).first()
    if reward is None or reward.contact is None:
        return
    fallen = of_their_year(reward).filter(fell_with_cause=True, void_because=OVER_CEILING)
    by_sale = fallen.filter(trigger__in=sorted(ON_SALE), referral__isnull=False)
    reckon_sales(set(by_sale.values_list("referral_id", flat=True)), now)
    others = fallen.exclude(trigger__in=sorted(ON_SALE)).order_by("earned_at", "id")
    if not others.exists():
        return
    locked(reward.contact)
    found = list(others.select_related("terms", "introduction", "referral"))
    hold_doubts(*found)
    for one in found:
        reckon(one, Worked(one.amount, WHOLE), one.terms.ceiling, now)
