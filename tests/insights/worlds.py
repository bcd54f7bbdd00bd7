"""Worlds made at random: people who send each other, pay, and are given back, in two currencies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses.models import Business
from businesses.refusals import Refusal
from contacts.models import Contact
from introductions.services import advocate_for
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral
from tests.introductions.factories import a_contact

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
PEOPLE = 5

numbers = st.integers(min_value=0, max_value=PEOPLE - 1)
# What is done, and to whom or what: see `World`.
deeds = st.one_of(
    st.tuples(st.just("send"), numbers, numbers),
    st.tuples(st.just("win"), numbers, st.integers(1, 999)),
    st.tuples(st.just("lose"), numbers, numbers),
    st.tuples(st.just("pay"), numbers, st.integers(1, 999)),
    st.tuples(st.just("back"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("mend"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("again"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("dollar"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("exchange"), st.integers(0, 30), st.integers(1, 999)),
    st.tuples(st.just("rate"), st.integers(0, 30), st.integers(1, 9)),
    st.tuples(st.just("share"), numbers, numbers),
    st.tuples(st.just("return"), numbers, numbers),
)
# If anybody says what a dollar is worth: of what comes after these, two euros no more, but three.
TWO_RATES = [("rate", 1, 2), ("rate", 1, 3)]
rated_or_not = st.sampled_from([[], TWO_RATES])


def with_dollars(business: Business, months: int | None) -> Business:
    """It takes dollars, too, and what somebody brings counts for so many months."""
    return services.change_money(
        business=business,
        changes={"credit_months": months, "other_currencies": ["USD"]},
        by=SYSTEM,
        now=NOW,
    )


@dataclass
class World:
    """People who send each other, pay, and are given back; a day passes with each deed."""

    business: Business
    now: datetime = NOW
    people: list[Contact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = [
            a_contact(self.business, NOW, name=f"P{number}", email=f"p{number}@x.example")
            for number in range(PEOPLE)
        ]

    def do(self, deed: str, first: int, second: int) -> None:
        self.now += timedelta(days=1)
        acts: dict[str, Callable[[int, int], object]] = {
            "send": self._send,
            "win": self._win,
            "lose": self._lose,
            "pay": self._pay,
            "back": self._back,
            "mend": self._mend,
            "again": self._again,
            "dollar": self._dollar,
            "exchange": self._exchange,
            "rate": self._rate,
            "share": self._share,
            "return": self._return,
        }
        try:
            with transaction.atomic():
                acts[deed](first, second)
        except Refusal:
            return

    def _send(self, by: int, whom: int) -> None:
        services.record_sent_someone(
            business=self.business,
            name=f"P{whom}",
            email=f"p{whom}@x.example",
            sender=self.people[by],
            by=SYSTEM,
            now=self.now,
        )

    def _open(self, who: int) -> Referral:
        found = Referral.objects.open().of_contact(self.people[who]).first()
        if found is None:
            raise Refusal
        return found

    def _win(self, who: int, amount: int) -> None:
        referral = self._open(who)
        services.win_referral(
            referral=referral,
            amount=amount,
            currency="EUR",
            on=self.now.date(),
            by=SYSTEM,
            now=self.now,
        )

    def _lose(self, who: int, _: int) -> None:
        services.lose_referral(referral=self._open(who), reason="price", by=SYSTEM, now=self.now)

    def _return(self, by: int, whom: int) -> None:
        """What was talked about is over, and another sends them anew: to buy this time."""
        for referral in Referral.objects.open().of_contact(self.people[whom]):
            services.lose_referral(referral=referral, reason="price", by=SYSTEM, now=self.now)
        self._send(by, whom)
        self._win(whom, 700)

    def _pay(self, who: int, amount: int) -> None:
        services.record_closed_business(
            contact=self.people[who],
            amount=amount,
            currency="EUR",
            on=self.now.date(),
            by=SYSTEM,
            now=self.now,
        )

    def _row(self, number: int) -> ClosedBusiness:
        rows = list(ClosedBusiness.objects.income().order_by("id"))
        if not rows:
            raise Refusal
        return rows[number % len(rows)]

    def _back(self, number: int, amount: int) -> None:
        services.give_back(
            closed_business=self._row(number),
            amount=amount,
            on=self.now.date(),
            by=SYSTEM,
            now=self.now,
        )

    def _mend(self, number: int, amount: int) -> None:
        row = self._row(number)
        services.correct_closed_business(
            closed_business=row, amount=amount, on=row.closed_on, by=SYSTEM, now=self.now
        )

    def _again(self, number: int, amount: int) -> None:
        services.came_in_again(
            closed_business=self._row(number),
            amount=amount,
            on=self.now.date(),
            by=SYSTEM,
            now=self.now,
        )

    def _dollar(self, number: int, amount: int) -> None:
        """It was in dollars, and stays so."""
        self._keep_in("USD", self._row(number), amount)

    def _exchange(self, number: int, amount: int) -> None:
        """It was in the other currency; and after all it was not."""
        row = self._row(number)
        own, other = ("EUR", "USD") if row.currency == "EUR" else ("USD", "EUR")
        for currency in (other, own):
            row = self._keep_in(currency, row, amount)

    def _keep_in(self, currency: str, row: ClosedBusiness, amount: int) -> ClosedBusiness:
        return services.keep_in_other_currency(
            closed_business=row, amount=amount, currency=currency, by=SYSTEM, now=self.now
        )

    def _rate(self, ago: int, euros: int) -> None:
        """A dollar has been worth so many euros, since so many days ago."""
        services.enter_rate(
            business=self.business,
            currency="USD",
            rate=Decimal(euros),
            since=self.now.date() - timedelta(days=ago),
            by=SYSTEM,
            now=self.now,
        )

    def _share(self, who: int, also: int) -> None:
        credit = Credit.objects.filter(referral__contact=self.people[who]).first()
        if credit is None:
            raise Refusal
        other = advocate_for(contact=self.people[also], now=self.now)
        if other.pk == credit.advocate_id:
            raise Refusal
        services.split_credit(
            referral=credit.referral,
            shares={credit.advocate_id: 67, other.pk: 33},
            by=SYSTEM,
            now=self.now,
        )
