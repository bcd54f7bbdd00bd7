"""Closing the loop: the advocate hears what became of their introduction, as far as allowed."""

from datetime import datetime

from activity.models import Event
from introductions.states import Hears, Wants
from referrals.messages import progress_to_advocate
from referrals.models import Referral
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

    Only where there was an introduction, since only then the prospect was asked what may be heard;
    never with an amount. It waits for the undo window, and reopening takes it back. News that is no
    longer true is not told.
    """
    referral = Referral.objects.select_related("business", "contact", "introduction").get(
        pk=event.subject_id
    )
    step = event.payload.get("to")
    if referral.introduction is None or step not in NEWS or _is_stale(referral, str(step)):
        return
    introduction = referral.introduction
    if introduction.advocate_hears not in NEWS[ReferralState(step)]:
        return
    if introduction.wants not in WANTED[ReferralState(step)]:
        return
    for credit in referral.credits.select_related("advocate__contact").order_by("created_at"):
        if credit.advocate.contact.email:
            progress_to_advocate(
                referral=referral,
                advocate=credit.advocate,
                step=ReferralState(step),
                cause=event,
                now=now,
            )


def _is_stale(referral: Referral, step: str) -> bool:
    """Gone back or reopened meanwhile; a step further on, that they met is still true."""
    if step == ReferralState.MET:
        return referral.state in (ReferralState.INTRODUCED, ReferralState.TALKING)
    return referral.state != step
