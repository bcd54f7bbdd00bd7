"""Publishing the terms: what is given for an introduction from now on, and to whom."""

from collections.abc import Iterable
from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.money import LARGEST
from businesses.refusals import Refusal
from rewards.models import RewardTerms
from rewards.rules import Rule, checked
from rewards.states import ForWhom, Trigger, What


class CeilingNotPossible(Refusal):
    message = "A ceiling is an amount, or nothing where there is none."
    code = "ceiling_not_possible"
    status = 422


def publish_terms(
    *,
    business: Business,
    rules: Iterable[Rule],
    ceiling: int = 0,
    sale_not_allowed: bool = False,
    by: Actor,
    now: datetime,
) -> RewardTerms:
    """These terms from now on; no rules at all: nothing is given.

    Whoever was shown others keeps those. The same once more publishes nothing. Raises
    `RuleNotPossible`, `SaleNotRewardable`, `TooManyRules`, `CeilingNotPossible`.
    """
    kept = [rule.as_data() for rule in checked(rules, sale_not_allowed=sale_not_allowed)]
    if not 0 <= ceiling <= LARGEST:
        raise CeilingNotPossible
    # One at a time: two versions of one number would be refused by the database.
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    former = RewardTerms.objects.order_by("-version").first()
    told = (kept, ceiling, sale_not_allowed, business.currency)
    if former is not None and told == (
        former.rules,
        former.ceiling,
        former.sale_not_allowed,
        former.currency,
    ):
        return former
    terms = RewardTerms.objects.create(
        business=business,
        version=former.version + 1 if former else 1,
        published_at=now,
        rules=kept,
        currency=business.currency,
        ceiling=ceiling,
        sale_not_allowed=sale_not_allowed,
        created_at=now,
    )
    record_event(
        business=business,
        name="reward_terms.published",
        actor=by,
        subject=terms,
        payload={"version": terms.version, "rules": len(kept)},
        now=now,
    )
    return terms


def gift_for_introduction(*, words: str, amount: int, hold_days: int) -> list[Rule]:
    """A small gift for whoever introduces, once there is a yes."""
    return [
        Rule(
            Trigger.HANDSHAKE,
            ForWhom.ADVOCATE,
            What.GIFT,
            words=words,
            amount=amount,
            hold_days=hold_days,
        )
    ]


def voucher_for_both(*, amount: int, hold_days: int) -> list[Rule]:
    """A discount code for either side, once there is a yes."""
    return [Rule(Trigger.HANDSHAKE, ForWhom.BOTH, What.CODE, amount=amount, hold_days=hold_days)]
