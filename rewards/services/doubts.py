"""What is worth a look before anything is given: found with its evidence, settled by a person.

Nothing is refused here, and nobody outside is told. Only where something is given is anything
looked at: without a reward there is nothing to gain. Before a yes whoever is introduced is sealed,
and stays so: only whoever introduces is looked at, and the two together once there is a yes.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from activity.actors import SYSTEM, Actor
from activity.models import Event
from activity.services import Fact, record_event
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact, Formerly
from introductions.models import Introduction
from introductions.states import IntroductionState
from referrals.models import Referral, ThankYou
from referrals.states import ThanksReason
from rewards.models import LONGEST_REASON, Reward, RewardFlag
from rewards.services.causes import Cause
from rewards.services.counting import recount
from rewards.services.evidence import DISPOSABLE, Found, domain_of, found_in, pairs_of
from rewards.services.settling import void_reward
from rewards.states import OF_BOTH, OF_THOSE_ALONE, OPEN, FlagKind, Trigger

# What a flag can rest on, of all that is kept of somebody.
LOOKED_AT = frozenset({"email", "phone", "postal_address", "customer_since"})
# So many within a month of which nobody has answered a single one.
MANY = 5
LATELY = timedelta(days=30)
_NO_ANSWER = (IntroductionState.SHARED, IntroductionState.EXPIRED)


class FlagSettled(NotPossibleNow):
    message = "Somebody has looked at this before."
    code = "flag_settled"


class WordsForFlag(Refusal):
    message = "Say in a few words what you found."
    code = "words_for_flag"
    status = 422


def look_at(*, referrals: Collection[UUID], now: datetime) -> None:
    """Flag what a person should see before anything is given for these: once for each of those who
    introduced them, where it is about both. What is known by now counts; what was asked before,
    also of an entry that has become theirs since, is not asked again. Safe to repeat.

    The referrals are locked by now, so that one question about each is asked at a time.
    """
    found = list(found_in(pairs_of(referrals)))
    if not found:
        return
    asked = _asked(found)
    for pair, kind, evidence in found:
        key = pair.advocate.pk if kind in OF_BOTH else None
        if (pair.referral.pk, kind, key) not in asked:
            flag = RewardFlag(referral=pair.referral, kind=kind, advocate_key=key)
            _raise(flag, pair.advocate, evidence, now)


def look_again(*, event: Event, now: datetime) -> None:
    """Later, with contact.changed and .merged: what is known by now of whoever introduced or was
    introduced, in all of which something may still be given. A customer from before may turn out
    to be whoever is introduced as somebody else."""
    fields = event.payload.get("fields")
    if fields is not None and LOOKED_AT.isdisjoint(fields):
        return
    changed = Contact.objects.filter(pk=event.subject_id).first()
    if changed is None:
        return
    alike = Contact.objects.reached_alike([changed]).values_list("pk", flat=True)
    came = Referral.objects.filter(contact__in={changed.pk, *alike})
    sent = ThankYou.objects.filter(
        reason=ThanksReason.INTRODUCTION, advocate__contact=changed, referral__isnull=False
    )
    keys = set(came.values_list("pk", flat=True).union(sent.values_list("referral", flat=True)))
    rows = Referral.objects.filter(pk__in=keys)
    # Before a look at what is open: whoever earns something at this moment holds it, too.
    held = rows.select_for_update(of=("self",), no_key=True).order_by("id")
    look_at(referrals=_not_all_given([row.pk for row in held]), now=now)


def look_at_introduction(*, introduction: Introduction, now: datetime) -> None:
    """Flag what is known when somebody introduces somebody, who may not have answered. Safe to
    repeat. Where there is no answer whoever introduces is locked by now, so that one question about
    them is asked at a time.
    """
    advocate = introduction.advocate.contact
    found: dict[FlagKind, Mapping[str, Fact]] = {}
    if (domain := domain_of(advocate)) in DISPOSABLE:
        found[FlagKind.DISPOSABLE] = {"contact": str(advocate.pk), "domain": domain}
    if introduction.contact_id is None and (many := _unanswered(introduction, now)):
        found[FlagKind.UNANSWERED] = many
    for kind, evidence in found.items():
        flag = RewardFlag(introduction=introduction, kind=kind, advocate_key=advocate.pk)
        _raise(flag, advocate, evidence, now)


def hold_doubts(*about: Cause | Reward) -> None:
    """Nobody settles anything about these meanwhile, so that what is earned by them is either void
    from the first or found by whoever says that nothing is given. Before the rewards are locked."""
    of_referral = Q(referral__in=[one.referral for one in about if one.referral])
    of_introduction = Q(introduction__in=[one.introduction for one in about if one.introduction])
    flags = RewardFlag.objects.filter(of_referral | of_introduction)
    list(flags.select_for_update(of=("self",), no_key=True).order_by("id"))


def flag_refund(
    *,
    referral: Referral,
    rewards: Sequence[Reward],
    left: int,
    currency: str,
    due: int,
    now: datetime,
) -> None:
    """More was given for a sale than is due for what is left of it: nothing is taken back.

    One flag at a time; what was looked at is raised again when something else is left, or due. The
    referral is locked by now.
    """
    people = [str(reward.contact_id) for reward in rewards if reward.contact_id is not None]
    evidence = {"people": people, "left": left, "currency": currency, "due": due}
    former = RewardFlag.objects.filter(referral=referral, kind=FlagKind.REFUNDED)
    last = former.select_for_update(no_key=True).order_by("-created_at", "-id").first()
    if last is not None and last.evidence == evidence:
        return
    if last is not None and last.is_open:
        last.evidence = evidence
        last.save(update_fields=["evidence"])
        return
    flag = RewardFlag.objects.create(
        business_id=referral.business_id,
        referral=referral,
        kind=FlagKind.REFUNDED,
        evidence=evidence,
        created_at=now,
    )
    about = next((one.contact for one in rewards if one.contact), referral.contact)
    _record("reward_flag.raised", flag, about, SYSTEM, now, {"kind": str(flag.kind)})


def settle_flag(
    *, flag: RewardFlag, is_fine: bool, words: str, by: Actor, now: datetime
) -> RewardFlag:
    """A person has looked: all is well, or nothing is given for it, and open rewards are void; so
    is what is earned by it later (`refused_for`). What so many yeses earn is counted without it.

    Raises `WordsForFlag`, `FlagSettled`.
    """
    words = " ".join(words.split())[:LONGEST_REASON]
    if not words:
        raise WordsForFlag
    # First the people, as whoever earns: nothing is counted for them meanwhile.
    introducers = _held_introducers(flag) if not is_fine else []
    flag = locked(flag)
    if not flag.is_open:
        raise FlagSettled
    flag.settle(is_fine=is_fine, words=words, now=now)
    flag.save()
    _record("reward_flag.settled", flag, flag.person, by, now, {"fine": is_fine})
    if not is_fine:
        rewards = Reward.objects.open().looked_at_by(flag).order_by("id")
        # Locked, so that one that somebody has just given or called off is passed over.
        for reward in rewards.select_for_update(of=("self",), no_key=True):
            void_reward(reward=reward, reason=words, by=by, now=now)
        recount(introducers, now)
    return flag


def _held_introducers(flag: RewardFlag) -> Sequence[UUID]:
    """Of whose yeses this may be one."""
    if flag.kind in OF_THOSE_ALONE:
        return []
    by = Q(advocates__introductions=flag.introduction_id)
    if flag.referral_id is not None:
        by = Q(
            advocates__thanks__referral=flag.referral_id,
            advocates__thanks__reason=ThanksReason.INTRODUCTION,
        )
    people = Contact.objects.filter(pk__in=Contact.objects.filter(by).values("pk"))
    held = people.select_for_update(of=("self",), no_key=True).order_by("pk")
    return [person.pk for person in held]


def _raise(
    wanted: RewardFlag, advocate: Contact, evidence: Mapping[str, Fact], now: datetime
) -> None:
    about = wanted.referral or wanted.introduction
    assert about is not None
    flag, is_new = RewardFlag.objects.get_or_create(
        business_id=about.business_id,
        referral=wanted.referral,
        introduction=wanted.introduction,
        kind=wanted.kind,
        advocate_key=wanted.advocate_key,
        defaults={"evidence": dict(evidence), "created_at": now},
    )
    if is_new:
        _record("reward_flag.raised", flag, advocate, SYSTEM, now, {"kind": str(flag.kind)})


def _asked(found: Sequence[Found]) -> Collection[tuple[UUID, str, UUID | None]]:
    """Of which referral what was asked before, about whom: by the id that they have by now."""
    flags = RewardFlag.objects.filter(referral__in={pair.referral.pk for pair, _, _ in found})
    former = Formerly.objects.filter(
        label=Formerly.OF_CONTACT, contact__in={pair.advocate.pk for pair, _, _ in found}
    )
    now_known: dict[UUID | None, UUID] = dict(former.values_list("former_id", "contact"))
    rows = flags.values_list("referral", "kind", "advocate_key")
    return {(referral, kind, now_known.get(key) or key) for referral, kind, key in rows}


def _not_all_given(referrals: Collection[UUID]) -> Collection[UUID]:
    """Those for which something is open: for themselves, for the introduction that led to them, or
    for so many yeses of whoever introduced them."""
    owed = ThankYou.objects.filter(referral__in=referrals, reason=ThanksReason.INTRODUCTION)
    by_introduction = owed.filter(introduction__rewards__state__in=sorted(OPEN))
    among_many = owed.filter(
        advocate__contact__rewards__state__in=sorted(OPEN),
        advocate__contact__rewards__trigger=Trigger.NTH,
    )
    themselves = Reward.objects.open().filter(referral__in=referrals)
    return set(
        themselves.values_list("referral", flat=True).union(
            by_introduction.values_list("referral", flat=True),
            among_many.values_list("referral", flat=True),
        )
    )


def _unanswered(introduction: Introduction, now: datetime) -> Mapping[str, Fact]:
    """How many they made lately of which nobody has answered any, and since when; one question at a
    time, and after an answer to it none for as long."""
    asked = RewardFlag.objects.filter(
        introduction__advocate=introduction.advocate_id, kind=FlagKind.UNANSWERED
    )
    since = now - LATELY
    if asked.filter(Q(settled_at=None) | Q(settled_at__gt=since)).exists():
        return {}
    made = Introduction.objects.made().filter(
        advocate=introduction.advocate_id, terms__has_key="rules", created_at__gt=since
    )
    found = made.aggregate(
        count=Count("id"), first=Min("created_at"), answered=Count("id", ~Q(state__in=_NO_ANSWER))
    )
    if found["count"] < MANY or found["answered"]:
        return {}
    first = clock.today(introduction.business, found["first"])
    contact = str(introduction.advocate.contact_id)
    return {"contact": contact, "count": found["count"], "since": first.isoformat()}


def _record(
    name: str,
    flag: RewardFlag,
    about: Contact,
    by: Actor,
    now: datetime,
    payload: Mapping[str, Fact],
) -> None:
    record_event(
        business=flag.business,
        name=name,
        actor=by,
        subject=flag,
        about=[about],
        payload=payload,
        now=now,
    )
