"""The prospect's page: the advocate's words, who is behind them, and four answers."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from businesses import clock
from businesses.refusals import Refusal
from guests.about import about
from guests.coming import show_waiting
from guests.drafting import (
    drafted_sentence,
    greets,
    host_name,
    masked,
    one_line_place,
    signs,
    when,
)
from guests.entry import GONE, Visit, behind_link
from guests.forms import AddForm, CorrectForm, NotNowForm, YesForm
from guests.rewarded import told_by_reward
from introductions.messages import readers_of_handshake
from introductions.models import Introduction
from introductions.services import (
    IntroductionExpired,
    IntroductionWithdrawn,
    accept_introduction,
    add_to_answer,
    correct_held,
    decline_introduction,
    erase_held,
    postpone_introduction,
    press_send_now,
    take_back_coming,
    undo_answer,
)
from introductions.states import BY_LINK, SECOND_THOUGHT, WAITING, IntroductionState
from outreach.links import UnknownLink, use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of

PAGE = "guests:introduction"
_LATER = (("In a month", 30), ("In three months", 91), ("In half a year", 182))

_page = behind_link(LinkPurpose.INTRODUCTION)
_act = behind_link(LinkPurpose.INTRODUCTION, acts_for=PAGE)


@dataclass(frozen=True, slots=True)
class Forms:
    """What was typed and could not be taken, to be shown again."""

    yes: YesForm | None = None
    not_now: NotNowForm | None = None
    add: AddForm | None = None
    correct: CorrectForm | None = None

    @property
    def sent(self) -> YesForm | NotNowForm | AddForm | CorrectForm | None:
        return self.yes or self.not_now or self.add or self.correct


@_page
def introduction(visit: Visit) -> HttpResponse:
    """The question, or kindly what was answered."""
    return _show(visit, _asked(visit))


@_act
def yes(visit: Visit) -> HttpResponse:
    """One tap; where no address is known, with a way to be reached."""
    asked = _asked(visit)
    form = YesForm(visit.request.POST) if asked.needs_address and asked.can_be_answered else None
    if form is not None and not form.is_valid():
        return _show(visit, asked, Forms(yes=form), status=422)
    try:
        with transaction.atomic():
            accept_introduction(
                introduction=asked, now=visit.now, **(form.address() if form else {})
            )
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal, Forms(yes=form))
    return visit.back_to(PAGE)


@_act
def not_now(visit: Visit) -> HttpResponse:
    """Asked once more on the day they chose; without a day it is a no."""
    asked = _asked(visit)
    form = NotNowForm(visit.request.POST, today=_today(visit))
    if not form.is_valid():
        return _show(visit, asked, Forms(not_now=form), status=422)
    try:
        with transaction.atomic():
            postpone_introduction(
                introduction=asked, until=form.cleaned_data["until"], now=visit.now
            )
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal, Forms(not_now=form))
    return visit.back_to(PAGE)


@_act
def no(visit: Visit) -> HttpResponse:
    return _decline(visit, never=False)


@_act
def never(visit: Visit) -> HttpResponse:
    return _decline(visit, never=True)


@_act
def undo(visit: Visit) -> HttpResponse:
    """Take the answer back, as long as it has not taken effect."""
    asked = _asked(visit)
    try:
        with transaction.atomic():
            if asked.came_by_link:
                take_back_coming(introduction=asked, now=visit.now)
            else:
                undo_answer(introduction=asked, now=visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal)
    return visit.back_to(PAGE)


@_act
def add(visit: Visit) -> HttpResponse:
    """What may follow a yes: a sentence, how to be reached, what the advocate may hear."""
    asked = _asked(visit)
    form = AddForm(visit.request.POST, introduction=asked)
    if not form.is_valid():
        return _show(visit, asked, Forms(add=form), status=422)
    try:
        with transaction.atomic():
            add_to_answer(introduction=asked, now=visit.now, **form.cleaned_data)
    except Refusal as refusal:
        return _refused(visit, refusal, Forms(add=form))
    messages.success(visit.request, "Kept. It goes with the letter.")
    response = visit.back_to(PAGE)
    # What was left empty stays so: the draft is not shown again.
    response["Location"] += "?kept"
    return response


@_act
def correct(visit: Visit) -> HttpResponse:
    """A wrong name, address or number is put right; nothing else changes by it."""
    asked = _asked(visit)
    form = CorrectForm(visit.request.POST, introduction=asked)
    if not form.is_valid():
        return _show(visit, asked, Forms(correct=form), status=422)
    try:
        with transaction.atomic():
            correct_held(introduction=asked, now=visit.now, **form.cleaned_data)
    except Refusal as refusal:
        return _refused(visit, refusal, Forms(correct=form))
    messages.success(visit.request, "Put right.")
    return visit.back_to(PAGE)


@_act
def erase(visit: Visit) -> HttpResponse:
    """A no, for the sake of what is held; pressed again later, it does not wait."""
    try:
        with transaction.atomic():
            erase_held(introduction=_asked(visit), now=visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal)
    return visit.back_to(PAGE)


@_act
def send_now(visit: Visit) -> HttpResponse:
    """The letter to all three leaves without waiting; not on the heels of the yes."""
    asked = _asked(visit)
    if asked.state != IntroductionState.HANDSHAKE:
        try:
            with transaction.atomic():
                press_send_now(introduction=asked, now=visit.now)
        except Refusal as refusal:
            return _refused(visit, refusal)
    return visit.back_to(PAGE)


def _decline(visit: Visit, *, never: bool) -> HttpResponse:
    try:
        with transaction.atomic():
            decline_introduction(introduction=_asked(visit), never=never, now=visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, refusal)
    return visit.back_to(PAGE)


def _asked(visit: Visit) -> Introduction:
    """The introduction of this link. Raises for one that has run out or was taken back."""
    asked = (
        Introduction.objects.select_related(
            "business", "contact", "advocate__contact", "ask__sender"
        )
        .filter(pk=visit.link.subject_id)
        .first()
    )
    if asked is None:
        raise UnknownLink
    if asked.state == IntroductionState.WITHDRAWN:
        raise IntroductionWithdrawn
    if asked.has_expired(visit.now):
        raise IntroductionExpired
    return asked


def _refused(visit: Visit, refusal: Refusal, forms: Forms | None = None) -> HttpResponse:
    """The page as it is now, with the refusal beside its field, or above everything."""
    if refusal.status == GONE:
        raise refusal
    forms = forms or Forms()
    asked = _asked(visit)  # Afresh: it may be what somebody quicker made of it.
    form = forms.sent
    if form is not None and form.takes(refusal):
        form.refuse(refusal)
        return _show(visit, asked, forms, status=refusal.status)
    return _show(visit, asked, status=refusal.status, wrong=refusal.message)


def _show(
    visit: Visit,
    asked: Introduction,
    forms: Forms | None = None,
    *,
    status: int = 200,
    wrong: str = "",
) -> HttpResponse:
    if asked.state in BY_LINK:
        return show_waiting(visit, asked, status=status, wrong=wrong)
    forms = forms or Forms()
    business = visit.business
    sender = (asked.ask.sender if asked.ask else None) or owner_of(business)
    today = _today(visit)
    context: dict[str, object] = {
        "introduction": asked,
        "advocate": asked.advocate.contact,
        "host": host_name(sender, business),
        "host_full": sender.name or business.name,
        "place": one_line_place(business.postal_address),
        "wrong": wrong,
        "told_by_reward": told_by_reward(asked.terms, asked.advocate.contact.first_name),
        "held_address": masked(asked.prospect_email or asked.prospect_phone),
        "greets": greets(asked.words, asked.prospect_first_name),
        "signs": signs(asked.words, asked.advocate.contact.first_name),
        "yes_form": forms.yes or YesForm(),
        "not_now_form": forms.not_now or NotNowForm(today=today),
        "may_postpone": asked.came_back_at is None,
        "correct_form": forms.correct or CorrectForm(introduction=asked),
        "later": [(label, today + timedelta(days=days)) for label, days in _LATER],
    }
    if asked.state in WAITING:
        return visit.page(
            "guests/introduction.html",
            context | about(visit, "guests:introduction_picture"),
            status,
        )
    draft = _draft(visit, asked, str(context["host"]))
    answered = _answered(visit, asked, forms.add or AddForm(introduction=asked, draft=draft))
    return visit.page("guests/answered.html", context | answered, status)


def _at(name: str, visit: Visit) -> str:
    return reverse(f"guests:{name}", kwargs={"token": visit.token})


def _answered(visit: Visit, asked: Introduction, form: AddForm) -> dict[str, object]:
    """What an answer led to, when it takes effect, and whether it can be taken back."""
    takes_effect = (asked.answered_at or visit.now) + settings.UNDO_WINDOW
    undoable = asked.can_be_undone(visit.now, settings.UNDO_WINDOW)
    soon = when(takes_effect, visit.now)
    if not visit.business.may_send:
        leaves = f"The letter leaves as soon as {visit.business.name or 'the firm'} may send any."
    else:
        leaves = f"The letter leaves {soon}." if undoable else "The letter is on its way."
    return {
        "can_undo": undoable,
        "soon": soon,
        "leaves": leaves,
        "readers": readers_of_handshake(asked),
        "add_form": form,
        "now_url": _at("send_now", visit) if asked.may_be_made_final(visit.now) else "",
        "may_be_made_final": asked.may_be_made_final(visit.now),
        "final_from": when((asked.answered_at or visit.now) + SECOND_THOUGHT, visit.now),
    }


def _draft(visit: Visit, asked: Introduction, host: str) -> str:
    """A sentence to begin with, unless they have kept what they wanted."""
    if "kept" in visit.request.GET:
        return ""
    name, advocate = asked.prospect_first_name, asked.advocate.contact.first_name
    return drafted_sentence(name=name, host=host, advocate=advocate)


def _today(visit: Visit) -> date:
    return clock.today(visit.business, visit.now)
