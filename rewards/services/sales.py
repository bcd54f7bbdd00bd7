"""What is earned by a sale: worked out when it is won, and anew whenever what it rests on changes.

A sale is what came in first, with the win, less what was given back of it. Each of these runs after
its event and may run again: the referral is locked first, as by whoever changes what came in, then
everybody who may get something; so the last to run has seen all there is, and the same once more
changes nothing. What was given is taken back from nobody: a person is asked to look.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from activity.models import Event
from businesses.tenancy import locked
from referrals.models import ClosedBusiness, ExchangeRate
from referrals.services import keep_rates, kept_instead, left_of, stands_at, worth_at_home
from referrals.states import Came
from rewards.models import Reward
from rewards.rules import Rule
from rewards.services.causes import (
    Cause,
    cause_of_referral,
    credited,
    lock_people,
    referral_of,
)
from rewards.services.doubts import flag_refund, look_at
from rewards.services.keeping import Due, keep
from rewards.services.reckoning import NOT_SHARED, Worked, reckon
from rewards.sharing import shared
from rewards.states import DIVISIBLE, ON_SALE, WHOLE, Person, RewardState, Trigger

REFUNDED = "The sale was given back."
BELOW = "What is left of the sale is not more than the amount that was agreed."
TOO_LITTLE = "What is left of the sale is too little for a share of it."


@dataclass(frozen=True, slots=True)
class Sale:
    """What came in with the win and what is left of it; then both in the currency of the terms.

    These are None while the owner has not said what the other currency was worth on that day.
    """

    left: int
    currency: str
    stood_at_home: int | None
    left_at_home: int | None

    def lacks_rate(self, rule: Rule) -> str:
        """The currency whose rate is missing to work it out, if it has to be."""
        is_compared = bool(rule.percent) or rule.trigger == Trigger.WON_ABOVE
        return self.currency if is_compared and self.left_at_home is None else ""

    def is_reached(self, rule: Rule) -> bool:
        """Whether there was anything to earn by it, ever."""
        if rule.trigger != Trigger.WON_ABOVE or self.stood_at_home is None:
            return True
        return self.stood_at_home > rule.above

    def why_not(self, rule: Rule) -> str:
        """Why nothing is given for what is left of it; empty where something is."""
        if self.left <= 0:
            return REFUNDED
        is_below = self.left_at_home is not None and self.left_at_home <= rule.above
        return BELOW if rule.trigger == Trigger.WON_ABOVE and is_below else ""


def reckon_by_amount(*, event: Event, now: datetime) -> None:
    """Later, with business.refunded and .corrected."""
    row = ClosedBusiness.objects.filter(pk=event.subject_id).first()
    if row is not None and row.referral_id is not None:
        reckon_sales([row.referral_id], now)


def reckon_by_credit(*, event: Event, now: datetime) -> None:
    """Later, with referral.credit_split: what is not given yet is shared as the credit now is, and
    whoever is credited by now is looked at first."""
    referral = referral_of(event.subject_id)
    cause = cause_of_referral(referral) if referral is not None else None
    if referral is not None and cause is not None and cause.rules(ON_SALE):
        for contact, _ in credited(cause):
            look_at(referral=referral, advocate=contact, now=now)
    reckon_sales([event.subject_id], now, shared_anew=True)


def reckon_by_rate(*, event: Event, now: datetime) -> None:
    """Later, with exchange_rate.entered: what had waited for it, and what was worked out at the
    rate that it takes the place of. It holds until the day of the next one."""
    currency, since = str(event.payload["currency"]), str(event.payload["since"])
    sales = ClosedBusiness.objects.filter(kind=Came.SALE, currency=currency, closed_on__gte=since)
    rates = ExchangeRate.objects.filter(currency=currency, since__gt=since)
    if (following := rates.order_by("since").first()) is not None:
        sales = sales.filter(closed_on__lt=following.since)
    promised = Q(referral__terms__has_key="rules")
    promised |= Q(referral__introduction__terms__has_key="rules")
    reckon_sales(set(sales.filter(promised).values_list("referral_id", flat=True)), now)


def reckon_sales(keys: Collection[UUID], now: datetime, *, shared_anew: bool = False) -> None:
    """All that these referrals' sales earn, by what is left of them; nothing where none is won.

    First every referral is locked, then everybody with a part in any of them: one referral after
    the other, the second would wait for somebody who waits for the people of the first.
    """
    referrals = [referral for key in sorted(keys) if (referral := referral_of(key)) is not None]
    won = [referral for referral in referrals if locked(referral).is_won]
    causes = [cause for cause in map(cause_of_referral, won) if cause and cause.rules(ON_SALE)]
    lock_people(*causes)
    for cause in causes:
        _reckon_sale(cause, now, shared_anew)


def _reckon_sale(cause: Cause, now: datetime, shared_anew: bool) -> None:
    sale = _sale(cause)
    if cause.referral is None or sale is None:
        return
    too_much = [
        (reward, due)
        for rule in cause.rules(ON_SALE)
        for person in cause.gets(rule)
        for reward, due in _work_out(cause, rule, person, sale, now, shared_anew)
    ]
    if too_much:
        flag_refund(
            referral=cause.referral,
            rewards=[reward for reward, _ in too_much],
            left=sale.left,
            currency=sale.currency,
            due=sum(due for _, due in too_much),
            now=now,
        )


def _sale(cause: Cause) -> Sale | None:
    rows = ClosedBusiness.objects.filter(referral=cause.referral, kind=Came.SALE)
    first = rows.order_by("created_at", "id").first()
    if first is None:
        return None
    row = kept_instead(first)
    stood, left = stands_at(row), left_of(row)
    home, business = cause.terms["currency"], cause.business

    def at_home(amount: int) -> int | None:
        if row.currency == home:
            return amount
        if home != business.currency:
            return None
        keep_rates(business)
        return worth_at_home(
            business=business, amount=amount, currency=row.currency, on=row.closed_on
        )

    return Sale(left, row.currency, at_home(stood), at_home(left))


def _work_out(
    cause: Cause, rule: Rule, person: Person, sale: Sale, now: datetime, shared_anew: bool
) -> list[tuple[Reward, int]]:
    """What is earned under this rule on this side; of what was given, what is more than is due,
    with what is."""
    referral = cause.referral
    assert referral is not None
    cause_id = referral.pk if person == Person.ADVOCATE else cause.people[person].pk
    rows = Reward.objects.filter(
        trigger=rule.trigger, rule_key=rule.key, cause_id=cause_id, person=person
    )
    known = {row.person_key: row for row in rows.select_for_update(no_key=True).order_by("id")}
    if any(row.referral_id != referral.pk for row in known.values()):
        # Whoever is introduced has it from another time.
        return []
    if not known and not sale.is_reached(rule):
        return []
    shares = _shares(cause, rule, person, list(known.values()), shared_anew)
    parts = shared(rule.worth(sale.left_at_home or 0), shares.values())
    ceiling = cause.ceiling
    too_much = []
    for (key, share), part in zip(shares.items(), parts, strict=True):
        worked = _worked(rule, sale, part, share)
        if key not in known:
            keep(_due(cause, rule, person, cause_id, key, worked), now)
        elif reckon(known[key], worked, ceiling, now):
            too_much.append((known[key], 0 if worked.why_not else worked.worth))
    for key in known.keys() - shares.keys():
        reckon(known[key], Worked(0, 0, why_not=NOT_SHARED), ceiling, now)
    return too_much


def _due(
    cause: Cause, rule: Rule, person: Person, cause_id: UUID, key: UUID, worked: Worked
) -> Due:
    people = {contact.pk: contact for contact, _ in credited(cause)}
    people |= {contact.pk: contact for contact in cause.people.values()}
    return Due(
        cause=cause,
        rule=rule,
        person=person,
        contact=people[key],
        cause_id=cause_id,
        worth=worked.worth,
        share=worked.share,
        lacks_rate=worked.lacks_rate,
        fell=worked.why_not,
    )


def _worked(rule: Rule, sale: Sale, part: int, share: int) -> Worked:
    lacks = sale.lacks_rate(rule)
    why_not = sale.why_not(rule)
    if not why_not and not lacks and not part and (rule.percent or rule.amount):
        why_not = TOO_LITTLE
    return Worked(part, share, "" if why_not else lacks, why_not)


def _shares(
    cause: Cause, rule: Rule, person: Person, known: list[Reward], shared_anew: bool
) -> dict[UUID, int]:
    """By person their share. Once one was given, or without a new split, it stays as it was."""
    if person == Person.PROSPECT:
        return {cause.people[person].pk: WHOLE}
    if known and (not shared_anew or any(row.state == RewardState.GIVEN for row in known)):
        return {row.person_key: row.share for row in known if row.share}
    people = credited(cause)
    if rule.what not in DIVISIBLE:
        return {contact.pk: WHOLE for contact, _ in people[:1]}
    return {contact.pk: share for contact, share in people}
