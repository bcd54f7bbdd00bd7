"""What is worth a look before anything is given: found with its evidence, settled by a person.

Nothing is refused here, and nobody outside is told. Only where something is given is anything
looked at: without a reward there is nothing to gain. Before a yes whoever is introduced is sealed,
and stays so: only whoever introduces is looked at, and the two together once there is a yes.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from activity.actors import SYSTEM, Actor
from activity.services import Fact, record_event
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import mailbox_key
from contacts.models import Contact
from introductions.models import Introduction
from introductions.states import IntroductionState
from referrals.models import Credit, Referral
from rewards.models import LONGEST_REASON, Reward, RewardFlag
from rewards.services.causes import Cause
from rewards.services.settling import void_reward
from rewards.states import OF_BOTH, FlagKind

# Whoever sent whoever sent …: a ring is looked for so far back.
RING = 5
# Services that hand out an address for an hour.
DISPOSABLE = frozenset(
    [
        "10minutemail.com",
        "dispostable.com",
        "emailondeck.com",
        "fakeinbox.com",
        "getnada.com",
        "grr.la",
        "guerrillamail.com",
        "maildrop.cc",
        "mailinator.com",
        "mailnesia.com",
        "mintemail.com",
        "moakt.com",
        "mohmal.com",
        "sharklasers.com",
        "spamgourmet.com",
        "temp-mail.org",
        "tempail.com",
        "tempmail.com",
        "throwawaymail.com",
        "trashmail.com",
        "yopmail.com",
    ]
)
_SHORTEST_PLACE = 8
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


def look_at(*, referral: Referral, advocate: Contact, now: datetime) -> None:
    """Flag what a person should see before anything is given for this: once for each of those who
    introduced them, where it is about both. Safe to repeat.
    """
    for kind, evidence in _found(referral, advocate):
        flag, is_new = RewardFlag.objects.get_or_create(
            business_id=referral.business_id,
            referral=referral,
            kind=kind,
            advocate_key=advocate.pk if kind in OF_BOTH else None,
            defaults={"evidence": dict(evidence), "created_at": now},
        )
        if is_new:
            _record("reward_flag.raised", flag, advocate, SYSTEM, now, {"kind": str(kind)})


def look_at_introduction(*, introduction: Introduction, now: datetime) -> None:
    """Flag what is known when somebody introduces somebody, who may not have answered. Safe to
    repeat. Where there is no answer whoever introduces is locked by now, so that one question about
    them is asked at a time.
    """
    advocate = introduction.advocate.contact
    domain = _domain(advocate)
    if domain in DISPOSABLE:
        evidence = {"contact": str(advocate.pk), "domain": domain}
        _raise(introduction, FlagKind.DISPOSABLE, evidence, now)
    if introduction.contact_id is None and (many := _unanswered(introduction, now)):
        _raise(introduction, FlagKind.UNANSWERED, many, now)


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
    is what is earned by it later (`refused_for`).

    Raises `WordsForFlag`, `FlagSettled`.
    """
    words = " ".join(words.split())[:LONGEST_REASON]
    if not words:
        raise WordsForFlag
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
    return flag


def _found(referral: Referral, advocate: Contact) -> Iterator[tuple[FlagKind, Mapping[str, Fact]]]:
    person = referral.contact
    if mailbox_key(person.email) and mailbox_key(person.email) == mailbox_key(advocate.email):
        yield FlagKind.SAME_MAILBOX, {"contact": str(advocate.pk)}
    if person.phone and person.phone == advocate.phone:
        yield FlagKind.SAME_PHONE, {"contact": str(advocate.pk)}
    place = _place(person.postal_address)
    if len(place) >= _SHORTEST_PLACE and place == _place(advocate.postal_address):
        yield FlagKind.SAME_HOUSEHOLD, {"contact": str(advocate.pk)}
    if between := _ring(referral, advocate):
        yield FlagKind.RING, {"people": between}
    since = person.customer_since
    if since is not None and since < clock.today(referral.business, referral.created_at):
        yield FlagKind.KNOWN, {"since": since.isoformat()}
    if (domain := _domain(person)) in DISPOSABLE:
        yield FlagKind.DISPOSABLE, {"domain": domain}


def _raise(
    introduction: Introduction, kind: FlagKind, evidence: Mapping[str, Fact], now: datetime
) -> None:
    advocate = introduction.advocate.contact
    flag, is_new = RewardFlag.objects.get_or_create(
        business_id=introduction.business_id,
        introduction=introduction,
        kind=kind,
        advocate_key=advocate.pk,
        defaults={"evidence": dict(evidence), "created_at": now},
    )
    if is_new:
        _record("reward_flag.raised", flag, advocate, SYSTEM, now, {"kind": str(kind)})


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


def _domain(person: Contact) -> str:
    return person.email.rpartition("@")[2].lower()


def _place(postal_address: str) -> str:
    return "".join(filter(str.isalnum, postal_address.casefold()))


def _ring(referral: Referral, advocate: Contact) -> list[str]:
    """Through whom the person introduced had sent whoever introduces them; none if they had not.

    One query for each step back, and no person twice.
    """
    sent_by: dict[object, object] = {}
    last, seen = {advocate.pk}, {advocate.pk}
    for _ in range(RING):
        pairs = (
            Credit.objects.filter(referral__contact__in=last, referral__lt=referral.pk)
            .order_by("created_at", "id")
            .values_list("referral__contact_id", "advocate__contact_id")
        )
        found = set()
        for sent, sender in pairs:
            if sender not in seen:
                sent_by[sender] = sent
                found.add(sender)
        if referral.contact_id in found:
            return _way(sent_by, referral.contact_id, advocate.pk)
        if not found:
            return []
        seen |= found
        last = found
    return []


def _way(sent_by: Mapping[object, object], begin: object, end: object) -> list[str]:
    way = [begin]
    while way[-1] != end:
        way.append(sent_by[way[-1]])
    return [str(key) for key in way]


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
