"""Closing the loop: the advocate hears what became of their introduction, as far as allowed."""

from datetime import datetime

from activity.models import Event
from introductions.models import Introduction
from introductions.states import Hears, Wants
from referrals.messages import progress_to_advocate
from referrals.models import Referral
from referrals.services.credits import own_introductions
from referrals.states import ReferralState

# What each event tells, and who lets it be told.
NEWS = {
    ReferralState.MET: frozenset({Hears.OUTCOME, Hears.MET}),
    ReferralState.WON: frozenset({Hears.OUTCOME}),
    ReferralState.LOST: frozenset({Hears.OUTCOME}),
}
# And who would like to hear it.
WANTED = {
    ReferralState.MET: frozenset({Wants.STEPS}),
    ReferralState.WON: frozenset({Wants.STEPS, Wants.END}),
    ReferralState.LOST: frozenset({Wants.STEPS, Wants.END}),
}


def tell_advocate_of_progress(*, event: Event, now: datetime) -> None:
    """Later than referral.moved, won and lost: a short letter to each credited advocate.

    Only to those who introduced them, as far as the prospect said with the yes to their own
    introduction and they would like to hear; never with an amount. It waits for the undo window,
    and reopening takes it back. News that is no longer true is not told.
    """
    referral = Referral.objects.select_related("business", "contact", "introduction").get(
        pk=event.subject_id
    )
    step = event.payload.get("to")
    if step not in NEWS or _is_stale(referral, str(step)):
        return
    own = own_introductions(referral)
    for credit in referral.credits.select_related("advocate__contact").order_by("created_at"):
        introduction = own.get(credit.advocate_id)
        if introduction is None or not _is_heard(introduction, ReferralState(step)):
            continue
        if credit.advocate.contact.email:
            progress_to_advocate(
                referral=referral,
                advocate=credit.advocate,
                step=ReferralState(step),
                cause=event,
                now=now,
            )


def _is_heard(introduction: Introduction, step: ReferralState) -> bool:
    """The prospect lets it be told, and the advocate would like to hear it."""
    return introduction.advocate_hears in NEWS[step] and introduction.wants in WANTED[step]


def _is_stale(referral: Referral, step: str) -> bool:
    """Gone back or reopened meanwhile; a step further on, that they met is still true."""
    if step == ReferralState.MET:
        return referral.state in (ReferralState.INTRODUCED, ReferralState.TALKING)
    return referral.state != step
