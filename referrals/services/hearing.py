"""Which advocates may be told how it ended, in thanks and in what is said of a whole year."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from introductions.models import Introduction
from introductions.states import Hears, IntroductionState
from referrals.models import ThankYou

# Somebody who was sent, by contact, and an advocate.
Pair = tuple[UUID, UUID]


def who_may_hear_the_end(pairs: Collection[Pair]) -> set[Pair]:
    """Of these, the pairs in which the advocate may read how it ended. One query.

    The prospect says so with the yes to that advocate's own introduction, the latest counts. Of an
    advocate who made none, what they said of the others holds. Who came without any was asked
    nothing: whoever thanks decides.
    """
    rows = Introduction.objects.filter(
        contact__in={person for person, _ in pairs}, state=IntroductionState.HANDSHAKE
    ).order_by("shook_hands_at", "id")
    said: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for person, advocate, hears in rows.values_list("contact", "advocate", "advocate_hears"):
        said[person][advocate] = hears

    def may(person: UUID, advocate: UUID) -> bool:
        own = said[person].get(advocate)
        asked = said[person].values() if own is None else [own]
        return all(hears == Hears.OUTCOME for hears in asked)

    return {pair for pair in pairs if may(*pair)}


def thanks_that_may_tell(thanks: Collection[ThankYou]) -> set[UUID]:
    """Of these, those in whose words it may stand that it became business. One query."""
    pairs = {one.pk: (one.sent_person.pk, one.advocate_id) for one in thanks if one.sent_person}
    told = who_may_hear_the_end(set(pairs.values()))
    return {one.pk for one in thanks if one.pk not in pairs or pairs[one.pk] in told}
