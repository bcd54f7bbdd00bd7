"""The advocate's page: an introduction in under a minute, and what became of earlier ones."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from activity.actors import Actor
from businesses.models import Business, User
from businesses.refusals import Refusal
from contacts.names import first_name_of
from guests.drafting import (
    drafted_words,
    host_name,
    message_to_send,
    what_became,
    when,
    within_sentence,
)
from guests.entry import GONE, Visit, behind_link
from guests.forms import IntroduceForm
from introductions.messages import undelivered, way_of_letter
from introductions.models import Advocate, Ask, Introduction
from introductions.services import (
    AlreadyIntroduced,
    change_offer,
    decline_ask,
    introduction_link,
    offer_introduction,
    resume_asking,
    share_introduction,
    stop_asking,
    undo_offer,
    withdraw_introduction,
)
from introductions.states import WAITING, AskState, IntroductionState, Via
from outreach.links import UnknownLink, url_for, use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of
from referrals.models import Referral

PAGE = "guests:advocate"
_EARLIER_SHOWN = 20

_page = behind_link(LinkPurpose.ADVOCATE)
_act = behind_link(LinkPurpose.ADVOCATE, acts_for=PAGE)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A line about an introduction this advocate made."""

    introduction: Introduction
    sentence: str
    is_waiting: bool


@_page
def advocate(visit: Visit) -> HttpResponse:
    """Who asks and for whom, the form, and what became of earlier introductions."""
    return _show(visit, *reader_of(visit))


@_act
def share(visit: Visit) -> HttpResponse:
    """*Send it myself*: the introduction is made, or found again, and its link shown."""
    reader, ask = reader_of(visit)
    form = IntroduceForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, reader, ask, form, 422)
    try:
        with transaction.atomic():
            made = share_introduction(
                advocate=reader,
                ask=ask,
                first_name=form.cleaned_data["first_name"],
                words=form.cleaned_data["words"],
                now=visit.now,
            )
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, reader, ask, form, refusal)
    return visit.back_to("guests:given", introduction=made.pk)


@_act
def offer(visit: Visit) -> HttpResponse:
    """*Send it for me*: the letter to the prospect leaves when the undo window is over."""
    reader, ask = reader_of(visit)
    form = IntroduceForm(visit.request.POST, for_me=True)
    if not form.is_valid():
        return _show(visit, reader, ask, form, 422)
    try:
        with transaction.atomic():
            made = _offered(reader, ask, form, visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, reader, ask, form, refusal)
    return visit.back_to("guests:given", introduction=made.pk)


@_act
def decline(visit: Visit) -> HttpResponse:
    """Nobody comes to mind. The page stays open, should somebody do later."""
    _, ask = reader_of(visit)
    if ask is None:
        return visit.back_to(PAGE)
    try:
        with transaction.atomic():
            decline_ask(ask=ask, now=visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        reader, ask = reader_of(
            visit
        )  # Afresh: it may be what the first of two presses made of it.
        if ask is None or ask.state != AskState.DECLINED:
            return _refused(visit, reader, ask, None, refusal)
    return visit.back_to(PAGE)


@_act
def stop(visit: Visit) -> HttpResponse:
    """No more asks. It binds everybody in the business, and can be taken back here."""
    reader, _ = reader_of(visit)
    stop_asking(advocate=reader, now=visit.now)
    use_link(visit.link, visit.now)
    return visit.back_to(PAGE)


@_act
def resume(visit: Visit) -> HttpResponse:
    reader, _ = reader_of(visit)
    resume_asking(advocate=reader, now=visit.now)
    return visit.back_to(PAGE)


@_page
def given(visit: Visit, introduction: UUID) -> HttpResponse:
    """One introduction of the advocate's: how to send it, or when it goes."""
    reader, _ = reader_of(visit)
    return _show_given(visit, _own(reader, introduction))


@behind_link(LinkPurpose.ADVOCATE, acts_for="guests:given")
def undo(visit: Visit, introduction: UUID) -> HttpResponse:
    """Take it back: at once within the undo window, and as a correction until it is answered."""
    reader, _ = reader_of(visit)
    own = _own(reader, introduction)
    try:
        with transaction.atomic():
            if visit.now < own.created_at + settings.UNDO_WINDOW:
                undo_offer(introduction=own, now=visit.now)
            else:
                withdraw_introduction(introduction=own, by=Actor.advocate(reader.pk), now=visit.now)
    except Refusal as refusal:
        return _show_given(visit, _own(reader, introduction), refusal)
    return visit.back_to("guests:given", introduction=introduction)


def reader_of(visit: Visit) -> tuple[Advocate, Ask | None]:
    """Whose page this is, and the ask whose letter led here, if one did."""
    link = visit.link
    if link.subject_label == "ask":
        ask = (
            Ask.objects.select_related("advocate__contact", "sender").filter(pk=link.subject_id)
        ).first()
        if ask is None:
            raise UnknownLink
        return ask.advocate, ask
    reader = Advocate.objects.select_related("contact").filter(pk=link.subject_id).first()
    if reader is None:
        raise UnknownLink
    return reader, None


def _own(reader: Advocate, introduction_id: UUID) -> Introduction:
    own = (
        Introduction.objects.by_advocate(reader)
        .select_related("advocate__contact", "ask__sender")
        .filter(pk=introduction_id)
        .first()
    )
    if own is None:
        raise UnknownLink
    return own


def _show(
    visit: Visit,
    reader: Advocate,
    ask: Ask | None,
    form: IntroduceForm | None = None,
    status: int = 200,
    wrong: str = "",
) -> HttpResponse:
    business = visit.business
    owner = owner_of(business)
    sender = (ask.sender if ask else None) or owner
    context: dict[str, object] = {
        "form": form or _fresh_form(sender, business, reader, ask),
        "advocate": reader,
        "ask": ask,
        "wanted": within_sentence(ask.wanted) if ask else "",
        "ask_is_open": ask is not None and ask.state == AskState.SENT,
        "ask_is_declined": ask is not None and ask.state == AskState.DECLINED,
        "host": host_name(sender, business),
        "host_full": sender.name or business.name,
        "earlier": _earlier(reader, visit.now),
        "wrong": wrong,
    }
    return visit.page("guests/advocate.html", context, status)


def _fresh_form(
    sender: User, business: Business, reader: Advocate, ask: Ask | None
) -> IntroduceForm:
    words = drafted_words(
        host=host_name(sender, business),
        firm=business.name,
        tagline=business.tagline,
        contact=reader.contact,
        ask=ask,
    )
    named = first_name_of(ask.named_person) if ask and ask.named_person else ""
    return IntroduceForm(initial={"first_name": named, "words": words})


def _refused(
    visit: Visit, reader: Advocate, ask: Ask | None, form: IntroduceForm | None, refusal: Refusal
) -> HttpResponse:
    """The page with the refusal beside its field; one that closes the page closes it."""
    if refusal.status == GONE:
        raise refusal
    if form is None:
        return _show(visit, reader, ask, None, refusal.status, refusal.message)
    form.refuse(refusal)
    return _show(visit, reader, ask, form, refusal.status)


def _earlier(reader: Advocate, now: datetime) -> list[Earlier]:
    rows = list(
        Introduction.objects.by_advocate(reader)
        .exclude(state=IntroductionState.WITHDRAWN)
        .order_by("-created_at", "-id")[:_EARLIER_SHOWN]
    )
    referrals = {
        referral.introduction_id: referral
        for referral in Referral.objects.filter(introduction__in=[row.pk for row in rows])
    }
    lost = undelivered(rows)
    return [
        Earlier(
            row,
            what_became(row, referrals.get(row.pk), now, is_undelivered=row.pk in lost),
            row.state in WAITING,
        )
        for row in rows
    ]


def _referral_of(introduction: Introduction) -> Referral | None:
    """What a handshake led to; before it there is nothing to ask for."""
    if introduction.state != IntroductionState.HANDSHAKE:
        return None
    return Referral.objects.filter(introduction=introduction).first()


def _offered(reader: Advocate, ask: Ask | None, form: IntroduceForm, now: datetime) -> Introduction:
    """A new offer; or, pressed twice or with better words, the one whose letter has not left."""
    typed = form.cleaned_data
    try:
        with transaction.atomic():
            return offer_introduction(advocate=reader, ask=ask, now=now, **typed)
    except AlreadyIntroduced:
        return change_offer(advocate=reader, now=now, **typed)


def _show_given(
    visit: Visit, introduction: Introduction, refusal: Refusal | None = None
) -> HttpResponse:
    business = visit.business
    ask = introduction.ask
    host = host_name((ask.sender if ask else None) or owner_of(business), business)
    letter = way_of_letter(introduction)
    waits_until = letter.leaves_at if letter.leaves_at and letter.leaves_at > visit.now else None
    context: dict[str, object] = {
        "introduction": introduction,
        "advocate_name": introduction.advocate.contact.first_name,
        "host": host,
        "wrong": refusal.message if refusal else "",
        "is_waiting": introduction.state in WAITING,
        "is_withdrawn": introduction.state == IntroductionState.WITHDRAWN,
        "sent_by_us": introduction.via == Via.FOR_ME,
        "may_send": business.may_send,
        "leaves": when(waits_until, visit.now) if waits_until else "",
        "is_undelivered": letter.is_lost,
        "sentence": what_became(
            introduction, _referral_of(introduction), visit.now, is_undelivered=letter.is_lost
        ),
    }
    if introduction.state == IntroductionState.SHARED:
        url = url_for(introduction_link(introduction=introduction, now=visit.now))
        context |= {
            "url": url,
            "message": message_to_send(introduction=introduction, host=host, url=url),
            "message_title": f"Meet {host}",
        }
    return visit.page("guests/given.html", context, refusal.status if refusal else 200)
