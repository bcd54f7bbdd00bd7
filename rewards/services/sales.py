"""What is earned by a sale: worked out when it is won, and anew whenever what it rests on changes.

A sale is what came in first, with the win, less what was given back of it. Each of these runs after
its event and may run again: the referral is locked first, as by whoever changes what came in, then
everybody who may get something; so the last to run has seen all there is, and the same once more
changes nothing. What was given is taken back from nobody: a person is asked to look.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from activity.models import Event
from businesses.tenancy import locked
from introductions.models import Introduction
from introductions.states import IntroductionState
from referrals.models import ClosedBusiness, ExchangeRate, Referral
from referrals.services import keep_rates, kept_instead, left_of, stands_at, worth_at_home
from referrals.states import Came
from rewards.models import Reward
from rewards.querysets import RewardQuerySet
from rewards.rules import Rule
from rewards.services.causes import (
    Cause,
    cause_of_referral,
    causes_of_each,
    lock_people,
    referral_of,
)
from rewards.services.doubts import flag_refund, hold_doubts, look_at
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


@dataclass(frozen=True, slots=True)
class Promise:
    """A rule for one of the two sides, with whom it was shown to: by person, and their share."""

    referral: Referral
    rule: Rule
    person: Person
    currency: str
    shown: dict[UUID, tuple[Cause, int]]

    @property
    def causes(self) -> list[Cause]:
        return [cause for cause, _ in self.shown.values()]

    def rewards(self) -> RewardQuerySet:
        """What is there of it; of whoever was introduced also from another time."""
        by = [self.referral.pk] if self.person == Person.ADVOCATE else list(self.shown)
        return Reward.objects.filter(
            trigger=self.rule.trigger,
            rule_key=self.rule.key,
            cause_id__in=by,
            person=self.person,
            currency=self.currency,
        )

    def given(self) -> RewardQuerySet:
        """What was given of this sale for the like, also under what others were shown."""
        given = Reward.objects.filter(person=self.person, state=RewardState.GIVEN)
        return given.filter(cause_id=self.referral.pk, trigger=self.rule.trigger)

    def is_given_otherwise(self) -> bool:
        """Whether that was under what none of these was shown: then they come too late."""
        mine = {
            rule.key for cause in self.causes for rule in cause.rules([Trigger(self.rule.trigger)])
        }
        return self.given().exclude(rule_key__in=mine).exists()

    def due(self, key: UUID, worked: Worked) -> Due:
        cause, _ = self.shown[key]
        return Due(
            cause=cause,
            rule=self.rule,
            person=self.person,
            contact=cause.people[self.person],
            cause_id=self.referral.pk if self.person == Person.ADVOCATE else key,
            worth=worked.worth,
            share=worked.share,
            lacks_rate=worked.lacks_rate,
            fell=worked.why_not,
        )


def reckon_by_amount(*, event: Event, now: datetime) -> None:
    """Later, with business.refunded and .corrected."""
    row = ClosedBusiness.objects.filter(pk=event.subject_id).first()
    if row is not None and row.referral_id is not None:
        reckon_sales([row.referral_id], now)


def reckon_by_credit(*, event: Event, now: datetime) -> None:
    """Later, with referral.credit_split: what is not given yet is shared as the credit now is, and
    whoever is credited by now is looked at first."""
    referral = referral_of(event.subject_id)
    if referral is not None:
        locked(referral)
        look_at(referrals=[referral.pk], now=now)
    reckon_sales([event.subject_id], now, shared_anew=True)


def reckon_by_rate(*, event: Event, now: datetime) -> None:
    """Later, with exchange_rate.entered and .removed: what had waited for it, and what was worked
    out at the rate that it takes the place of, or at it. It holds until the day of the next one."""
    currency, since = str(event.payload["currency"]), str(event.payload["since"])
    sales = ClosedBusiness.objects.filter(kind=Came.SALE, currency=currency, closed_on__gte=since)
    rates = ExchangeRate.objects.filter(currency=currency, since__gt=since)
    if (following := rates.order_by("since").first()) is not None:
        sales = sales.filter(closed_on__lt=following.since)
    promised = Q(referral__terms__has_key="rules")
    shaken = Introduction.objects.filter(state=IntroductionState.HANDSHAKE)
    promised |= Q(contact__in=shaken.filter(terms__has_key="rules").values("contact"))
    reckon_sales(set(sales.filter(promised).values_list("referral_id", flat=True)), now)


def reckon_sales(keys: Collection[UUID], now: datetime, *, shared_anew: bool = False) -> None:
    """All that these referrals' sales earn, by what is left of them; nothing where none is won.

    First every referral is locked, then everybody with a part in any of them: one referral after
    the other, the second would wait for somebody who waits for the people of the first.
    """
    referrals = [referral for key in sorted(keys) if (referral := referral_of(key)) is not None]
    won = [referral for referral in referrals if locked(referral).is_won]
    leads = [lead for referral in won if (lead := cause_of_referral(referral)) is not None]
    sales = [(lead, promises) for lead in leads if (promises := _promises(lead))]
    lock_people(*(lead for lead, _ in sales))
    hold_doubts(*(cause for _, promises in sales for each in promises for cause in each.causes))
    for _, promises in sales:
        _reckon_sale(promises, now, shared_anew)


def _promises(lead: Cause) -> list[Promise]:
    """All that its sale may earn: for whoever was introduced as the first to be credited was shown
    it, for each who is credited as they were; and what it had earned for whoever is no more."""
    referral = lead.referral
    assert referral is not None
    found: dict[tuple[Person, str, str], Promise] = {}

    def promise(person: Person, rule: Rule, currency: str) -> Promise:
        key = (person, rule.key, currency)
        return found.setdefault(key, Promise(referral, rule, person, currency, {}))

    for rule in lead.rules(ON_SALE):
        if Person.PROSPECT in lead.gets(rule):
            whole = promise(Person.PROSPECT, rule, lead.terms["currency"])
            whole.shown[referral.contact_id] = (lead, WHOLE)
    for cause, share in causes_of_each(referral):
        for rule in cause.rules(ON_SALE):
            if Person.ADVOCATE in cause.gets(rule):
                mine = promise(Person.ADVOCATE, rule, cause.terms["currency"])
                mine.shown[cause.advocate.pk] = (cause, share)
    former = Reward.objects.filter(cause_id=referral.pk, trigger__in=sorted(ON_SALE))
    for reward in former.order_by("id"):
        promise(Person(reward.person), reward.promised, reward.currency)
    return list(found.values())


def _reckon_sale(promises: Sequence[Promise], now: datetime, shared_anew: bool) -> None:
    referral = promises[0].referral
    sales: dict[str, Sale] = {}
    too_much: list[tuple[Reward, int]] = []
    for promise in promises:
        if promise.currency not in sales:
            sale = _sale(referral, promise.currency)
            if sale is None:
                return
            sales[promise.currency] = sale
        too_much += _work_out(promise, sales[promise.currency], now, shared_anew)
    if too_much:
        sale = next(iter(sales.values()))
        flag_refund(
            referral=referral,
            rewards=[reward for reward, _ in too_much],
            left=sale.left,
            currency=sale.currency,
            due=sum(due for _, due in too_much),
            now=now,
        )


def _sale(referral: Referral, home: str) -> Sale | None:
    rows = ClosedBusiness.objects.filter(referral=referral, kind=Came.SALE)
    first = rows.order_by("created_at", "id").first()
    if first is None:
        return None
    row = kept_instead(first)
    stood, left, business = stands_at(row), left_of(row), referral.business

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
    promise: Promise, sale: Sale, now: datetime, shared_anew: bool
) -> list[tuple[Reward, int]]:
    """What is earned under this rule on this side; of what was given, what is more than is due,
    with what is."""
    rule, referral = promise.rule, promise.referral
    rows = promise.rewards().select_related("terms").order_by("id")
    known = {row.person_key: row for row in rows.select_for_update(of=("self",), no_key=True)}
    if any(row.referral_id != referral.pk for row in known.values()):
        # Whoever is introduced has it from another time.
        return []
    if not known and (not sale.is_reached(rule) or promise.is_given_otherwise()):
        return []
    shares = _shares(promise, list(known.values()), shared_anew)
    parts = shared(rule.worth(sale.left_at_home or 0), shares.values())
    too_much = []
    for (key, share), part in zip(shares.items(), parts, strict=True):
        worked = _worked(rule, sale, part, share)
        if key not in known:
            keep(promise.due(key, worked), now)
        elif reckon(known[key], worked, known[key].terms.ceiling, now):
            too_much.append((known[key], 0 if worked.why_not else worked.worth))
    for key in known.keys() - shares.keys():
        worked = Worked(0, 0, why_not=NOT_SHARED)
        reckon(known[key], worked, known[key].terms.ceiling, now)
    return too_much


def _worked(rule: Rule, sale: Sale, part: int, share: int) -> Worked:
    lacks = sale.lacks_rate(rule)
    why_not = sale.why_not(rule)
    if not why_not and not lacks and not part and (rule.percent or rule.amount):
        why_not = TOO_LITTLE
    return Worked(part, share, "" if why_not else lacks, why_not)


def _shares(promise: Promise, known: list[Reward], shared_anew: bool) -> dict[UUID, int]:
    """By person their share. Once one was given, or without a new split, it stays as it was."""
    if known and (not shared_anew or promise.given().exists()):
        return {row.person_key: row.share for row in known if row.share}
    shares = {key: share for key, (_, share) in promise.shown.items()}
    if promise.rule.what not in DIVISIBLE:
        return dict.fromkeys(list(shares)[:1], WHOLE)
    return shares
