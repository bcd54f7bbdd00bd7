"""An ask: its letter, whether it leaves, and what became of it."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from businesses import clock
from desk.access import may_write, refused
from desk.asks.forms import NudgeForm
from desk.asks.gate import Gate, were_compared
from desk.letters import when_it_leaves
from desk.requests import DeskRequest
from introductions.gate import obstacles_of
from introductions.messages import preview_of_ask, preview_of_nudge
from introductions.models import Ask
from introductions.services import (
    let_ask_leave,
    note_answer,
    nudge_ask,
    send_ask,
    undo_withdrawal,
    withdraw_ask,
)
from introductions.services.nudges import words_for_nudge
from introductions.states import AskState
from outreach.catalogue import ASK, NUDGE
from outreach.letters import Rendered
from outreach.models import Message, Reminder
from outreach.services import finish_reminder
from outreach.states import LEFT, MessageState

_WAITING = (MessageState.SCHEDULED, MessageState.HELD)


@require_GET
def ask(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    return _page(request, found_ask(id))


@require_POST
@may_write
def ask_send(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Send a draft, or let a letter leave that something came in the way of."""
    found = found_ask(id)
    act = let_ask_leave if "release" in request.POST else send_ask
    return _after(
        request,
        found,
        lambda: act(
            ask=found,
            reason=request.POST.get("reason", ""),
            fits=were_compared(request, found.advocate),
            by=request.actor,
            now=clock.now(),
        ),
        lambda: _says_sent(found),
    )


@require_POST
@may_write
def ask_withdraw(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = found_ask(id)
    return _after(
        request,
        found,
        lambda: withdraw_ask(ask=found, by=request.actor, now=clock.now()),
        lambda: "Taken back. If the letter had left, its link leads nowhere now.",
    )


@require_POST
@may_write
def ask_take_up(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It was not to be taken back."""
    found = found_ask(id)
    return _after(
        request,
        found,
        lambda: undo_withdrawal(ask=found, by=request.actor, now=clock.now()),
        lambda: "It stands again.",
    )


@require_POST
@may_write
def ask_nudge(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The one reminder, in the words that were looked at; `look` only shows it."""
    found = found_ask(id)
    form = NudgeForm(request.POST)
    if not form.is_valid() or "look" in request.POST:
        return _page(request, found, 200 if form.is_valid() else 422, nudge=form)
    return _after(
        request,
        found,
        lambda: nudge_ask(
            ask=found,
            words=form.cleaned_data["words"],
            by=request.actor,
            sender=request.user,
            now=clock.now(),
        ),
        lambda: f"{found.advocate.contact.first_name} is reminded, this once.",
        nudge=form,
    )


@require_POST
@may_write
def ask_answered(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """They answered by another way than the page; `not_yet`: what reminds of that is done."""
    found = found_ask(id)
    if "not_yet" in request.POST:
        return _after(
            request, found, lambda: _not_yet(found, request), lambda: "It rests until they answer."
        )
    first_name = found.advocate.contact.first_name
    return _after(
        request,
        found,
        lambda: note_answer(ask=found, by=request.actor, now=clock.now()),
        lambda: f"Good. {first_name} is not reminded of it.",
    )


def _not_yet(found: Ask, request: DeskRequest) -> None:
    for reminder in Reminder.objects.open().regarding(found):
        finish_reminder(reminder=reminder, by=request.actor, now=clock.now())


def found_ask(key: UUID) -> Ask:
    return get_object_or_404(
        Ask.objects.select_related("advocate__contact", "sender", "business"), pk=key
    )


def _says_sent(found: Ask) -> str:
    leaves = when_it_leaves(_letter(found, ASK))
    return f"It leaves {leaves}." if leaves else "It is sent."


def _after(
    request: DeskRequest,
    found: Ask,
    act: Callable[[], object],
    done: Callable[[], str],
    nudge: NudgeForm | None = None,
) -> HttpResponse:
    status = refused(request, act)
    if status != 200:
        return _page(request, found_ask(found.pk), status, nudge)
    messages.success(request, done())
    return redirect("desk:ask", slug=request.business.slug, id=found.pk)


def _letter(found: Ask, kind: str) -> Message | None:
    letters = Message.objects.regarding(found).filter(kind=kind)
    return letters.order_by("-created_at", "-id").first()


def _page(
    request: DeskRequest, found: Ask, status: int = 200, nudge: NudgeForm | None = None
) -> HttpResponse:
    message = _letter(found, ASK)
    waits = found.state == AskState.DRAFT or (
        found.state == AskState.SENT and message is not None and message.state in _WAITING
    )
    has_left = message is not None and message.state in LEFT
    context = {
        "ask": found,
        "contact": found.advocate.contact,
        "waits_until": request.business.asks_wait_until(clock.today(request.business)),
        "letter": preview_of_ask(ask=found, sender=found.sender or request.user),
        "message": message,
        "may_take_up": request.membership.may_write
        and found.can_be_taken_up(clock.now(), settings.UNDO_WINDOW),
        "leaves": when_it_leaves(message),
        "introductions": found.introductions.order_by("created_at"),
        "gate": Gate(obstacles_of(found, now=clock.now())) if waits else None,
        "kinds": found.advocate.only_about
        if found.advocate.only_about != found.checked_against
        else "",
        "nudge_letter": _letter(found, NUDGE) if found.nudged_at else None,
        "nudge": _nudge(found, nudge) if has_left else None,
        "may_say_answered": has_left
        and request.membership.may_write
        and found.can_become(AskState.ANSWERED),
        "is_reminded_of": Reminder.objects.open().regarding(found).exists(),
        "nudge_preview": _nudge_preview(request, found, nudge),
    }
    return render(request, "desk/asks/ask.html", context, status=status)


def _nudge(found: Ask, form: NudgeForm | None) -> NudgeForm | None:
    """The form for the one reminder, as long as there may be one."""
    if found.state != AskState.SENT or found.nudged_at is not None:
        return None
    return form or NudgeForm(initial={"words": words_for_nudge(found)})


def _nudge_preview(request: DeskRequest, found: Ask, form: NudgeForm | None) -> Rendered | None:
    if form is None or not form.is_valid():
        return None
    words = form.cleaned_data["words"]
    return preview_of_nudge(ask=found, words=words, sender=request.user)
