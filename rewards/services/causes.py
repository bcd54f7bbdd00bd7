"""What something is earned by: who introduced, who was introduced, under which terms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from businesses.models import Business
from businesses.tenancy import locked
from contacts.models import Contact
from introductions.models import Introduction
from referrals.models import Referral, ThankYou
from referrals.services import own_introductions
from referrals.states import ThanksReason
from rewards.models import Reward
from rewards.rules import Rule, rule_of
from rewards.states import ON_SALE, Person, Trigger


@dataclass(frozen=True, slots=True)
class Cause:
    """Both sides of an introduction, and the terms they were shown."""

    business: Business
    terms: Mapping[str, Any]
    advocate: Contact
    prospect: Contact | None = None
    introduction: Introduction | None = None
    referral: Referral | None = None

    @property
    def people(self) -> Mapping[Person, Contact]:
        people = {Person.ADVOCATE: self.advocate}
        return people if self.prospect is None else people | {Person.PROSPECT: self.prospect}

    @property
    def told(self) -> frozenset[Person]:
        """Who of both knows these terms; both, unless one that was recorded by hand says who."""
        return frozenset(map(Person, self.terms.get("told", Person)))

    def gets(self, rule: Rule) -> Sequence[Person]:
        """Who earns by this rule: whoever is known, and was told so."""
        return [one for one in rule.people if one in self.people and one in self.told]

    @property
    def ceiling(self) -> int:
        return int(self.terms["ceiling"])

    def rules(self, triggers: Collection[Trigger]) -> list[Rule]:
        kept = [rule_of(data) for data in self.terms.get("rules", [])]
        return [rule for rule in kept if rule.trigger in triggers]


def nth_cause(advocate: UUID, number: int) -> UUID:
    """What each full number of those who said yes is rewarded for."""
    return uuid5(advocate, str(number))


def introduction_of(key: UUID) -> Introduction | None:
    """What it was about; None once it is erased, which may be before a worker comes to this."""
    rows = Introduction.objects.select_related("business", "advocate__contact", "contact")
    return rows.filter(pk=key).first()


def referral_of(key: UUID) -> Referral | None:
    """With all that a cause is made of; None once it is erased."""
    rows = Referral.objects.select_related(
        "business", "contact", "introduction__advocate__contact", "introduction__business"
    )
    return rows.filter(pk=key).first()


def cause_of_referral(referral: Referral) -> Cause | None:
    """By the introduction that led to it, or as it was recorded by hand; where nothing had been
    told by hand, by the introduction with which whoever is credited first came after it."""
    if referral.introduction is not None:
        return cause_of(referral.introduction, referral)
    by_hand = cause_by_hand(referral)
    if by_hand is None or by_hand.terms:
        return by_hand
    first, _ = causes_of_each(referral)[0]
    return first


def causes_of_each(referral: Referral) -> Sequence[tuple[Cause, int]]:
    """Whoever is credited, first who was first, with their share; each under what they were shown
    themselves, by their own introduction or when they were named as the sender. Who was shown
    nothing was promised nothing."""
    own = dict(own_introductions(referral))
    if referral.introduction is not None:
        own[referral.introduction.advocate_id] = referral.introduction
    told = _told_by_hand(referral)
    causes = []
    for row in referral.credits.select_related("advocate__contact").order_by("created_at", "id"):
        introduction = None if row.advocate_id == told else own.get(row.advocate_id)
        terms = introduction.terms if introduction else {}
        cause = Cause(
            business=referral.business,
            terms=referral.terms if row.advocate_id == told else terms,
            advocate=row.advocate.contact,
            prospect=referral.contact,
            introduction=introduction,
            referral=referral,
        )
        causes.append((cause, row.share))
    return causes


def _told_by_hand(referral: Referral) -> UUID | None:
    """The advocate who was named as the sender, and had been told what is given for it."""
    if not referral.terms:
        return None
    thanks = ThankYou.objects.filter(
        referral=referral, introduction=None, reason=ThanksReason.INTRODUCTION
    )
    return thanks.order_by("owed_at", "id").values_list("advocate", flat=True).first()


def credited(cause: Cause) -> Sequence[tuple[Contact, int]]:
    """Whose doing the referral was, first who was first, with their shares."""
    assert cause.referral is not None
    rows = cause.referral.credits.select_related("advocate__contact").order_by("created_at", "id")
    return [(row.advocate.contact, row.share) for row in rows]


def lock_people(*causes: Cause) -> None:
    """Everybody who has a part in any of these sales, or had: in one order everywhere."""
    people: dict[UUID, Contact] = {}
    for cause in causes:
        people |= {contact.pk: contact for contact, _ in credited(cause)}
        people |= {contact.pk: contact for contact in cause.people.values()}
        former = Reward.objects.filter(referral=cause.referral, trigger__in=sorted(ON_SALE))
        for reward in former.select_related("contact"):
            if reward.contact is not None:
                people[reward.contact.pk] = reward.contact
    for key in sorted(people):
        locked(people[key])


def cause_of(introduction: Introduction, referral: Referral | None = None) -> Cause:
    return Cause(
        business=introduction.business,
        terms=introduction.terms,
        advocate=introduction.advocate.contact,
        prospect=referral.contact if referral else introduction.contact,
        introduction=introduction,
        referral=referral,
    )


def cause_by_hand(referral: Referral) -> Cause | None:
    """By whoever is credited first, under what they had been told; nothing where they were not."""
    credit = referral.credits.select_related("advocate__contact").order_by("created_at").first()
    if credit is None:
        return None
    return Cause(
        business=referral.business,
        terms=referral.terms,
        advocate=credit.advocate.contact,
        prospect=referral.contact,
        referral=referral,
    )
