"""Closing the loop: the advocate hears what became of their introduction, as far as allowed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Sum

from activity.models import Event
from businesses.models import Business
from businesses.money import format_money
from introductions.models import Introduction
from introductions.states import Hears, Via, Wants
from outreach.models import Message
from outreach.services import cancel_letters, cancel_messages
from referrals.messages import PROGRESS, STEP, progress_to_advocate
from referrals.models import ClosedBusiness, Referral
from referrals.services.credits import own_introductions
from referrals.states import STEPS, ReferralState, ThanksReason

# What each event tells, and who lets it be told.
NEWS = {
    ReferralState.TALKING: frozenset({Hears.OUTCOME}),
    ReferralState.PROPOSED: frozenset({Hears.OUTCOME}),
    ReferralState.NOT_NOW: frozenset({Hears.OUTCOME}),
    ReferralState.MET: frozenset({Hears.OUTCOME, Hears.MET}),
    ReferralState.WON: frozenset({Hears.OUTCOME}),
    ReferralState.LOST: frozenset({Hears.OUTCOME}),
}
# And who would like to hear it.
WANTED = {
    ReferralState.TALKING: frozenset({Wants.STEPS}),
    ReferralState.PROPOSED: frozenset({Wants.STEPS}),
    ReferralState.NOT_NOW: frozenset({Wants.STEPS, Wants.END}),
    ReferralState.MET: frozenset({Wants.STEPS}),
    ReferralState.WON: frozenset({Wants.STEPS, Wants.END}),
    ReferralState.LOST: frozenset({Wants.STEPS, Wants.END}),
}

# Because of which a letter says what it came to.
_TELL_AMOUNTS = ("referral.won", "business.corrected", "business.refunded")


def tell_advocate_of_progress(*, event: Event, now: datetime) -> None:
    """Later than referral.moved, won, lost and reopened: a short letter to each credited advocate.

    Only to those who introduced them, as far as the prospect said with the yes to their own
    introduction and they would like to hear; what it came to only where the business shows that
    and said so before the yes. It waits for the undo window, and reopening takes it back. News
    that is no longer true is not told, nor a step that the next one has overtaken.
    """
    # Locked, so that an amount put right meanwhile is either read here or finds this letter.
    rows = Referral.objects.select_related("business", "contact", "introduction")
    referral = rows.select_for_update(of=("self",), no_key=True).get(pk=event.subject_id)
    step = event.payload.get("to")
    if referral.contact.is_erased:
        return  # Nobody is left to have news of.
    if step not in NEWS or _went_back(event) or _is_stale(referral, str(step)):
        return
    cancel_messages(subject=referral, kinds=[STEP], now=now)
    own = own_introductions(referral)
    won = list(own.values()) if step == ReferralState.WON else []
    worths = worths_of(won, referral.business)
    for credit in referral.credits.select_related("advocate__contact").order_by("created_at"):
        introduction = own.get(credit.advocate_id)
        if introduction is None or not _is_heard(introduction, ReferralState(step)):
            continue
        if credit.advocate.contact.email:
            progress_to_advocate(
                referral=referral,
                advocate=credit.advocate,
                step=ReferralState(step),
                worth=worths.get(introduction.pk, ""),
                cause=event,
                now=now,
            )


def tell_what_is_left(*, event: Event, now: datetime) -> None:
    """At once with business.corrected and business.refunded: news of a win that waits with the
    former amount is called back, and what it came to by now is told in its place.

    With an undo window of its own. A letter that has left, or is leaving, stays the only one.
    """
    closed = ClosedBusiness.objects.select_related(
        "referral__business", "referral__contact", "referral__introduction"
    ).get(pk=event.subject_id)
    referral = closed.referral
    if referral is None:
        return
    tells = Event.objects.filter(name__in=_TELL_AMOUNTS, pk=OuterRef("cause_id"))
    waiting = (
        Message.objects.regarding(referral)
        .cancellable()
        .filter(Exists(tells), kind=PROGRESS, recipients__contact__isnull=False)
    )
    letters = {contact: key for key, contact in waiting.values_list("pk", "recipients__contact")}
    own = own_introductions(referral) if letters else {}
    read = [one for one in own.values() if one.advocate.contact_id in letters]
    worths = worths_of(read, referral.business)
    for introduction in read:
        advocate = introduction.advocate
        letter = Message.objects.cancellable().filter(pk=letters[advocate.contact_id])
        if shows_worth(introduction, referral.business) and cancel_letters(letter, now):
            progress_to_advocate(
                referral=referral,
                advocate=advocate,
                step=ReferralState.WON,
                worth=worths.get(introduction.pk, ""),
                cause=event,
                now=now,
            )


def _is_heard(introduction: Introduction, step: ReferralState) -> bool:
    """The prospect lets it be told, and the advocate would like to hear it."""
    return introduction.advocate_hears in NEWS[step] and introduction.wants in WANTED[step]


def shows_worth(introduction: Introduction, business: Business) -> bool:
    """Whether this introduction's advocate may read what it came to.

    The business shows it, the prospect lets them hear how it ended, and read before their yes
    that this is part of it. Whoever came by a link read nothing of it.
    """
    since = business.values_shown_since
    return (
        since is not None
        and introduction.answered_at is not None
        and introduction.answered_at >= since
        and introduction.via != Via.LINK
        and introduction.advocate_hears == Hears.OUTCOME
    )


def worths_of(introductions: Sequence[Introduction], business: Business) -> Mapping[UUID, str]:
    """By introduction what it came to so far, of those whose advocate may read it.

    Each currency by itself: `€1,850 and $200`. One query, and none where nothing is shown.
    """
    shown = [one.pk for one in introductions if shows_worth(one, business)]
    if not shown:
        return {}
    rows = ClosedBusiness.objects.filter(
        referral__thanks__introduction__in=shown,
        referral__thanks__reason=ThanksReason.INTRODUCTION,
    ).values_list("referral__thanks__introduction", "currency")
    amounts: dict[UUID, list[str]] = defaultdict(list)
    for key, currency, total in rows.annotate(total=Sum("amount")).order_by("currency"):
        if total:
            amounts[key].append(format_money(total, currency, business.locale))
    return {key: " and ".join(each) for key, each in amounts.items()}


def _went_back(event: Event) -> bool:
    """A step was put right backwards: that is no news."""
    former, step = event.payload.get("from"), event.payload.get("to")
    return former in STEPS and step in STEPS and STEPS.index(step) < STEPS.index(former)


def _is_stale(referral: Referral, step: str) -> bool:
    """Gone back or reopened meanwhile; a step further on, that they met is still true."""
    if step == ReferralState.MET:
        return referral.state in (ReferralState.INTRODUCED, ReferralState.TALKING)
    return referral.state != step
