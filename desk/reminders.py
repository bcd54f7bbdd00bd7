"""One thing to do: done, put off, handed on or skipped, from Today or from the list of all."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from activity.actors import Actor
from businesses import clock
from businesses.models import Membership
from businesses.tenancy import locked
from contacts.states import InteractionKind
from desk.access import may_write, refused
from desk.people.ids import id_or_404
from desk.reminder_forms import UntilForm
from desk.reminder_list import is_from_list, team_of, way_back
from desk.requests import DeskRequest
from desk.today import show_today
from introductions.services import note_answer_reminded_of
from outreach.models import Reminder
from outreach.services import (
    finish_reminder,
    hand_reminder,
    note_spoken,
    reopen_reminder,
    skip_reminder,
    snooze_reminder,
    why_it_stays_over,
)

# They answered an ask by another way than its page.
ANSWERED = "answered"
FEW_DAYS = 2
MOST_DAYS = 90
# What is offered as a reason to skip something; own words do, too.
REASONS = ("It is settled", "It is no longer wanted", "It does not fit now")


@require_safe
def reminder(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """One thing to do, with all that can be done with it."""
    return _show(request, _reminder(id))


def _show(
    request: DeskRequest, reminder: Reminder, status: int = 200, until: UntilForm | None = None
) -> HttpResponse:
    context = {
        "reminder": reminder,
        "stays_over": why_it_stays_over(reminder),
        "reasons": REASONS,
        "team": _team(request, reminder),
        "until": until or UntilForm(business=request.business),
        "back": way_back(request),
    }
    return render(request, "desk/today/reminder.html", context, status=status)


@require_POST
@may_write
def done(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It is done; with `kind=call` the call is kept, too, with `kind=answered` that they answered.

    A second press keeps no second call.
    """
    reminder = locked(_reminder(id))
    was_open, kind = reminder.is_open, request.POST.get("kind")
    status = refused(request, lambda: _do(reminder, kind, request.actor))
    if status != 200:
        return _show(request, _reminder(id), status)
    if was_open and kind == InteractionKind.CALL:
        messages.success(request, f"Kept: call with {reminder.contact.first_name}.")
    if kind == ANSWERED:
        messages.success(request, f"Good. {reminder.contact.first_name} is not reminded of it.")
    else:
        place = f"{reverse('desk:reminder', args=[slug, reminder.pk])}{way_back(request)}"
        messages.success(request, format_html('Done. <a href="{}">Open it again</a>', place))
    return _back(request, slug)


def _do(reminder: Reminder, kind: str | None, by: Actor) -> None:
    now = clock.now()
    if kind == ANSWERED:
        note_answer_reminded_of(reminder=reminder, by=by, now=now)
    elif kind == InteractionKind.CALL:
        note_spoken(reminder=reminder, by=by, now=now)
    else:
        finish_reminder(reminder=reminder, by=by, now=now)


@require_POST
@may_write
def reopen(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It is to be done after all."""
    reminder = _reminder(id)
    status = refused(
        request,
        lambda: reopen_reminder(reminder=reminder, by=request.actor, now=clock.now()),
        done="It is open again.",
    )
    return _show(request, _reminder(id), status)


@require_POST
@may_write
def snooze(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Put off by `days` from today, or with `until` to that day."""
    reminder = _reminder(id)
    now = clock.now()
    form = UntilForm(request.POST, business=request.business) if "until" in request.POST else None
    if form is not None and not form.is_valid():
        return _show(request, reminder, 422, form)
    until = form.cleaned_data["until"] if form else _in_days(request, now)
    status = refused(
        request,
        lambda: snooze_reminder(reminder=reminder, until=until, by=request.actor, now=now),
    )
    if status == 200:
        return _back(request, slug)
    if form is None and not is_from_list(request):
        return show_today(request, status)
    return _show(request, reminder, status, form)


def _in_days(request: DeskRequest, now: datetime) -> date:
    days = request.POST.get("days", "")
    count = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else FEW_DAYS
    return clock.today(request.business, now) + timedelta(days=min(max(count, 1), MOST_DAYS))


@require_POST
@may_write
def hand(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """To a colleague, or with none chosen to everybody."""
    reminder = _reminder(id)
    to = _colleague(request, request.POST.get("assignee", ""))
    status = refused(
        request,
        lambda: hand_reminder(reminder=reminder, to=to, by=request.actor, now=clock.now()),
        done=f"Handed to {to.label}." if to else "It is everybody’s again.",
    )
    return _back(request, slug) if status == 200 else _show(request, _reminder(id), status)


@require_POST
@may_write
def skip(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Let go for a reason: in own words where there are any, else one of those offered."""
    reminder = _reminder(id)
    reason = request.POST.get("own", "").strip() or request.POST.get("reason", "")
    status = refused(
        request,
        lambda: skip_reminder(reminder=reminder, reason=reason, by=request.actor, now=clock.now()),
        done="Skipped. Why is kept with the person.",
    )
    return _back(request, slug) if status == 200 else _show(request, _reminder(id), status)


def _team(request: DeskRequest, reminder: Reminder) -> Sequence[Membership]:
    """To whom it can be handed, the reader last; nobody where nobody else works here."""
    others = [one for one in team_of(request) if one.pk != reminder.assignee_id]
    return sorted(others, key=lambda one: one.pk == request.membership.pk)


def _colleague(request: DeskRequest, key: str) -> Membership | None:
    """Who works here under this id; None where none is given."""
    if not key:
        return None
    team = Membership.objects.filter(business=request.business).select_related("user")
    return get_object_or_404(team, pk=id_or_404(key))


def _back(request: DeskRequest, slug: str) -> HttpResponse:
    """To Today or the list, as it was looked at."""
    page = "desk:reminders" if is_from_list(request) else "desk:today"
    return redirect(f"{reverse(page, kwargs={'slug': slug})}{way_back(request)}")


def _reminder(key: UUID) -> Reminder:
    rows = Reminder.objects.select_related("contact", "business", "assignee__user")
    return get_object_or_404(rows, pk=key)
