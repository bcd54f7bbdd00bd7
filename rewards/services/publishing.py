"""Publishing the terms: what is given for an introduction from now on, and to whom."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.text import capfirst

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.money import LARGEST, format_money
from businesses.refusals import Refusal
from rewards.models import RewardTerms
from rewards.rules import Rule, checked, what_is_given
from rewards.states import MONEY, ForWhom, Trigger, What


class CeilingNotPossible(Refusal):
    message = "A ceiling is an amount, or nothing where there is none."
    code = "ceiling_not_possible"
    status = 422


class RuleAboveCeiling(Refusal):
    """`message` names what is given, and the ceiling."""

    message = "This is worth more than one person gets in a year."
    code = "rule_above_ceiling"
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
    `RuleNotPossible`, `SaleNotRewardable`, `TooManyRules`, `CeilingNotPossible`,
    `RuleAboveCeiling`.
    """
    whole = checked(rules, sale_not_allowed=sale_not_allowed)
    kept = [rule.as_data() for rule in whole]
    if not 0 <= ceiling <= LARGEST:
        raise CeilingNotPossible
    _refuse_above(ceiling, whole, business)
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


def _refuse_above(ceiling: int, rules: Iterable[Rule], business: Business) -> None:
    """What cannot be given in part, and is worth more than anybody gets, nobody would get."""
    for rule in rules:
        if ceiling and rule.amount > ceiling and rule.what not in MONEY:
            given = what_is_given(rule, business.currency, business.locale)
            most = format_money(ceiling, business.currency, business.locale)
            raise RuleAboveCeiling(
                f"{capfirst(given)}: that is worth more than the {most} one person gets in a year,"
                " so nobody would ever get it. Let them get more in a year, or give less."
            )


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
