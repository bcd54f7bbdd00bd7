"""The handshake: both sides have said yes, and one letter introduces all three."""

from datetime import datetime

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import ContactExists, add_contact, change_contact
from contacts.states import Source
from introductions.link_messages import unvouched_to_both
from introductions.messages import handshake_to_everyone
from introductions.models import Introduction
from introductions.services.meeting import ask_how_it_was
from introductions.services.offers import record_introduction
from introductions.states import IntroductionState
from outreach.models import ReminderKind
from outreach.services import add_reminder


class NotYet(Refusal):
    message = "The answer can still be taken back; the letter leaves when that time is over."
    code = "not_yet"


class TooSoon(Refusal):
    message = "Mail scanners press buttons, too, so this one works a minute after your answer."
    code = "too_soon"


def press_send_now(*, introduction: Introduction, now: datetime) -> Introduction:
    """*Send now*, pressed on the prospect's page: what it does cannot be undone.

    A scanner that presses every button it finds is done within seconds of its yes; so the button
    works from a minute after the answer on. Raises `TooSoon` before that, `NotPossibleNow` unless
    accepted.
    """
    introduction = locked(introduction)
    if introduction.state == IntroductionState.ACCEPTED:
        refuse_hasty(introduction, now)
    return send_handshake_now(introduction=introduction, now=now)


def refuse_hasty(introduction: Introduction, now: datetime) -> None:
    """Raise `TooSoon` for what would make an answer final right after it was given."""
    if not introduction.may_be_made_final(now):
        raise TooSoon


def send_handshake_now(*, introduction: Introduction, now: datetime) -> Introduction:
    """The prospect does not wait for the undo window. Raises `NotPossibleNow` unless accepted."""
    introduction = locked(introduction)
    return _shake_hands(introduction, Actor.prospect(introduction.pk), now)


def complete_handshake(*, introduction: Introduction, now: datetime) -> Introduction:
    """The undo window is over. Raises `NotYet` before that, `NotPossibleNow` unless accepted."""
    introduction = locked(introduction)
    if introduction.state != IntroductionState.ACCEPTED:
        raise NotPossibleNow
    if introduction.due_at is None or introduction.due_at > now:
        raise NotYet
    return _shake_hands(introduction, SYSTEM, now)


def _shake_hands(introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    if introduction.state != IntroductionState.ACCEPTED:
        raise NotPossibleNow
    contact = _contact_of(introduction, now)
    email, phone = introduction.prospect_email, introduction.prospect_phone
    introduction.shake_hands(contact=contact, now=now)
    introduction.save()
    # What follows at once (the referral, the thank-you) is in config/reactions.py.
    event = record_introduction("introduction.shook_hands", introduction, by, now)
    letter = unvouched_to_both if introduction.goes_on_unvouched else handshake_to_everyone
    letter(introduction=introduction, email=email, phone=phone, cause=event, now=now)
    if not email:
        _remind_to_ring(introduction, contact, now)
    ask_how_it_was(introduction=introduction, cause=event, now=now)
    return introduction


def _contact_of(introduction: Introduction, now: datetime) -> Contact:
    """The contact with the prospect's address or number; made if the business knows none."""
    known = _known_contact(introduction)
    if known is None:
        try:
            return add_contact(
                business=introduction.business,
                name=introduction.prospect_first_name,
                email=introduction.prospect_email,
                phone=introduction.prospect_phone,
                source=Source.SENT,
                met_through=introduction.advocate.contact,
                by=Actor.prospect(introduction.pk),
                now=now,
            )
        except ContactExists as exists:
            known = exists.contact
    if known.source == Source.UNKNOWN:
        change_contact(contact=known, changes={"source": Source.SENT}, by=SYSTEM, now=now)
    return known


def _known_contact(introduction: Introduction) -> Contact | None:
    if introduction.prospect_email:
        return Contact.objects.by_email(introduction.prospect_email).first()
    # Whoever shares the number of who introduces them is somebody else all the same.
    others = Contact.objects.exclude(pk=introduction.advocate.contact_id)
    return others.filter(phone=introduction.prospect_phone).order_by("created_at").first()


def _remind_to_ring(introduction: Introduction, contact: Contact, now: datetime) -> None:
    advocate = introduction.advocate.contact
    add_reminder(
        business=introduction.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=contact,
        subject=introduction,
        due_on=clock.today(introduction.business, now),
        text=f"Ring {contact.first_name}: {advocate.first_name} introduced you, and it is a yes.",
        dedupe=f"ring:{introduction.pk}",
        by=SYSTEM,
        now=now,
    )
