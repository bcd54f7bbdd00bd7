"""What the reader of an advocate's page has earned. Whom it was for is not said: that may be
sealed, and they know whom they introduced. And what a prospect is told that it gives away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from rewards.models import Reward, RewardCode
from rewards.rules import Rule, rule_of, what_is_given
from rewards.states import ON_SALE, OVER_CEILING, WHOLE, Person, RewardState, Trigger

SHOWN = 20
_OVER = Q(fell_with_cause=True, void_because=OVER_CEILING)
_FELL_WITH_SALE = Q(fell_with_cause=True, trigger__in=sorted(ON_SALE), share__gt=0)


@dataclass(frozen=True, slots=True)
class Earned:
    """A line: what it is, and when it was given or may be."""

    what: str
    given_at: datetime | None
    not_before: date | None
    code: str
    # In percent, where others introduced them, too.
    share: int
    # It fell with what it rested on.
    is_off: bool
    # The year whose ceiling it went beyond, if it fell for that.
    over_in: int | None


def earned_by(contact: Contact, *, now: datetime) -> Sequence[Earned]:
    """The newest, without what somebody called off; last, and of the like once, what went beyond
    the ceiling of a year. One query."""
    business = contact.business
    codes = RewardCode.objects.filter(reward=OuterRef("pk")).values("code")
    rows = (
        Reward.objects.filter(contact=contact)
        .exclude(Q(state=RewardState.VOID) & ~_FELL_WITH_SALE & ~_OVER)
        .annotate(own_code=Subquery(codes[:1]), is_over=Q(_OVER))
        .order_by("is_over", "-earned_at", "-id")[:SHOWN]
    )
    lines = [_line(row, business, clock.today(business, now)) for row in rows]
    over = dict.fromkeys(line for line in lines if line.over_in)
    return [*(line for line in lines if not line.over_in), *over]


def _line(row: Reward, business: Business, today: date) -> Earned:
    is_over = row.state == RewardState.VOID and row.void_because == OVER_CEILING
    is_given = row.state == RewardState.GIVEN
    return Earned(
        what=what_is_given(_rule(row), row.currency, business.locale),
        given_at=row.closed_at if is_given else None,
        not_before=row.hold_until if row.is_on_hold(today) else None,
        share=row.share if row.share < WHOLE and not is_given else 0,
        is_off=row.state == RewardState.VOID and not is_over,
        over_in=clock.today(business, row.earned_at).year if is_over else None,
        # What a code says is theirs once it is given.
        code=_code(row) if is_given else "",
    )


def told_by_reward(terms: Mapping[str, Any], advocate: str) -> str:
    """What the advocate of this name learns by what they are given under these terms, though the
    prospect let them hear nothing: a sentence for the prospect; empty where it is nothing."""
    rules = [rule_of(data) for data in terms.get("rules", [])]
    own = [rule for rule in rules if Person.ADVOCATE in rule.people]
    triggers = {rule.trigger for rule in own}
    if any(rule.percent for rule in own):
        learns = "a share of what you pay, and so learns how much that was"
    elif triggers & ON_SALE:
        learns = "something if you become a customer, and so learns that you did"
    elif Trigger.MET in triggers:
        learns = "something once you have met, and so learns that you have"
    else:
        return ""
    return f"{advocate} is given {learns}, whatever else they may hear."


def _rule(row: Reward) -> Rule:
    is_cut = row.is_open and row.share == WHOLE and 0 < row.amount < row.promised.amount
    return row.as_given if row.state == RewardState.GIVEN or is_cut else row.promised


def _code(row: Reward) -> str:
    code: str | None = row.own_code  # type: ignore[attr-defined]  # annotated
    return code or ""
