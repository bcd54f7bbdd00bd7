"""Gratitude is a debt with a clock: owed, then given or waived."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from activity.actors import SYSTEM, Actor, ActorKind
from activity.models import Event
from activity.services import record_event
from businesses.keys import maker_of
from businesses.models import ApiKey, Membership, User
from businesses.moves import NotPossibleNow
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import is_erased_by_now, refuse_resting
from feedback.models import Testimonial
from introductions.models import Advocate, Introduction
from introductions.services import AddressSuppressed, advocate_for
from outreach.letters import NoAddress
from outreach.senders import owner_of
from outreach.services import cancel_messages, why_no_mail
from outreach.states import MailKind
from outreach.words import refuse_keyed_addresses
from referrals.messages import thanks_to_advocate
from referrals.models import Referral, ThankYou
from referrals.services.gifts import Gift, kept_gift
from referrals.states import BY_HAND, ThanksHow, ThanksReason
from referrals.thanks import LONGEST_NOTE


class AlreadyThanked(NotPossibleNow):
    message = "This was settled before. Nobody is thanked twice for the same thing."
    code = "already_thanked"


class ThanksNeedWords(Refusal):
    message = "Write a line or two; a thank-you has words."
    code = "thanks_need_words"
    status = 422


class ThanksHaveLeft(NotPossibleNow):
    message = "The letter has left, so it cannot be undone."
    code = "thanks_have_left"


class KindnessUnknown(Refusal):
    message = "Choose what they did."
    code = "kindness_unknown"
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
) -> ThankYou | None:
    """Make a thank-you due. The same cause makes no second one; who is erased is owed nothing."""
    if is_erased_by_now(advocate.contact):
        return None
    about = {"introduction": introduction, "referral": referral}
    return _owe(advocate, reason, cause.pk, about, SYSTEM, now)


def owe_thanks_for_words(*, event: Event, now: datetime) -> None:
    """At once with testimonial.published: they spoke up for us. Shown again it is owed once."""
    testimonial = Testimonial.objects.select_related("contact").get(pk=event.subject_id)
    advocate = advocate_for(contact=testimonial.contact, now=now)
    _owe(advocate, ThanksReason.SPEAKING_UP, testimonial.pk, {}, SYSTEM, now)


def record_kindness(
    *, contact: Contact, reason: str, note: str = "", by: Actor, now: datetime
) -> ThankYou:
    """Somebody did us a kindness that no event tells of: thanks are owed for it.

    `reason`: one of `BY_HAND`. The same within a minute is one press of the button, and kept once.
    Raises `KindnessUnknown`, and `LeftInPeace` for somebody of whom nobody is reminded.
    """
    if reason not in BY_HAND:
        raise KindnessUnknown
    contact = locked(contact)
    refuse_resting(contact)
    note = " ".join(note.split())[:LONGEST_NOTE]
    advocate = advocate_for(contact=contact, now=now)
    kept = ThankYou.objects.filter(
        advocate=advocate, reason=reason, note=note, created_at__gt=now - SAME_PRESS
    ).order_by("-created_at", "-id")
    return kept.first() or _owe(advocate, reason, uuid7(), {"note": note}, by, now)


def _owe(
    advocate: Advocate,
    reason: str,
    cause_id: UUID,
    about: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> ThankYou:
    thank_you, created = ThankYou.objects.get_or_create(
        business_id=advocate.business_id,
        advocate=advocate,
        reason=reason,
        cause_id=cause_id,
        defaults={**about, "owed_at": now, "created_at": now},
    )
    if created:
        record_thanks("thanks.owed", thank_you, by, now, {"reason": str(reason)})
    return thank_you


def give_thanks(
    *,
    thank_you: ThankYou,
    how: str,
    words: str = "",
    gift: Gift | None = None,
    by: Actor,
    now: datetime,
) -> ThankYou:
    """Thank the advocate: by a letter; or by a card, a call, a gift or in public, kept here.

    A letter needs words and an address: raises `ThanksNeedWords`, `NoAddress`, `AddressSuppressed`,
    and `LeftInPeace` for somebody to whom nothing is sent. Thanks carry no ask: raises
    `OwnAddressInWords`.
    `gift`: what it cost, counted for the year; raises `GiftAboveCeiling` until a reason is given,
    and `GiftCostNotPossible`. Raises `AlreadyThanked` once it was given or waived.
    """
    thank_you = locked(thank_you)
    _refuse_settled(thank_you)
    way, words = ThanksHow(how), words.replace("\r\n", "\n").strip()[:2000]
    if way == ThanksHow.MAIL:
        refuse_unsendable(thank_you, words)
    thank_you.give(how=way, words=words, now=now)
    if gift is not None and way == ThanksHow.GIFT:
        kept_gift(thank_you=thank_you, gift=gift, now=now)
    thank_you.save()
    event = record_thanks("thanks.given", thank_you, by, now, {"how": str(way)})
    if way == ThanksHow.MAIL:
        sender = sender_of(thank_you, by)
        thanks_to_advocate(thank_you=thank_you, sender=sender, cause=event, now=now)
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
    record_thanks("thanks.waived", thank_you, by, now)
    return thank_you


def undo_thanks(*, thank_you: ThankYou, by: Actor, now: datetime) -> ThankYou:
    """It was a slip: it is owed again, since when it was owed. For ten minutes.

    Raises `NotPossibleNow` after that, once the advocate has answered, or where they were asked
    whether it may be public; and `ThanksHaveLeft` where the letter could not be called back.
    """
    thank_you = locked(thank_you)
    if not thank_you.can_be_undone(now, settings.UNDO_WINDOW):
        raise NotPossibleNow
    if thank_you.how == ThanksHow.MAIL and not cancel_messages(subject=thank_you, now=now):
        raise ThanksHaveLeft
    thank_you.undo()
    thank_you.save()
    record_thanks("thanks.undone", thank_you, by, now)
    return thank_you


def _refuse_settled(thank_you: ThankYou) -> None:
    if not thank_you.is_due:
        raise AlreadyThanked


def refuse_unsendable(thank_you: ThankYou, words: str) -> None:
    """Whether a letter of thanks can go to them; raises what `give_thanks` says of letters."""
    contact = thank_you.advocate.contact
    if not words:
        raise ThanksNeedWords
    refuse_keyed_addresses(words)
    refuse_resting(contact)
    if not contact.email:
        raise NoAddress(
            f"{contact.first_name} has no e-mail address here. A card or a call will do."
        )
    stopped = why_no_mail(contact=contact, kind=MailKind.FRIENDLY)
    if stopped:
        raise AddressSuppressed(f"{stopped} A card or a call will do.")


def sender_of(thank_you: ThankYou, by: Actor) -> User:
    """The member who thanks, themself or by a key they made; else the owner."""
    sender: User | None = None
    if by.kind == ActorKind.MEMBER and by.id is not None:
        member = Membership.objects.select_related("user").filter(pk=by.id).first()
        sender = member.user if member else None
    elif by.kind == ActorKind.INTEGRATION and by.id is not None:
        key = ApiKey.objects.select_related("made_by").filter(pk=by.id).first()
        sender = maker_of(key) if key else None
    return sender or owner_of(thank_you.business)


def record_thanks(
    name: str,
    thank_you: ThankYou,
    by: Actor,
    now: datetime,
    payload: dict[str, str | int | bool | list[str] | None] | None = None,
) -> Event:
    """The event of a thank-you, on its advocate's timeline."""
    return record_event(
        business=thank_you.business,
        name=name,
        actor=by,
        subject=thank_you,
        about=[thank_you.advocate.contact],
        payload=payload,
        now=now,
    )
