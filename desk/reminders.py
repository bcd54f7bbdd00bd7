"""Reminders, done or put off from Today."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from businesses import clock
from businesses.tenancy import locked
from contacts.services import log_interaction
from contacts.states import InteractionKind
from desk.access import may_write, refused
from desk.requests import DeskRequest
from desk.today import show_today
from introductions.models import Ask
from introductions.services import note_answer
from outreach.models import Reminder
from outreach.services import finish_reminder, snooze_reminder

FEW_DAYS = 2
MOST_DAYS = 90


@require_POST
@may_write
def done(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It is done; with `kind=call` the call is kept, too. A second press keeps no second call."""
    reminder = locked(_reminder(id))
    now = clock.now()
    is_open = reminder.done_at is None and reminder.closed_at is None
    if is_open and request.POST.get("kind") == "answered":
        _answered_elsewhere(request, reminder)
    elif is_open and request.POST.get("kind") == InteractionKind.CALL:
        contact = reminder.contact
        log_interaction(contact=contact, kind=InteractionKind.CALL, by=request.actor, now=now)
        messages.success(request, f"Kept: call with {contact.first_name}.")
    finish_reminder(reminder=reminder, by=request.actor, now=now)
    return redirect("desk:today", slug=slug)


@require_POST
@may_write
def snooze(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Put off by `days` from today."""
    reminder = _reminder(id)
    now = clock.now()
    days = request.POST.get("days", "")
    count = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else FEW_DAYS
    until = clock.today(request.business, now) + timedelta(days=min(max(count, 1), MOST_DAYS))
    status = refused(
        request,
        lambda: snooze_reminder(reminder=reminder, until=until, by=request.actor, now=now),
    )
    return redirect("desk:today", slug=slug) if status == 200 else show_today(request, status)


def _answered_elsewhere(request: DeskRequest, reminder: Reminder) -> None:
    """They answered an ask by another way than its page: no plan nudges them any more."""
    ask = Ask.objects.filter(pk=reminder.subject_id).first() if reminder.subject_id else None
    if ask is not None:
        note_answer(ask=ask, by=request.actor, now=clock.now())
        messages.success(request, f"Good. {reminder.contact.first_name} is not reminded of it.")


def _reminder(key: UUID) -> Reminder:
    return get_object_or_404(Reminder.objects.select_related("contact", "business"), pk=key)
