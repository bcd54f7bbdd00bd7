"""What follow-up plans about referrals and thanks are for, and what begins and ends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from activity.actors import Actor
from activity.models import Event
from activity.subjects import Subject
from businesses import clock
from businesses.models import User
from introductions.models import Introduction
from introductions.states import Hears, Wants
from outreach.models import Enrolment, ReminderKind, Trigger
from outreach.purposes import Purpose, Stand
from outreach.services import (
    begin_plans,
    close_reminders_of,
    count_from_now,
    note_in_touch,
    stop_what_is_over,
)
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from referrals.services.credits import introductions_between, own_introductions
from referrals.services.gratitude import give_thanks
from referrals.services.hearing import thanks_that_may_tell
from referrals.services.progress import NEWS
from referrals.states import OPEN, ReferralState, ThanksHow, ThanksReason, ThanksState

BY_ONESELF = frozenset({ThanksHow.CARD, ThanksHow.CALL, ThanksHow.GIFT})
_BEGINS = {
    ReferralState.MET: Trigger.MET,
    ReferralState.WON: Trigger.WON,
    ReferralState.LOST: Trigger.LOST,
}
# Somebody whose first business was longer ago is no new customer, though it is kept only now.
STILL_NEW = timedelta(days=30)
NOT_TOLD = "They would rather not have it told."
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
    """Later than referral.opened: the newcomer's plan, unless it has moved on by now, and that of
    whoever introduced them."""
    referral = _referral(event)
    if referral.introduction is not None:
        if referral.state == ReferralState.INTRODUCED:
            _begin(Trigger.HANDSHAKE, referral, event, now)
        _begin_telling(referral, event, now)


def follow_credit(*, event: Event, now: datetime) -> None:
    """Later than referral.credit_split and referral.introduced_again: who hears how it goes."""
    referral = _referral(event)
    stop_what_is_over(subject=referral, now=now)
    _begin_telling(referral, event, now)


def follow_referral(*, event: Event, now: datetime) -> None:
    """Later than each of its steps, and its end in another: what that ends and begins."""
    referral = _referral(event)
    stop_what_is_over(subject=referral, now=now)
    step = event.payload.get("to")
    if step == referral.state and step in _BEGINS:
        _begin(_BEGINS[ReferralState(step)], referral, event, now)
    if step in NEWS:
        # Whoever introduced them hears of it now, so their silence begins anew.
        count_from_now(subject=referral, trigger=Trigger.ADVOCATE_WAITS, now=now)
        _begin_telling(referral, event, now)


def begin_with_business(*, event: Event, now: datetime) -> None:
    """Later than business.closed: whoever has just become a customer, introduced or not."""
    closed = ClosedBusiness.objects.select_related("business", "contact").get(pk=event.subject_id)
    contact = closed.contact
    today = clock.today(closed.business, now)
    if contact.customer_since is None or contact.customer_since < today - STILL_NEW:
        return
    begin_plans(
        business=closed.business,
        trigger=Trigger.NEW_CUSTOMER,
        contact=contact,
        subject=closed,
        dedupe=f"customer:{contact.pk}",
        since=event.recorded_at,
        now=now,
    )


def begin_with_thanks(*, event: Event, now: datetime) -> None:
    """Later than thanks.owed, and thanks.undone: they are owed again."""
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
        since=event.recorded_at,
        now=now,
    )
    stop_what_is_over(subject=thanks, now=now)


def end_with_thanks(*, event: Event, now: datetime) -> None:
    """Later than thanks.given and thanks.waived. A card, a call or a gift is being in touch; a
    letter is when it leaves."""
    thanks = ThankYou.objects.select_related("advocate__contact").get(pk=event.subject_id)
    if event.payload.get("how") in BY_ONESELF and thanks.state == ThanksState.GIVEN:
        contact, about = thanks.advocate.contact, Subject.of(thanks)
        note_in_touch(contact=contact, about=about, at=event.recorded_at, now=now)
    stop_what_is_over(subject=thanks, now=now)
    still_owed = ThankYou.objects.due().filter(advocate=thanks.advocate_id)
    if thanks.state == ThanksState.GIVEN and not still_owed.exists():
        close_reminders_of(contact=thanks.advocate.contact, kind=ReminderKind.THANK, now=now)


def _referral(event: Event) -> Referral:
    return Referral.objects.select_related(
        "business", "contact", "introduction__advocate__contact"
    ).get(pk=event.subject_id)


def _begin(trigger: Trigger, referral: Referral, event: Event, now: datetime) -> None:
    begin_plans(
        business=referral.business,
        trigger=trigger,
        contact=referral.contact,
        subject=referral,
        dedupe=f"referral:{referral.pk}",
        since=event.recorded_at,
        now=now,
    )


def _begin_telling(referral: Referral, event: Event, now: datetime) -> None:
    """Whoever is credited is put on the plan, as far as their own introduction allows."""
    if referral.state not in OPEN:
        return
    own = own_introductions(referral)
    leads = referral.introduction.advocate_id if referral.introduction else None
    for credit in referral.credits.select_related("advocate__contact").order_by("created_at", "id"):
        advocate = credit.advocate
        if _why_not_heard(own.get(advocate.pk)):
            continue
        more = "" if advocate.pk == leads else f":{advocate.contact_id}"
        begin_plans(
            business=referral.business,
            trigger=Trigger.ADVOCATE_WAITS,
            contact=advocate.contact,
            subject=referral,
            dedupe=f"referral:{referral.pk}{more}",
            since=event.recorded_at,
            now=now,
        )


def _referrals_of(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Referral]:
    rows = Referral.objects.select_related("contact", "introduction__advocate__contact")
    return rows.in_bulk([one.subject_id for one in enrolments])


def _only_while(state: ReferralState) -> Purpose:
    """A plan for a referral that stands there, and nowhere else."""

    def stand(referral: Referral) -> Stand:
        stands, introduction = ReferralState(referral.state), referral.introduction
        advocate = introduction.advocate.contact.first_name if introduction else "somebody we know"
        return Stand("" if stands == state else _NOW[stands], {"advocate": advocate})

    def look(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
        referrals = _referrals_of(enrolments)
        return {one.pk: stand(referrals[one.subject_id]) for one in enrolments}

    return Purpose(look=look)


def _look_after_advocates(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    """They hear of each step by itself; this is about the silence between."""
    referrals = _referrals_of(enrolments)
    people = {referral.contact_id for referral in referrals.values()}
    told = {one.contact_id for one in enrolments}
    credited = set(
        Credit.objects.filter(referral__in=referrals).values_list(
            "referral_id", "advocate__contact_id"
        )
    )
    own = introductions_between(people=people, advocates=told)

    def stand(one: Enrolment) -> Stand:
        referral = referrals[one.subject_id]
        over = _why_not_heard(own.get((referral.contact_id, one.contact_id)))
        if not over and (referral.pk, one.contact_id) not in credited:
            over = "The credit is with others now."
        if referral.state not in OPEN:
            over = _NOW[ReferralState(referral.state)]
        return Stand(over, {"person": referral.contact.first_name})

    return {one.pk: stand(one) for one in enrolments}


def _why_not_heard(introduction: Introduction | None) -> str:
    """Why whoever made this introduction hears nothing before the end; empty where they do."""
    if introduction is None or introduction.advocate_hears != Hears.OUTCOME:
        return NOT_TOLD
    first_name = introduction.advocate.contact.first_name
    if introduction.wants == Wants.NOTHING:
        return f"{first_name} would like to hear nothing."
    if introduction.wants == Wants.END:
        return f"{first_name} would like to hear only how it ended."
    return ""


def _look_at_thanks(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    rows = ThankYou.objects.select_related("introduction__contact", "referral__contact")
    found = rows.in_bulk([one.subject_id for one in enrolments])
    told = thanks_that_may_tell(found.values())
    return {
        one.pk: _stand_of_thanks(found[one.subject_id], one.subject_id in told)
        for one in enrolments
    }


def _stand_of_thanks(thanks: ThankYou, may_tell: bool) -> Stand:
    """A plan's words say that it became business; where that is kept, a person finds others."""
    over = "" if thanks.is_due else "They were thanked."
    if not over and thanks.reason == ThanksReason.BUSINESS and not may_tell:
        over = NOT_TOLD
    person = thanks.sent_person
    return Stand(over, {"person": person.first_name if person else "somebody"})


def _give(
    *, enrolment: Enrolment, subject: str, words: str, by: Actor, sender: User, now: datetime
) -> ThankYou:
    """What thanks are called is the letter's own."""
    thanks = ThankYou.objects.select_related("business", "advocate__contact").get(
        pk=enrolment.subject_id
    )
    return give_thanks(thank_you=thanks, how=ThanksHow.MAIL, words=words, by=by, now=now)


FRESH = _only_while(ReferralState.INTRODUCED)
MET = _only_while(ReferralState.MET)
WON = _only_while(ReferralState.WON)
LOST = _only_while(ReferralState.LOST)
ADVOCATE_WAITS = Purpose(look=_look_after_advocates)
THANKS = Purpose(look=_look_at_thanks, deliver=_give)
