"""One introduction of an advocate's: how to send it, what may be added, and taking it back."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse

from activity.actors import Actor
from businesses.refusals import Refusal
from guests.advocates import reader_of
from guests.drafting import host_name, message_to_send, what_became, when
from guests.entry import Visit, behind_link
from guests.forms import MoreForm
from introductions.messages import way_of_letter
from introductions.models import Advocate, Introduction
from introductions.services import (
    add_to_introduction,
    introduction_link,
    undo_offer,
    withdraw_introduction,
)
from introductions.states import WAITING, IntroductionState, Via
from outreach.links import UnknownLink, url_for
from outreach.models import Link, LinkPurpose
from outreach.senders import owner_of
from referrals.models import Referral
from referrals.services import worths_of

PAGE = "guests:given"

_act = behind_link(LinkPurpose.ADVOCATE, acts_for=PAGE)


@behind_link(LinkPurpose.ADVOCATE)
def given(visit: Visit, introduction: UUID) -> HttpResponse:
    """How to send it, or when it goes; and what may be added."""
    reader, _ = reader_of(visit)
    return _show(visit, _own(reader, introduction))


@_act
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
        return _show(visit, _own(reader, introduction), refusal)
    return visit.back_to(PAGE, introduction=introduction)


@_act
def add(visit: Visit, introduction: UUID) -> HttpResponse:
    """How well they know each other, where to meet, and what to hear back."""
    reader, _ = reader_of(visit)
    own = _own(reader, introduction)
    form = MoreForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, own, form=form, status=422)
    try:
        with transaction.atomic():
            add_to_introduction(introduction=own, now=visit.now, **form.cleaned_data)
    except Refusal as refusal:
        if not form.takes(refusal):
            return _show(visit, _own(reader, introduction), refusal)
        form.refuse(refusal)
        return _show(visit, own, form=form, status=refusal.status)
    messages.success(visit.request, "Kept, thank you.")
    return visit.back_to(PAGE, introduction=introduction)


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
    introduction: Introduction,
    refusal: Refusal | None = None,
    *,
    form: MoreForm | None = None,
    status: int = 200,
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
            introduction,
            _outcome_of(introduction),
            visit.now,
            is_undelivered=letter.is_lost,
            worth=worths_of([introduction], business).get(introduction.pk, ""),
        ),
        "more": form or MoreForm(initial=_added(introduction)),
        "may_add": introduction.may_be_added_to,
    }
    link = _to_pass_on(introduction, has_left=letter.leaves_at is None, now=visit.now)
    if link is not None:
        url = url_for(link)
        context |= {
            "url": url,
            "message": message_to_send(introduction=introduction, host=host, url=url),
            "message_title": f"Meet {host}",
        }
    return visit.page("guests/given.html", context, refusal.status if refusal else status)


def _to_pass_on(introduction: Introduction, *, has_left: bool, now: datetime) -> Link | None:
    """The link that the advocate sends: of what we sent for them, one that was made anew since."""
    if introduction.state not in WAITING:
        return None
    link = introduction_link(introduction=introduction, now=now)
    is_anew = link.is_renewed and has_left
    return link if introduction.state == IntroductionState.SHARED or is_anew else None


def _added(introduction: Introduction) -> dict[str, object]:
    fields = ("depth", "wants", "meets_on", "meets_at", "meets_place")
    return {name: getattr(introduction, name) for name in fields}


def _outcome_of(introduction: Introduction) -> str | None:
    """How far it has come since the handshake; before it there is nothing to ask for."""
    if introduction.state != IntroductionState.HANDSHAKE:
        return None
    led_to = Referral.objects.led_to_by(introduction.pk)
    return led_to.values_list("state", flat=True).first()
