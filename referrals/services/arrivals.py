"""How a referral begins: with a handshake, or because somebody rang and said who sent them."""

from collections.abc import Collection
from datetime import datetime

from activity.actors import SYSTEM, Actor
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.models import Business
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import clean_phone, mailbox_key
from contacts.models import Contact
from contacts.names import clean_name
from contacts.services import (
    ContactExists,
    add_contact,
    change_contact,
    refuse_erased,
    refuse_erased_by_now,
)
from contacts.states import Source
from introductions.models import Advocate, Introduction
from introductions.services import advocate_for
from introductions.states import Giver
from introductions.terms import terms_for
from outreach.models import ReminderKind
from outreach.services import add_reminder
from referrals.models import Credit, Referral, ThankYou
from referrals.services.credits import note_second_introduction, shares_of
from referrals.services.gratitude import owe_thanks, waive_thanks
from referrals.services.outcomes import reopen_referral
from referrals.states import FIRST_FOLLOW_UP, JOINED, ReferralState, ThanksReason

ONCE = "They are thanked once for somebody they sent."


class SentThemself(Refusal):
    message = "Nobody sends themself. Leave it open who sent them, or name somebody else."
    code = "sent_themself"
    status = 422


def open_referral_after_handshake(*, event: Event, now: datetime) -> None:
    """At once with introduction.shook_hands: the referral, the thanks owed, the follow-up."""
    introduction = Introduction.objects.select_related("business", "contact").get(
        pk=event.subject_id
    )
    open_referral(introduction=introduction, cause=event, now=now)


def open_referral(*, introduction: Introduction, cause: Event, now: datetime) -> Referral:
    """The referral of a handshake, with credit, thanks owed, and a reminder to follow up.

    A person who is already being talked to keeps the one referral there is, and its first credit;
    the second advocate is thanked all the same, and one who had sent them before only once. Safe to
    repeat.
    """
    contact = introduction.contact
    assert contact is not None
    known = Referral.objects.filter(introduction=introduction).first()
    if known is not None:
        return known
    contact = _held(contact)
    referral = _open_one(contact) or _begin(
        contact, ReferralState.INTRODUCED, SYSTEM, now, introduction=introduction
    )
    first = bind_credit(referral=referral, advocate=introduction.advocate, by=SYSTEM, now=now)
    if first.advocate_id != introduction.advocate_id:
        second = introduction.advocate
        note_second_introduction(referral=referral, advocate=second, by=SYSTEM, now=now)
    thanks = owe_thanks(
        advocate=introduction.advocate,
        reason=ThanksReason.INTRODUCTION,
        cause=cause,
        introduction=introduction,
        referral=referral,
        now=now,
    )
    if thanks and thanks.is_due and _is_thanked_before(thanks):
        # It stays as a row: that says to what this introduction led.
        waive_thanks(thank_you=thanks, reason=ONCE, by=SYSTEM, now=now)
    return referral


def record_sent_someone(
    *,
    business: Business,
    name: str,
    email: str = "",
    phone: str = "",
    sender: Contact | None = None,
    sender_name: str = "",
    told_of_terms: bool = False,
    told: Collection[Giver] = (),
    by: Actor,
    now: datetime,
) -> Referral:
    """*Someone was sent to me*: contact, source, referral at talking; credit and thanks if a sender
    is named.

    The sender is a contact, or the name of somebody new (who needs no address), or nobody. Somebody
    with the same address, or the same number and name, is the same person; pressing twice records
    one. Somebody who is talked to already, or whom this sender has sent before, keeps the referral
    there is, which is talked about again where it had come to nothing. Another sender is thanked,
    too, and the credit stays as it was; nobody is owed thanks twice for it.

    `told`: who of both had been told what is given for an introduction, the sender or whoever came
    (`told_of_terms`: both). Then the terms in force are kept with it, and who knew of them: nothing
    is given to anybody who did not. Raises what `add_contact` raises, `SentThemself`, and
    `WasErased`.
    """
    # One arrival at a time: the second press finds what the first has made.
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    if sender is None and sender_name.strip():
        sender = _someone_new(business, sender_name, by, now)
    if sender is not None:
        refuse_erased_by_now(sender)
    contact = _arrived(business, name, email, phone, sender, by, now)
    if sender is not None and _are_one(sender, contact):
        raise SentThemself
    contact = _held(contact)
    refuse_erased(contact)
    referral = (
        _open_one(contact)
        or _again(contact, sender, by, now)
        or _begin(contact, ReferralState.TALKING, by, now, sender=sender)
    )
    if sender is not None and not referral.credits.exists():
        _thank_the_sender(referral, sender, set(Giver) if told_of_terms else set(told), by, now)
    elif sender is not None:
        _thank_another(referral, sender, by, now)
    return referral


def bind_credit(*, referral: Referral, advocate: Advocate, by: Actor, now: datetime) -> Credit:
    """Credit the advocate with the whole of it, unless somebody is credited already.

    Whoever was sent is locked by now, as by whoever shares the credit.
    """
    first = referral.credits.order_by("created_at").first()
    if first is not None:
        return first
    credit = Credit.objects.create(
        business_id=referral.business_id, referral=referral, advocate=advocate, created_at=now
    )
    record_event(
        business=referral.business,
        name="referral.credited",
        actor=by,
        subject=referral,
        payload=shares_of([credit]),
        now=now,
    )
    return credit


def _begin(
    contact: Contact,
    state: ReferralState,
    by: Actor,
    now: datetime,
    introduction: Introduction | None = None,
    sender: Contact | None = None,
) -> Referral:
    referral = Referral.objects.create(
        business=contact.business,
        contact=contact,
        introduction=introduction,
        state=state,
        moved_at=now,
        created_at=now,
    )
    senders = [introduction.advocate.contact] if introduction else [sender] if sender else []
    record_event(
        business=contact.business,
        name="referral.opened",
        actor=by,
        subject=referral,
        about=[contact, *senders],
        payload={"state": str(state), "contact": str(contact.pk)},
        now=now,
    )
    add_reminder(
        business=contact.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=contact,
        subject=referral,
        due_on=clock.today(contact.business, now) + FIRST_FOLLOW_UP,
        text=f"Follow up with {contact.first_name}",
        dedupe=f"follow_up:{referral.pk}:opened",
        by=SYSTEM,
        now=now,
    )
    return referral


def _thank_the_sender(
    referral: Referral, sender: Contact, told: Collection[Giver], by: Actor, now: datetime
) -> None:
    advocate = advocate_for(contact=sender, now=now)
    if told and (terms := terms_for(advocate)):
        referral.terms = {**terms, "told": sorted(told)}
        referral.save(update_fields=["terms"])
    bind_credit(referral=referral, advocate=advocate, by=by, now=now)
    opened = Event.objects.filter(
        name="referral.opened", subject_label="referral", subject_id=referral.pk
    ).earliest("recorded_at")
    owe_thanks(
        advocate=advocate,
        reason=ThanksReason.INTRODUCTION,
        cause=opened,
        referral=referral,
        now=now,
    )


def _thank_another(referral: Referral, sender: Contact, by: Actor, now: datetime) -> None:
    """Somebody else is credited: this one is thanked for the same, once.

    Whoever is new here, by the name of one who was thanked, is that one.
    """
    owed = ThankYou.objects.filter(referral=referral, reason=ThanksReason.INTRODUCTION)
    thanked = [one.advocate.contact for one in owed.select_related("advocate__contact")]
    is_namesake = sender.created_at == now and sender.name in {one.name for one in thanked}
    if sender in thanked or is_namesake:
        return
    advocate = advocate_for(contact=sender, now=now)
    cause = note_second_introduction(referral=referral, advocate=advocate, by=by, now=now)
    owe_thanks(
        advocate=advocate,
        reason=ThanksReason.INTRODUCTION,
        cause=cause,
        referral=referral,
        now=now,
    )


def _is_thanked_before(thanks: ThankYou) -> bool:
    """Whether this advocate is thanked for the same person, recorded by hand or introduced."""
    same = ThankYou.objects.filter(
        referral=thanks.referral, advocate=thanks.advocate, reason=thanks.reason
    )
    return same.exclude(pk=thanks.pk).exists()


def _arrived(
    business: Business,
    name: str,
    email: str,
    phone: str,
    sender: Contact | None,
    by: Actor,
    now: datetime,
) -> Contact:
    """The person who came: known by address, by number and name, or new."""
    name = clean_name(name)
    known = _known_by_number(business, name, phone) or _just_made(name, email, phone, now)
    if known is None:
        try:
            return add_contact(
                business=business,
                name=name,
                email=email,
                phone=phone,
                source=Source.SENT,
                met_through=sender,
                by=by,
                now=now,
            )
        except ContactExists as exists:
            known = exists.contact
    if known.source == Source.UNKNOWN:
        held = _held(known)
        known = change_contact(contact=held, changes={"source": Source.SENT}, by=by, now=now)
    return known


def _known_by_number(business: Business, name: str, phone: str) -> Contact | None:
    if not phone.strip():
        return None
    number = clean_phone(phone, business.country)
    for contact in Contact.objects.filter(phone=number).order_by("created_at"):
        if contact.name.casefold() == name.casefold():
            return contact
    return None


def _are_one(sender: Contact, contact: Contact) -> bool:
    """One row, or two that share a mailbox however it is spelt."""
    if sender.pk == contact.pk:
        return True
    return bool(sender.email) and mailbox_key(sender.email) == mailbox_key(contact.email)


def _someone_new(business: Business, name: str, by: Actor, now: datetime) -> Contact:
    name = clean_name(name)
    return _just_made(name, "", "", now) or add_contact(
        business=business, name=name, by=by, now=now
    )


def _just_made(name: str, email: str, phone: str, now: datetime) -> Contact | None:
    """What the first of two presses has made, where there is neither address nor number.

    Two people of one name on one day are two.
    """
    if email.strip() or phone.strip():
        return None
    recent = Contact.objects.filter(
        name=name, email="", phone="", created_at__gt=now - SAME_PRESS, created_at__lte=now
    )
    return recent.order_by("created_at").first()


def _again(contact: Contact, sender: Contact | None, by: Actor, now: datetime) -> Referral | None:
    """The latest referral of this person that is credited to this sender; talked about again."""
    if sender is None:
        return None
    sent = Referral.objects.of_contact(contact).filter(credits__advocate__contact=sender)
    found = sent.exclude(lost_reason=JOINED).order_by("-created_at").first()
    if found is None or not found.can_be_reopened:
        return found
    return reopen_referral(referral=found, by=by, now=now)


def _held(contact: Contact) -> Contact:
    """Locked, and before them whatever was begun with them, in the order of a win: also what came
    to nothing, and may be reopened at this moment."""
    rows = Referral.objects.of_contact(contact).order_by("id")
    list(rows.select_for_update(of=("self",), no_key=True))
    return locked(contact)


def _open_one(contact: Contact) -> Referral | None:
    return Referral.objects.open().of_contact(contact).order_by("created_at").first()
