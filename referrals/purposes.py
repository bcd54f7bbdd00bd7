"""What follow-up plans about referrals and thanks are for, and what begins and ends them."""

from collections.abc import Mapping
from datetime import datetime

from activity.actors import Actor
from activity.models import Event
from businesses.models import User
from introductions.states import Hears
from outreach.models import Enrolment, Trigger
from outreach.purposes import Purpose
from outreach.services import begin_plans, stop_what_is_over
from referrals.models import Referral, ThankYou
from referrals.services.gratitude import give_thanks
from referrals.states import OPEN, ReferralState, ThanksHow, ThanksReason

_BEGINS = {
    ReferralState.MET: Trigger.MET,
    ReferralState.WON: Trigger.WON,
    ReferralState.LOST: Trigger.LOST,
}
# Why a plan is over once its referral stands elsewhere.
_NOW = {
    ReferralState.INTRODUCED: "It went back to the beginning.",
    ReferralState.TALKING: "You are talking.",
    ReferralState.MET: "You have met.",
    ReferralState.PROPOSED: "You have made a proposal.",
    ReferralState.WON: "It became business.",
    ReferralState.LOST: "Nothing came of it.",
    ReferralState.NOT_NOW: "It is not the time.",
}


def begin_with_referral(*, event: Event, now: datetime) -> None:
    """Later than referral.opened: the newcomer's plan, and that of whoever introduced them."""
    referral = _referral(event)
    introduction = referral.introduction
    if introduction is None:
        return
    _begin(Trigger.HANDSHAKE, referral, now)
    if introduction.advocate_hears == Hears.OUTCOME:
        begin_plans(
            business=referral.business,
            trigger=Trigger.ADVOCATE_WAITS,
            contact=introduction.advocate.contact,
            subject=referral,
            dedupe=f"referral:{referral.pk}",
            now=now,
        )


def follow_referral(*, event: Event, now: datetime) -> None:
    """Later than each of its steps: what that ends, and what it begins."""
    referral = _referral(event)
    stop_what_is_over(subject=referral, now=now)
    step = event.payload.get("to")
    if step == referral.state and step in _BEGINS:
        _begin(_BEGINS[ReferralState(step)], referral, now)


def begin_with_thanks(*, event: Event, now: datetime) -> None:
    """Later than thanks.owed."""
    thanks = ThankYou.objects.select_related("business", "advocate__contact").get(
        pk=event.subject_id
    )
    triggers = {
        ThanksReason.INTRODUCTION: Trigger.THANKS_INTRODUCTION,
        ThanksReason.BUSINESS: Trigger.THANKS_WIN,
    }
    trigger = triggers.get(ThanksReason(thanks.reason))
    if trigger is None or not thanks.is_due:
        return
    begin_plans(
        business=thanks.business,
        trigger=trigger,
        contact=thanks.advocate.contact,
        subject=thanks,
        dedupe=f"thanks:{thanks.pk}",
        now=now,
    )


def end_with_thanks(*, event: Event, now: datetime) -> None:
    """Later than thanks.given and thanks.waived."""
    stop_what_is_over(subject=ThankYou.objects.get(pk=event.subject_id), now=now)


def _referral(event: Event) -> Referral:
    return Referral.objects.select_related(
        "business", "contact", "introduction__advocate__contact"
    ).get(pk=event.subject_id)


def _begin(trigger: Trigger, referral: Referral, now: datetime) -> None:
    # A customer is welcomed once, however often they come back.
    about = f"customer:{referral.contact_id}" if trigger == Trigger.WON else None
    begin_plans(
        business=referral.business,
        trigger=trigger,
        contact=referral.contact,
        subject=referral,
        dedupe=about or f"referral:{referral.pk}",
        now=now,
    )


def _stands(enrolment: Enrolment) -> ReferralState:
    found = Referral.objects.values_list("state", flat=True).get(pk=enrolment.subject_id)
    return ReferralState(found)


def _only_while(state: ReferralState) -> Purpose:
    """A plan for a referral that stands there, and nowhere else."""

    def over(enrolment: Enrolment) -> str:
        stands = _stands(enrolment)
        return "" if stands == state else _NOW[stands]

    return Purpose(over=over, fields=_who_introduced)


def _who_introduced(enrolment: Enrolment) -> Mapping[str, str]:
    referral = Referral.objects.select_related("introduction__advocate__contact").get(
        pk=enrolment.subject_id
    )
    introduction = referral.introduction
    return {"advocate": introduction.advocate.contact.first_name if introduction else ""}


def _nothing_left_to_tell(enrolment: Enrolment) -> str:
    """Whoever introduced somebody hears of each step by itself; this is about the silence."""
    referral = Referral.objects.select_related("introduction").get(pk=enrolment.subject_id)
    introduction = referral.introduction
    if introduction is None or introduction.advocate_hears != Hears.OUTCOME:
        return "They would rather not have it told."
    return "" if referral.state in OPEN else _NOW[ReferralState(referral.state)]


def _who_was_introduced(enrolment: Enrolment) -> Mapping[str, str]:
    referral = Referral.objects.select_related("contact").get(pk=enrolment.subject_id)
    return {"person": referral.contact.first_name}


def _thanked(enrolment: Enrolment) -> str:
    thanks = ThankYou.objects.get(pk=enrolment.subject_id)
    return "" if thanks.is_due else "They were thanked."


def _thanks_for_whom(enrolment: Enrolment) -> Mapping[str, str]:
    thanks = ThankYou.objects.select_related("introduction__contact", "referral__contact").get(
        pk=enrolment.subject_id
    )
    about = thanks.referral or thanks.introduction
    contact = about.contact if about else None
    return {"person": contact.first_name if contact else "somebody"}


def _give(*, enrolment: Enrolment, words: str, by: Actor, sender: User, now: datetime) -> ThankYou:
    thanks = ThankYou.objects.select_related("business", "advocate__contact").get(
        pk=enrolment.subject_id
    )
    return give_thanks(thank_you=thanks, how=ThanksHow.MAIL, words=words, by=by, now=now)


FRESH = _only_while(ReferralState.INTRODUCED)
MET = _only_while(ReferralState.MET)
WON = _only_while(ReferralState.WON)
LOST = _only_while(ReferralState.LOST)
ADVOCATE_WAITS = Purpose(over=_nothing_left_to_tell, fields=_who_was_introduced)
THANKS = Purpose(over=_thanked, fields=_thanks_for_whom, deliver=_give)
