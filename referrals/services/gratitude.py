"""Gratitude is a debt with a clock: owed, then given or waived."""

from datetime import datetime

from activity.actors import SYSTEM, Actor, ActorKind
from activity.models import Event
from activity.services import record_event
from businesses.keys import maker_of
from businesses.models import ApiKey, Membership, User
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.services import refuse_resting
from introductions.models import Advocate, Introduction
from introductions.services import AddressSuppressed
from outreach.letters import NoAddress
from outreach.senders import owner_of
from outreach.services import why_no_mail
from outreach.states import MailKind
from referrals.messages import thanks_to_advocate
from referrals.models import Referral, ThankYou
from referrals.states import ThanksHow, ThanksReason


class AlreadyThanked(NotPossibleNow):
    message = "This was settled before. Nobody is thanked twice for the same thing."
    code = "already_thanked"


class ThanksNeedWords(Refusal):
    message = "Write a line or two; a thank-you has words."
    code = "thanks_need_words"
    status = 422


class ReasonNeeded(Refusal):
    message = "Say in a few words why no thanks are needed."
    code = "reason_needed"
    status = 422


def owe_thanks(
    *,
    advocate: Advocate,
    reason: ThanksReason,
    cause: Event,
    introduction: Introduction | None = None,
    referral: Referral | None = None,
    now: datetime,
) -> ThankYou:
    """Make a thank-you due. The same cause makes no second one."""
    thank_you, created = ThankYou.objects.get_or_create(
        business_id=advocate.business_id,
        advocate=advocate,
        reason=reason,
        cause_id=cause.pk,
        defaults={
            "introduction": introduction,
            "referral": referral,
            "owed_at": now,
            "created_at": now,
        },
    )
    if created:
        _record("thanks.owed", thank_you, SYSTEM, now, {"reason": str(reason)})
    return thank_you


def give_thanks(
    *, thank_you: ThankYou, how: str, words: str = "", by: Actor, now: datetime
) -> ThankYou:
    """Thank the advocate: by a letter; or by a card, a call, a gift or in public, kept here.

    A letter needs words and an address: raises `ThanksNeedWords`, `NoAddress`, `AddressSuppressed`,
    and `LeftInPeace` for somebody to whom nothing is sent.
    Raises `AlreadyThanked` once it was given or waived.
    """
    thank_you = locked(thank_you)
    _refuse_settled(thank_you)
    way, words = ThanksHow(how), words.replace("\r\n", "\n").strip()[:2000]
    if way == ThanksHow.MAIL:
        _refuse_unsendable(thank_you, words)
    thank_you.give(how=way, words=words, now=now)
    thank_you.save()
    event = _record("thanks.given", thank_you, by, now, {"how": str(way)})
    if way == ThanksHow.MAIL:
        thanks_to_advocate(thank_you=thank_you, sender=_sender(thank_you, by), cause=event, now=now)
    return thank_you


def waive_thanks(*, thank_you: ThankYou, reason: str, by: Actor, now: datetime) -> ThankYou:
    """No thanks are needed, for a reason. Raises `ReasonNeeded`, `AlreadyThanked`."""
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise ReasonNeeded
    thank_you = locked(thank_you)
    _refuse_settled(thank_you)
    thank_you.waive(reason=reason, now=now)
    thank_you.save()
    _record("thanks.waived", thank_you, by, now)
    return thank_you


def _refuse_settled(thank_you: ThankYou) -> None:
    if not thank_you.is_due:
        raise AlreadyThanked


def _refuse_unsendable(thank_you: ThankYou, words: str) -> None:
    contact = thank_you.advocate.contact
    if not words:
        raise ThanksNeedWords
    refuse_resting(contact)
    if not contact.email:
        raise NoAddress(
            f"{contact.first_name} has no e-mail address here. A card or a call will do."
        )
    stopped = why_no_mail(contact=contact, kind=MailKind.FRIENDLY)
    if stopped:
        raise AddressSuppressed(f"{stopped} A card or a call will do.")


def _sender(thank_you: ThankYou, by: Actor) -> User:
    """The member who thanks, themself or by a key they made; else the owner."""
    sender: User | None = None
    if by.kind == ActorKind.MEMBER and by.id is not None:
        member = Membership.objects.select_related("user").filter(pk=by.id).first()
        sender = member.user if member else None
    elif by.kind == ActorKind.INTEGRATION and by.id is not None:
        key = ApiKey.objects.select_related("made_by").filter(pk=by.id).first()
        sender = maker_of(key) if key else None
    return sender or owner_of(thank_you.business)


def _record(
    name: str,
    thank_you: ThankYou,
    by: Actor,
    now: datetime,
    payload: dict[str, str | int | bool | list[str] | None] | None = None,
) -> Event:
    return record_event(
        business=thank_you.business,
        name=name,
        actor=by,
        subject=thank_you,
        about=[thank_you.advocate.contact],
        payload=payload,
        now=now,
    )
