"""The letters about asks and introductions: one function each.

The firm, its address and the owner's name are filled in when the letter leaves; so is whatever a
prospect told, until they said yes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from activity.models import Event
from businesses.models import Business, User
from contacts.addresses import show_phone
from introductions.calendar import appointment_of
from introductions.models import Ask, Introduction
from introductions.states import IntroductionState
from outreach import catalogue
from outreach import catalogue_of_handshakes as handshakes
from outreach.letter_texts import FIRM_ALONE, FIRM_WITH_TRADE
from outreach.letters import FIRM, Party, Rendered
from outreach.links import make_link, placeholder
from outreach.models import Link, LinkPurpose, Message, MessageRecipient
from outreach.preview import OWN_LINK, preview_letter, preview_of
from outreach.senders import introduction_of, name_of, owner_of
from outreach.services import NewLetter, is_suppressed, queue_message
from outreach.sources import Part
from outreach.states import MailKind, MessageState, RecipientState

NUDGE_SUBJECT = "about my note"
TO_PROSPECT = "introduction_to_prospect"
TO_EVERYONE = "handshake_to_everyone"
_LOST = (MessageState.FAILED, MessageState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who, beside the host, gets the letter that introduces people to each other."""

    prospect: bool
    advocate: bool


def host_of(introduction: Introduction) -> User:
    """Who meets the prospect on the business's side: whoever asked, else the owner."""
    ask = introduction.ask
    return (ask.sender if ask else None) or owner_of(introduction.business)


def ask_to_advocate(*, ask: Ask, cause: Event, now: datetime) -> Message:
    """The ask, saying that it is business, with the link to the advocate's page."""
    business, contact = ask.business, ask.advocate.contact
    sender = ask.sender or owner_of(business)
    name = name_of(sender, business)
    link = make_link(
        business=business, purpose=LinkPurpose.ADVOCATE, subject=ask, contact=contact, now=now
    )
    letter = NewLetter(
        kind=catalogue.ASK,
        template=catalogue.ASK,
        context=_about_ask(ask, name, placeholder(link)),
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=ask,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.ASKS,
        reply_to=sender.email,
        due_at=now,
        is_ask=True,
    )
    return queue_message(business=business, letter=letter, now=now)


def nudge_to_advocate(
    *,
    ask: Ask,
    subject: str,
    words: str,
    sender: User,
    cause: Event,
    due_at: datetime,
    now: datetime,
) -> Message:
    """The one reminder of an ask, with the same link as the ask had."""
    business, contact = ask.business, ask.advocate.contact
    name = name_of(sender, business)
    link = make_link(
        business=business, purpose=LinkPurpose.ADVOCATE, subject=ask, contact=contact, now=now
    )
    letter = NewLetter(
        kind=catalogue.NUDGE,
        template=catalogue.NUDGE,
        context=_about_nudge(ask, subject, words, name, placeholder(link)),
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=ask,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.ASKS,
        reply_to=sender.email,
        due_at=due_at,
        is_ask=True,
    )
    return queue_message(business=business, letter=letter, now=now)


def _about_nudge(ask: Ask, subject: str, words: str, sender: str, link: str) -> dict[str, object]:
    return {
        "first_name": ask.advocate.contact.first_name,
        "subject": subject,
        "words": words,
        "introduction_link": link,
        "only_reminder": catalogue.ONLY_REMINDER,
        "sender": sender,
    }


def preview_of_nudge(*, ask: Ask, words: str, sender: User) -> Rendered:
    """The reminder as its reader would see it."""
    return preview_letter(
        business=ask.business,
        owner=owner_of(ask.business).name,
        template=catalogue.NUDGE,
        context=_about_nudge(ask, NUDGE_SUBJECT, words, name_of(sender, ask.business), OWN_LINK),
        mail_kind=MailKind.ASKS,
    )


def preview_of_ask(*, ask: Ask, sender: User) -> Rendered:
    """The ask as its reader will see it, or has; the row need not be saved."""
    owner = owner_of(ask.business).name
    queued = _newest_letter(ask) if ask.sent_at else None
    if queued is not None:
        return preview_of(queued, owner=owner)
    return preview_letter(
        business=ask.business,
        owner=owner,
        template=catalogue.ASK,
        context=_about_ask(ask, name_of(sender, ask.business), OWN_LINK),
        mail_kind=MailKind.ASKS,
    )


def _newest_letter(ask: Ask) -> Message | None:
    letters = Message.objects.regarding(ask).filter(kind=catalogue.ASK)
    return letters.select_related("business").order_by("-created_at", "-id").first()


def _about_ask(ask: Ask, sender: str, link: str) -> dict[str, object]:
    person = ask.named_person
    question = f"could you introduce me to {person}?" if person else "does anybody come to mind?"
    return {
        "first_name": ask.advocate.contact.first_name,
        "note": ask.note,
        "request": catalogue.ASKED_FOR_PERSON if person else catalogue.ASKED_FOR_KIND,
        "question": question,
        "blurb": catalogue.TO_PASS_ON if ask.blurb else "",
        "blurb_words": ask.blurb,
        "business_note": catalogue.BUSINESS_NOTE,
        "introduction_link": link,
        "they_decide": catalogue.THEY_DECIDE,
        "sender": sender,
        "wanted": ask.wanted,
        "named_person": person,
        "about_person": ask.wanted,
    }


def introduction_to_prospect(
    *, introduction: Introduction, link: Link, cause: Event, due_at: datetime, now: datetime
) -> Message:
    """The advocate's words to the prospect, with the page that answers them."""
    business, advocate = introduction.business, introduction.advocate.contact
    letter = NewLetter(
        kind=TO_PROSPECT,
        template=catalogue.INTRODUCTION,
        context={
            "advocate": advocate.first_name,
            "advocate_name": advocate.name,
            "words": catalogue.PROSPECT_WORDS,
            "host": name_of(host_of(introduction), business),
            **about_firm(business),
            "answer_link": placeholder(link),
            "what_is_kept": catalogue.WHAT_IS_KEPT,
            "disclosure": introduction.disclosure(),
            "again": catalogue.AGAIN if introduction.came_back_at else "",
        },
        to=[Party(introduction_id=introduction.pk)],
        cause=cause,
        subject=introduction,
        from_name=f"{advocate.name} via {FIRM}",
        mail_kind=MailKind.ALL,
        reply_to=advocate.email,
        due_at=due_at,
    )
    return queue_message(business=business, letter=letter, now=now)


def handshake_to_everyone(
    *, introduction: Introduction, email: str, phone: str, cause: Event, now: datetime
) -> Message:
    """One letter that introduces all three; reply-all works, since all are in To.

    It tells the advocate, and uses, the address and number that came with the yes, and not what
    else the business may know of the contact.
    """
    business, host = introduction.business, host_of(introduction)
    advocate, contact = introduction.advocate.contact, introduction.contact
    assert contact is not None
    guests = [*([contact] if email else []), *([advocate] if advocate.email else [])]
    appointment = appointment_of(introduction, host=host.first_name, now=now)
    letter = NewLetter(
        kind=TO_EVERYONE,
        template=handshakes.HANDSHAKE,
        context={
            "prospect": introduction.prospect_first_name,
            "host": name_of(host, business),
            "advocate": advocate.first_name,
            **about_firm(business),
            "words": introduction.words,
            **_on_our_side(business, host, has_reader=bool(email)),
            **in_answer(introduction, email, phone),
            **(_where_they_meet(introduction, email) if appointment else {}),
            "host_email": host.email,
        },
        to=[
            Party(name=host.name, address=host.email),
            *(Party(name=guest.name, contact=guest) for guest in guests),
        ],
        cause=cause,
        subject=introduction,
        from_name=f"{name_of(host, business)}, {FIRM}",
        mail_kind=MailKind.ALL,
        reply_to=host.email,
        due_at=now,
        answers_recipient=True,
        one_click=False,
        calendar=appointment,
    )
    return queue_message(business=business, letter=letter, now=now)


def about_firm(business: Business) -> dict[str, object]:
    """The firm as a letter calls it, and what it does if it has said so."""
    tagline = business.tagline
    in_words = FIRM_WITH_TRADE if tagline else FIRM_ALONE
    return {"about_firm": in_words, "tagline": tagline}


def _on_our_side(business: Business, host: User, *, has_reader: bool) -> dict[str, object]:
    """What the host says of themself; and where a time can be chosen, if the prospect reads it."""
    words = introduction_of(host, business)
    return {
        "host_adds": handshakes.HOST_ADDS if words else "",
        "host_words": words,
        "booking_link": business.booking_link if has_reader else "",
    }


def in_answer(introduction: Introduction, email: str, phone: str) -> dict[str, object]:
    """What the prospect said with their yes, and how they are reached."""
    sentence, reach_by = introduction.prospect_sentence, introduction.reach_by
    return {
        "prospect_adds": handshakes.PROSPECT_ADDS if sentence else "",
        "prospect_words": sentence,
        "how_to_reach": handshakes.how_to_reach(
            email=bool(email), phone=bool(phone), more=bool(reach_by)
        ),
        "reach": "How to reach each other",
        "email": email,
        "phone": show_phone(phone) if phone else "",
        "reach_by": reach_by,
        "next_step": _next_step(email),
    }


def _next_step(email: str) -> Part:
    return handshakes.ANSWER_TO_ALL if email else handshakes.HOST_WILL_RING


def _where_they_meet(introduction: Introduction, email: str) -> dict[str, object]:
    """The appointment in words: not every mail program shows one."""
    day, at = introduction.meets_on, introduction.meets_at
    assert day is not None
    return {
        "next_step": handshakes.together_then(_next_step(email)),
        "meeting": f"{day:%A} {day.day} {day:%B}" + (f" at {at:%H:%M}" if at else ""),
        "meeting_place": introduction.meets_place,
    }


def undelivered(introductions: Iterable[Introduction]) -> Collection[UUID]:
    """Those that wait for an answer although their letter to the prospect did not arrive."""
    offered = [row.pk for row in introductions if row.state == IntroductionState.OFFERED]
    letters = Message.objects.filter(
        subject_label="introduction", subject_id__in=offered, kind=TO_PROSPECT
    )
    states = dict(letters.order_by("created_at", "id").values_list("subject_id", "state"))
    return {key for key, state in states.items() if state in _LOST}


def state_of_letter() -> Subquery:
    """Of the newest letter to the prospect, to be read with many introductions at once."""
    letters = Message.objects.filter(
        business_id=OuterRef("business_id"),
        subject_label="introduction",
        subject_id=OuterRef("pk"),
        kind=TO_PROSPECT,
    )
    return Subquery(letters.order_by("-created_at", "-id").values("state")[:1])


def is_lost(state: str, letter: str | None) -> bool:
    """Whether one in this state waits although its letter, in that one, did not arrive."""
    return state == IntroductionState.OFFERED and letter in _LOST


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """How far the letter to the prospect has come: when it leaves, unless it has; or it is lost."""

    leaves_at: datetime | None = None
    is_lost: bool = False


def way_of_letter(introduction: Introduction) -> OnItsWay:
    """Of the newest letter to the prospect, as long as no answer has come."""
    if introduction.state != IntroductionState.OFFERED:
        return OnItsWay()
    letter = Message.objects.regarding(introduction).filter(kind=TO_PROSPECT)
    newest = letter.order_by("-created_at", "-id").values_list("state", "due_at").first()
    if newest is None:
        return OnItsWay()
    state, due_at = newest
    waits = state in (MessageState.SCHEDULED, MessageState.HELD)
    return OnItsWay(due_at if waits else None, state in _LOST)


def readers_of_handshake(introduction: Introduction) -> Readers:
    """Who gets that letter, as things stand; once it is written, whom it goes to."""
    advocate = introduction.advocate.contact
    if introduction.state == IntroductionState.HANDSHAKE:
        kinds = (TO_EVERYONE, handshakes.UNVOUCHED)
        letters = Message.objects.regarding(introduction).filter(kind__in=kinds)
        unreached = (RecipientState.SUPPRESSED, RecipientState.FAILED, RecipientState.BOUNCED)
        reached = set(
            MessageRecipient.objects.filter(message__in=letters)
            .exclude(state__in=unreached)
            .values_list("contact_id", flat=True)
        )
        return Readers(introduction.contact_id in reached, advocate.pk in reached)
    prospect, friend = (
        bool(address) and not is_suppressed(business=introduction.business, address=address)
        for address in (introduction.prospect_email, advocate.email)
    )
    return Readers(prospect, friend and not introduction.goes_on_unvouched)
