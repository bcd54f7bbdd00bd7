"""The letters about referrals: what became of it, and thanks."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.conf import settings

from activity.actors import Actor, ActorKind
from activity.models import Event
from businesses.models import User
from introductions.messages import host_of
from introductions.models import Advocate
from outreach import catalogue
from outreach.catalogue import CAME_TO
from outreach.letters import FIRM, Party
from outreach.links import make_link, placeholder
from outreach.models import LinkPurpose, Message
from outreach.senders import name_of, owner_of
from outreach.services import NewLetter, queue_message
from outreach.sources import Value
from outreach.states import MailKind
from referrals.models import CreditClaim, Referral, ThankYou
from referrals.states import ReferralState

PROGRESS = "progress_to_advocate"
# Of a step that the next one overtakes, also before its letter has left.
STEP = "step_to_advocate"
ALSO_INTRODUCED = catalogue.ALSO_INTRODUCED
PUBLIC_THANKS = catalogue.PUBLIC_THANKS
_PROGRESS = {
    ReferralState.TALKING: catalogue.TALKING,
    ReferralState.MET: catalogue.MET,
    ReferralState.PROPOSED: catalogue.PROPOSED,
    ReferralState.NOT_NOW: catalogue.NOT_NOW,
    ReferralState.WON: catalogue.WON,
}
_OVERTAKEN = frozenset({ReferralState.TALKING, ReferralState.PROPOSED})


def progress_to_advocate(
    *,
    referral: Referral,
    advocate: Advocate,
    step: ReferralState,
    worth: str = "",
    cause: Event,
    now: datetime,
) -> Message:
    """What became of their introduction: they are talking, have met, it was won, or it was not.

    `worth`: what it came to, where that may be told; else no amount.
    """
    template = _PROGRESS.get(step, catalogue.LOST)
    kind = STEP if step in _OVERTAKEN else PROGRESS
    part = {"worth": CAME_TO if worth else "", "amount": worth}
    more = part if step == ReferralState.WON else {}
    return _news(kind, template, referral, advocate, cause, now, more)


def also_introduced_to_advocate(
    *, referral: Referral, advocate: Advocate, cause: Event, now: datetime
) -> Message:
    """That somebody else introduced the same person, told kindly and without a name."""
    return _news(ALSO_INTRODUCED, ALSO_INTRODUCED, referral, advocate, cause, now)


def _news(
    kind: str,
    template: str,
    referral: Referral,
    advocate: Advocate,
    cause: Event,
    now: datetime,
    more: Mapping[str, Value] = MappingProxyType({}),
) -> Message:
    business, contact = referral.business, advocate.contact
    introduction = referral.introduction
    sender = host_of(introduction) if introduction else owner_of(business)
    name = name_of(sender, business)
    link = make_link(
        business=business, purpose=LinkPurpose.ADVOCATE, subject=advocate, contact=contact, now=now
    )
    letter = NewLetter(
        kind=kind,
        template=template,
        context={
            "first_name": contact.first_name,
            "person": referral.contact.first_name,
            "outcome_link": placeholder(link),
            "sender": name,
            **more,
        },
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=referral,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.NEWS,
        reply_to=sender.email,
        due_at=now + settings.UNDO_WINDOW,
    )
    return queue_message(business=business, letter=letter, now=now)


def claim_answered_to_advocate(
    *, claim: CreditClaim, by: Actor, cause: Event, now: datetime
) -> Message:
    """That what they said is answered; the answer itself stands on their page alone.

    Its link opens their page with the answer on top, as it reads by then. It waits for the undo
    window.
    """
    business, contact = claim.business, claim.advocate.contact
    sender = user_behind(by) or owner_of(business)
    name = name_of(sender, business)
    link = make_link(
        business=business, purpose=LinkPurpose.ADVOCATE, subject=claim, contact=contact, now=now
    )
    letter = NewLetter(
        kind=catalogue.CLAIM_ANSWERED,
        template=catalogue.CLAIM_ANSWERED,
        context={
            "first_name": contact.first_name,
            "person": claim.person,
            "answer_link": placeholder(link),
            "sender": name,
        },
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=claim,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.NEWS,
        reply_to=sender.email,
        due_at=now + settings.UNDO_WINDOW,
    )
    return queue_message(business=business, letter=letter, now=now)


def thanks_to_advocate(
    *, thank_you: ThankYou, sender: User, cause: Event, now: datetime
) -> Message:
    """The owner's own words of thanks, and nothing else: no ask goes with it.

    Its button leads to a page where "My pleasure" can be said, by whoever likes to.
    """
    values = {"words": thank_you.words}
    return _of_thanks(catalogue.THANKS, thank_you, sender, values, cause, now)


def public_thanks_to_advocate(
    *, thank_you: ThankYou, sender: User, cause: Event, now: datetime
) -> Message:
    """Whether these words of thanks, under this name, may stand in public."""
    values = {"public_words": thank_you.public_words, "public_name": thank_you.public_name}
    return _of_thanks(PUBLIC_THANKS, thank_you, sender, values, cause, now)


def _of_thanks(
    kind: str,
    thank_you: ThankYou,
    sender: User,
    values: Mapping[str, str],
    cause: Event,
    now: datetime,
) -> Message:
    business, contact = thank_you.business, thank_you.advocate.contact
    name = name_of(sender, business)
    link = make_link(
        business=business, purpose=LinkPurpose.THANKS, subject=thank_you, contact=contact, now=now
    )
    known = {
        "first_name": contact.first_name,
        "answer_link": placeholder(link),
        "sender": name,
    }
    letter = NewLetter(
        kind=kind,
        template=kind,
        context={**known, **values},
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=thank_you,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.FRIENDLY,
        reply_to=sender.email,
        due_at=now,
    )
    return queue_message(business=business, letter=letter, now=now)


def user_behind(by: Actor) -> User | None:
    """The member who did it; None for an integration."""
    if by.kind != ActorKind.MEMBER or by.id is None:
        return None
    return User.objects.filter(memberships=by.id).first()
