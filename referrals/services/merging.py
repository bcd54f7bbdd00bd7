"""What referrals, money, credit and thanks do when two entries become one person."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from businesses import clock
from businesses.refusals import Refusal
from contacts.merging import Merge
from introductions.models import Advocate
from introductions.services import both_advocates
from referrals.models import ClosedBusiness, Credit, CreditClaim, Referral, ThankYou
from referrals.services.gratitude import waive_thanks
from referrals.services.outcomes import end_as_joined
from referrals.services.planning import ReferralChanges, plan_referral
from referrals.states import STEPS, ReferralState, ThanksReason, ThanksState

ONCE = "The same person is thanked once."


class SentOneAnother(Refusal):
    message = "One of them is credited with having sent the other. Credit somebody else first."
    code = "sent_one_another"

    def __init__(self, referral: UUID) -> None:
        self.names = {"referral_id": str(referral)}
        super().__init__()


def absorb_referrals(*, merge: Merge) -> None:
    """What both brought and paid is one person's, to the last unit. Raises `SentOneAnother`."""
    both = [merge.kept, merge.dropped]
    own = Credit.objects.filter(referral__contact__in=both, advocate__contact__in=both).first()
    if own is not None:
        raise SentOneAnother(own.referral_id)
    _thank_once_for_one(merge)
    Referral.objects.filter(contact=merge.dropped).update(contact=merge.kept)
    _join_open(merge)
    ClosedBusiness.objects.filter(contact=merge.dropped).update(contact=merge.kept)
    advocates = both_advocates(merge)
    if advocates is None:
        return
    kept, dropped = advocates
    _add_shares(kept, dropped)
    _thank_once(kept, dropped, merge)
    CreditClaim.objects.filter(advocate=dropped).update(advocate=kept)


def _join_open(merge: Merge) -> None:
    """Who is talked to is so in one referral: of several the one that came further goes on."""
    rows = Referral.objects.open().filter(contact=merge.kept).select_related("business", "contact")
    found = rows.select_for_update(of=("self",), no_key=True).order_by("created_at", "id")
    if len(found) < 2:
        return
    leads, *others = sorted(found, key=_how_far, reverse=True)
    for other in others:
        end_as_joined(referral=other, into=leads, by=merge.by, now=merge.now)
        # What the other introduction led to is told by its thanks.
        for rows_of in (ThankYou.objects, CreditClaim.objects):
            rows_of.filter(referral=other).update(referral=leads)
        _take_over_plan(leads, other, merge)


def _how_far(referral: Referral) -> int:
    return STEPS.index(ReferralState(referral.state))


def _take_over_plan(leads: Referral, other: Referral, merge: Merge) -> None:
    """What was noted of both, and a day that was planned where the one has none."""
    notes = dict.fromkeys(note for note in (leads.note, other.note) if note)
    changes: ReferralChanges = {"note": "\n\n".join(notes)}
    today = clock.today(leads.business, merge.now)
    if leads.next_on is None and other.next_on is not None and other.next_on >= today:
        changes |= {"next_on": other.next_on, "next_step": other.next_step}
    plan_referral(referral=leads, changes=changes, by=merge.by, now=merge.now)


def sent_as_two(merge: Merge) -> Mapping[UUID, UUID]:
    """Referrals of the two entries that were talked about at one time: by the later the earlier.

    Who came again after the first had ended came twice.
    """
    both = [merge.kept, merge.dropped]
    rows = list(Referral.objects.filter(contact__in=both).order_by("created_at", "id"))
    return {
        later.pk: first.pk
        for place, later in enumerate(rows)
        for first in rows[:place]
        if first.contact_id != later.contact_id
        and (first.is_open or first.moved_at > later.created_at)
    }


def _thank_once_for_one(merge: Merge) -> None:
    """Of the debts of one advocate for whoever was sent as two one is owed: what was given stays,
    else the first."""
    for later, first in sent_as_two(merge).items():
        rows = ThankYou.objects.filter(
            reason=ThanksReason.INTRODUCTION, referral__in=[first, later]
        ).exclude(state=ThanksState.WAIVED)
        of_each: dict[UUID, list[ThankYou]] = defaultdict(list)
        for row in rows:
            of_each[row.advocate_id].append(row)
        for debts in of_each.values():
            debts.sort(key=lambda row: (row.state != ThanksState.GIVEN, row.owed_at, row.pk))
            for second in debts[1:]:
                if second.is_due:
                    waive_thanks(thank_you=second, reason=ONCE, by=merge.by, now=merge.now)


def _add_shares(kept: Advocate, dropped: Advocate) -> None:
    """Where both are credited with one referral, their shares are added, in the earlier's place."""
    shared = Credit.objects.filter(advocate=dropped, referral__credits__advocate=kept)
    for referral in shared.values_list("referral_id", flat=True):
        rows = Credit.objects.filter(referral=referral, advocate__in=[kept, dropped])
        first, second = rows.select_for_update(of=("self",)).order_by("created_at", "id")
        second.delete()
        first.share += second.share
        first.advocate = kept
        first.save(update_fields=["share", "advocate"])
    Credit.objects.filter(advocate=dropped).update(advocate=kept)


def _thank_once(kept: Advocate, dropped: Advocate, merge: Merge) -> None:
    """Of two debts for the same, one is owed; what was given for either was given."""
    for theirs in ThankYou.objects.filter(advocate=dropped).order_by("id"):
        alike = ThankYou.objects.filter(
            advocate=kept, reason=theirs.reason, cause_id=theirs.cause_id
        ).first()
        if alike is None:
            continue
        second = alike if theirs.state == ThanksState.GIVEN else theirs
        if second.is_due:
            second = waive_thanks(thank_you=second, reason=ONCE, by=merge.by, now=merge.now)
        # A cause of its own: for one cause somebody is thanked once.
        ThankYou.objects.filter(pk=second.pk).update(cause_id=merge.cause.pk)
    ThankYou.objects.filter(advocate=dropped).update(advocate=kept)
