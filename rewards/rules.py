"""A rule of the terms: what is given for what, to whom; and how guests read it.

A rule is plain data wherever it is kept, so that what was promised stays as it was whatever is
published later. Its key is a digest of what it says: the same rule published again is the same.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from businesses.money import LARGEST, format_money
from businesses.refusals import Refusal
from introductions.terms import NOBODY_IS_PAID
from rewards.states import (
    FOR_ADVOCATE_ALONE,
    LONGEST_WORDS,
    MONEY,
    MOST_HOLD_DAYS,
    MOST_RULES,
    ON_SALE,
    ForWhom,
    Person,
    Trigger,
    What,
)

# No link, and nothing that a letter would fill in.
_UNFIT = re.compile(r"://|www\.|[{}<>\x00-\x1f\x7f]", re.IGNORECASE)


class RuleNotPossible(Refusal):
    message = "This rule does not fit together."
    code = "rule_not_possible"
    status = 422


class SaleNotRewardable(Refusal):
    message = (
        "You said that in your trade nothing may be given for a sale. Give something for the"
        " introduction instead, or once both sides have said yes."
    )
    code = "sale_not_rewardable"
    status = 422


class TooManyRules(Refusal):
    message = f"Nobody would read more than {MOST_RULES} rules."
    code = "too_many_rules"
    status = 422


@dataclass(frozen=True, slots=True)
class Rule:
    """What is given for what. Amounts are whole minor units of the terms' currency.

    `amount` is what it is worth; with `percent` it is that share of the sale, of which nothing
    above `cap` is given. `above` and `every` belong to their triggers alone.
    """

    trigger: str
    for_whom: str
    what: str
    words: str = ""
    amount: int = 0
    percent: int = 0
    cap: int = 0
    above: int = 0
    every: int = 0
    hold_days: int = 0
    codes: str = ""

    @property
    def key(self) -> str:
        told = json.dumps(asdict(self), sort_keys=True).encode()
        return hashlib.sha256(told).hexdigest()[:16]

    @property
    def people(self) -> tuple[Person, ...]:
        if self.for_whom == ForWhom.BOTH:
            return (Person.ADVOCATE, Person.PROSPECT)
        return (Person(self.for_whom),)

    def worth(self, sale: int) -> int:
        """What is given for a sale of so much; fractions of a minor unit are nobody's."""
        if not self.percent:
            return self.amount
        share = sale * self.percent // 100
        return min(share, self.cap) if self.cap else share

    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {"key": self.key}


def rule_of(data: Mapping[str, Any]) -> Rule:
    """The rule that was kept as plain data."""
    return Rule(**{name: value for name, value in data.items() if name != "key"})


def checked(rules: Iterable[Rule], *, sale_not_allowed: bool) -> list[Rule]:
    """The rules as they are published, each once. Raises `RuleNotPossible`, `SaleNotRewardable`,
    `TooManyRules`.
    """
    kept = list(dict.fromkeys(_whole(rule) for rule in rules))
    if len(kept) > MOST_RULES:
        raise TooManyRules
    if sale_not_allowed and any(rule.trigger in ON_SALE or rule.percent for rule in kept):
        raise SaleNotRewardable
    return kept


def _whole(rule: Rule) -> Rule:
    words, codes = (" ".join(text.split()) for text in (rule.words, rule.codes))
    tidy = asdict(rule) | {"words": words, "codes": codes if rule.what == What.CODE else ""}
    if rule.trigger != Trigger.WON_ABOVE:
        tidy["above"] = 0
    if rule.trigger != Trigger.NTH:
        tidy["every"] = 0
    if not rule.percent:
        tidy["cap"] = 0
    else:
        tidy["amount"] = 0
    whole = Rule(**tidy)
    for wrong, why in _wrong(whole):
        if wrong:
            raise RuleNotPossible(why)
    return whole


def _wrong(rule: Rule) -> Iterable[tuple[bool, str]]:
    numbers = (rule.amount, rule.cap, rule.above, rule.percent, rule.every, rule.hold_days)
    yield (
        rule.trigger not in Trigger.values
        or rule.for_whom not in ForWhom.values
        or rule.what not in What.values,
        RuleNotPossible.message,
    )
    yield min(numbers) < 0, "No amount and no number can be less than nothing."
    yield max(rule.amount, rule.cap, rule.above) > LARGEST, "That amount is too large to be kept."
    yield (
        rule.trigger in FOR_ADVOCATE_ALONE and rule.for_whom != ForWhom.ADVOCATE,
        "Whoever is introduced can be given something once they have said yes, not before.",
    )
    yield rule.percent > 100, "More than the whole sale cannot be given."
    yield (
        bool(rule.percent) and (rule.trigger not in ON_SALE or rule.what not in MONEY),
        "A share of a sale can be given as credit or a donation, once they are a customer.",
    )
    yield (
        rule.trigger == Trigger.WON_ABOVE and not rule.above,
        "Say from which amount on something is given.",
    )
    yield (
        rule.trigger == Trigger.NTH and not 2 <= rule.every <= 100,
        "Say for each how many something is given: 2 to 100.",
    )
    yield rule.hold_days > MOST_HOLD_DAYS, "Nobody waits longer than a year for it."
    yield (
        rule.what in (What.ACCESS, What.GIFT) and not rule.words,
        "Say in a few words what is given: those who read the terms would like to know.",
    )
    yield (
        rule.what in (What.CODE, What.CREDIT, What.GIFT_CARD, What.DONATION)
        and not (rule.amount or rule.percent),
        "Say how much it is worth.",
    )
    yield len(rule.words) > LONGEST_WORDS, f"Please keep it under {LONGEST_WORDS} characters."
    yield (
        bool(_UNFIT.search(rule.words)),
        "Guests read these words: they can hold no link and none of { } < >.",
    )


# --- As guests read it ---------------------------------------------------------------------------


def what_is_given(rule: Rule, currency: str, locale: str) -> str:
    """`a gift card of €20`, `10 % of what they pay as credit, at most €200`."""
    money = format_money(rule.amount, currency, locale) if rule.amount else ""
    if rule.percent:
        cap = f", at most {format_money(rule.cap, currency, locale)}" if rule.cap else ""
        kind = "a donation" if rule.what == What.DONATION else "credit"
        return f"{rule.percent} % of the first sale as {kind}{cap}"
    worth = f", worth {money}" if money else ""
    named = f" ({rule.words})" if rule.words else ""
    phrases = {
        What.CODE: f"a discount code for {money}{named}",
        What.CREDIT: f"{money} of credit{named}",
        What.GIFT_CARD: f"a gift card of {money}{named}",
        What.DONATION: f"a donation of {money}{named}",
        What.ACCESS: f"{rule.words}{worth}",
        What.GIFT: f"a small gift ({rule.words}{worth})",
        What.THANKS: f"thanks in public{named}",
    }
    return phrases[What(rule.what)]


def when_given(rule: Rule, currency: str, locale: str) -> str:
    above = format_money(rule.above, currency, locale)
    phrases = {
        Trigger.INTRODUCTION: "for the introduction, whatever comes of it",
        Trigger.HANDSHAKE: "once there is a yes and everybody is introduced",
        Trigger.MET: "once there was a meeting",
        Trigger.WON: "if it becomes business",
        Trigger.WON_ABOVE: f"if it becomes business for more than {above}",
        Trigger.NTH: f"for every {rule.every} people who say yes",
        Trigger.TAKING_PART: "for a first introduction",
    }
    return phrases[Trigger(rule.trigger)] + _held(rule)


def _held(rule: Rule) -> str:
    if not rule.hold_days:
        return ""
    return f", given {rule.hold_days} day{'s' if rule.hold_days > 1 else ''} later"


def in_a_year(rules: Iterable[Rule], ceiling: int, currency: str, locale: str) -> str:
    """What both sides read of the ceiling; empty where none of it is worth anything."""
    if not ceiling or not any(rule.amount or rule.percent for rule in rules):
        return ""
    return f"In all at most {format_money(ceiling, currency, locale)} for one person in a year."


def counted_from(rules: Iterable[Rule]) -> str:
    """What the owner reads of rules that count introductions; empty where none does."""
    said = {
        Trigger.TAKING_PART: "A first introduction is the first since something was promised for"
        " one, and is rewarded once, whatever you publish later.",
        Trigger.NTH: "People who say yes are counted from where this was promised on.",
    }
    triggers = {rule.trigger for rule in rules}
    told = [words for trigger, words in said.items() if trigger in triggers]
    before = "What was introduced before that was promised nothing, and counts for nothing."
    return " ".join([*told, before]) if told else ""


def to_advocate(
    rules: Iterable[Rule], firm: str, currency: str, locale: str, *, ceiling: int
) -> str:
    """What whoever introduces reads; empty where nothing is given."""
    rules = list(rules)
    own, theirs = _by_person(rules, currency, locale)
    said = [
        f"{firm} gives you {own}." if own else "",
        f"Whoever you introduce gets {theirs}." if theirs else "",
        in_a_year(rules, ceiling, currency, locale),
        "They are told so." if rules else "",
    ]
    return " ".join(filter(None, said))


def to_prospect(
    rules: Iterable[Rule], firm: str, advocate: str, currency: str, locale: str, *, ceiling: int
) -> str:
    """What whoever is introduced reads: who gets what, or that nobody does."""
    rules = list(rules)
    theirs, own = _by_person(rules, currency, locale)
    said = [
        f"{firm} gives {advocate} {theirs}." if theirs else "",
        f"You get {own}." if own else "",
        in_a_year(rules, ceiling, currency, locale),
    ]
    return " ".join(filter(None, said)) or NOBODY_IS_PAID


def _by_person(rules: list[Rule], currency: str, locale: str) -> tuple[str, str]:
    """What whoever introduces is given, and whoever is introduced."""
    told = []
    for person in Person:
        parts = [
            f"{what_is_given(rule, currency, locale)} {when_given(rule, currency, locale)}"
            for rule in rules
            if person in rule.people
        ]
        told.append(", and ".join(filter(None, ["; ".join(parts[:-1]), *parts[-1:]])))
    return told[0], told[1]
