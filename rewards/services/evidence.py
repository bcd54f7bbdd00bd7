"""What two have in common, and what is known of whoever was introduced: ids, days and domains, and
never a judgement."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min

from activity.services import Fact
from businesses import clock
from contacts.addresses import mailbox_key
from contacts.models import Contact
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from referrals.states import Came, ThanksReason
from rewards.states import FlagKind

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

# By whoever was sent: in which referral, and who sent them.
_Senders = Mapping[UUID, Sequence[tuple[UUID, UUID]]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Whoever was introduced, and one of those who did and were promised something for it."""

    referral: Referral
    advocate: Contact
    # When they came by this advocate, where the business is.
    day: date

    @property
    def person(self) -> Contact:
        introduced: Contact = self.referral.contact
        return introduced


Found = tuple[Pair, FlagKind, Mapping[str, Fact]]


def pairs_of(referrals: Collection[UUID]) -> list[Pair]:
    """All who introduced them, by the thanks that are owed for it; as they are known by now."""
    owed = ThankYou.objects.filter(referral__in=referrals, reason=ThanksReason.INTRODUCTION)
    rows = owed.select_related(
        "introduction", "advocate__contact", "referral__contact", "referral__business"
    )
    pairs: dict[tuple[UUID, UUID], Pair] = {}
    for row in rows.order_by("owed_at", "id"):
        referral, introduction = row.referral, row.introduction
        assert referral is not None
        if (introduction or referral).terms:
            came_at = (introduction and introduction.shook_hands_at) or referral.created_at
            advocate = row.advocate.contact
            pair = Pair(referral, advocate, clock.today(referral.business, came_at))
            pairs.setdefault((referral.pk, advocate.pk), pair)
    return list(pairs.values())


def found_in(pairs: Sequence[Pair]) -> Iterator[Found]:
    """What is worth a look about each of these, in a few queries however many there are."""
    if not pairs:
        return
    sent_by = _sent_by({pair.advocate.pk for pair in pairs})
    known = _known_before(pairs)
    for pair in pairs:
        person, advocate = pair.person, pair.advocate
        for kind in _in_common(person, advocate):
            yield pair, kind, {"contact": str(advocate.pk)}
        if between := _ring(pair, sent_by):
            yield pair, FlagKind.RING, {"people": between}
        if since := known.get((pair.referral.pk, advocate.pk)):
            yield pair, FlagKind.KNOWN, since
        if (domain := domain_of(person)) in DISPOSABLE:
            yield pair, FlagKind.DISPOSABLE, {"domain": domain}


def domain_of(person: Contact) -> str:
    return person.email.rpartition("@")[2].lower()


def _in_common(person: Contact, advocate: Contact) -> Iterator[FlagKind]:
    if mailbox_key(person.email) and mailbox_key(person.email) == mailbox_key(advocate.email):
        yield FlagKind.SAME_MAILBOX
    if person.phone and person.phone == advocate.phone:
        yield FlagKind.SAME_PHONE
    place = _place(person.postal_address)
    if len(place) >= _SHORTEST_PLACE and place == _place(advocate.postal_address):
        yield FlagKind.SAME_HOUSEHOLD


def _place(postal_address: str) -> str:
    return "".join(filter(str.isalnum, postal_address.casefold()))


def _known_before(pairs: Sequence[Pair]) -> Mapping[tuple[UUID, UUID], Mapping[str, Fact]]:
    """By pair, since when they were a customer before they came by it: themselves, or as somebody
    else here with their mailbox or number who has not introduced them."""
    bought = _bought({pair.referral.pk for pair in pairs})
    introducers = {(pair.referral.pk, pair.advocate.pk) for pair in pairs}
    alike = Contact.objects.reached_alike([pair.person for pair in pairs])
    customers = alike.filter(customer_since__isnull=False)
    others = list(customers.order_by("customer_since", "id"))
    known: dict[tuple[UUID, UUID], Mapping[str, Fact]] = {}
    for pair in pairs:
        person, key = pair.person, pair.referral.pk
        if _was_one_before(person, min(pair.day, bought.get(key, date.max))):
            known[key, pair.advocate.pk] = {"since": str(person.customer_since)}
            continue
        for other in others:
            is_other = other.pk != person.pk and (key, other.pk) not in introducers
            if is_other and _are_alike(person, other) and _was_one_before(other, pair.day):
                since = str(other.customer_since)
                known[key, pair.advocate.pk] = {"since": since, "contact": str(other.pk)}
                break
    return known


def _was_one_before(contact: Contact, day: date) -> bool:
    return contact.customer_since is not None and contact.customer_since < day


def _bought(referrals: Collection[UUID]) -> Mapping[UUID, date]:
    """By referral, when something came in by it first: that made nobody a customer before."""
    sales = ClosedBusiness.objects.filter(referral__in=referrals, kind=Came.SALE)
    return dict(sales.values_list("referral").annotate(first=Min("closed_on")).order_by())


def _are_alike(one: Contact, other: Contact) -> bool:
    by_mail = bool(one.email) and mailbox_key(one.email) == mailbox_key(other.email)
    return by_mail or (bool(one.phone) and one.phone == other.phone)


def _sent_by(advocates: Collection[UUID]) -> _Senders:
    """Who had sent these, and who those, back to where a ring ends: one query for each step."""
    sent_by: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    seen, last = set(advocates), set(advocates)
    for _ in range(RING):
        rows = Credit.objects.filter(referral__contact__in=last).order_by("created_at", "id")
        last = set()
        for sent, referral, sender in rows.values_list(
            "referral__contact", "referral", "advocate__contact"
        ):
            sent_by[sent].append((referral, sender))
            last.add(sender)
        last -= seen
        if not last:
            break
        seen |= last
    return sent_by


def _ring(pair: Pair, sent_by: _Senders) -> list[str]:
    """Through whom the person introduced had sent whoever introduces them; none if they had not."""
    whom: dict[UUID, UUID] = {}
    last = [pair.advocate.pk]
    for _ in range(RING):
        found = []
        for sent in last:
            for referral, sender in sent_by.get(sent, ()):
                if referral < pair.referral.pk and sender not in whom:
                    whom[sender] = sent
                    found.append(sender)
        if pair.person.pk in found:
            return _way(whom, pair.person.pk, pair.advocate.pk)
        last = found
    return []


def _way(whom: Mapping[UUID, UUID], begin: UUID, end: UUID) -> list[str]:
    way = [begin]
    while way[-1] != end:
        way.append(whom[way[-1]])
    return [str(key) for key in way]
