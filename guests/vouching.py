"""The page on which an advocate says whether they know who came by their link."""

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from activity.actors import Actor
from businesses.refusals import Refusal
from guests.drafting import host_name, when
from guests.entry import GONE, Visit, behind_link
from guests.forms import VouchForm
from introductions.models import Introduction
from introductions.services import (
    IntroductionExpired,
    IntroductionWithdrawn,
    say_unknown,
    undo_word,
    vouch_for,
)
from introductions.states import TO_CONFIRM, IntroductionState
from outreach.links import UnknownLink, use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of

PAGE = "guests:vouching"

_act = behind_link(LinkPurpose.VOUCH, acts_for=PAGE)


@behind_link(LinkPurpose.VOUCH)
def vouching(visit: Visit) -> HttpResponse:
    """Who came and what they wrote, or what was answered."""
    return _show(visit, _came(visit))


@_act
def yes(visit: Visit) -> HttpResponse:
    """They know them: the letter to all three leaves when the undo window is over."""
    came = _came(visit)
    form = VouchForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, came, form, status=422)
    words = form.cleaned_data["words"].strip() or drafted_words(came, _host(visit))
    try:
        with transaction.atomic():
            vouch_for(introduction=came, words=words, now=visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal)
    return visit.back_to(PAGE)


@_act
def no(visit: Visit) -> HttpResponse:
    """They do not know them. It ends there, and nothing of it is kept."""
    try:
        with transaction.atomic():
            say_unknown(introduction=_came(visit), now=visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal)
    return visit.back_to(PAGE)


@_act
def undo(visit: Visit) -> HttpResponse:
    came = _came(visit)
    try:
        with transaction.atomic():
            by = Actor.advocate(came.advocate_id)
            undo_word(introduction=came, by=by, now=visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal)
    return visit.back_to(PAGE)


def drafted_words(came: Introduction, host: str) -> str:
    """What an advocate says of somebody they know, to be changed: one tap is enough."""
    return f"{host}, {came.prospect_first_name} and I know each other. You two should meet."


def _came(visit: Visit) -> Introduction:
    """Who came. Raises for what was taken back or has run out."""
    rows = Introduction.objects.select_related("business", "contact", "advocate__contact")
    came = rows.filter(pk=visit.link.subject_id).first()
    if came is None:
        raise UnknownLink
    if came.state == IntroductionState.WITHDRAWN:
        raise IntroductionWithdrawn
    if came.state == IntroductionState.EXPIRED:
        raise IntroductionExpired
    return came


def _refused(visit: Visit, refusal: Refusal) -> HttpResponse:
    if refusal.status == GONE:
        raise refusal
    return _show(visit, _came(visit), status=refusal.status, wrong=refusal.message)


def _host(visit: Visit) -> str:
    return host_name(owner_of(visit.business), visit.business)


def _show(
    visit: Visit,
    came: Introduction,
    form: VouchForm | None = None,
    *,
    status: int = 200,
    wrong: str = "",
) -> HttpResponse:
    host = _host(visit)
    takes_effect = (came.answered_at or visit.now) + settings.UNDO_WINDOW
    context: dict[str, object] = {
        "introduction": came,
        "advocate": came.advocate.contact,
        "host": host,
        "form": form or VouchForm(initial={"words": drafted_words(came, host)}),
        "waits": came.state in TO_CONFIRM,
        "is_unknown": came.state == IntroductionState.UNKNOWN,
        "by_advocate": came.vouched_at is not None,
        "can_undo": came.word_can_be_undone(visit.now, settings.UNDO_WINDOW),
        "soon": when(takes_effect, visit.now),
        "wrong": wrong,
    }
    return visit.page("guests/vouching.html", context, status)
