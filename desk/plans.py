"""Follow-up plans: what they do, who is on them, what is coming, and letters to look at."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from businesses import clock
from contacts.models import Contact
from desk.access import may_manage, may_write, refused
from desk.forms import PlainForm
from desk.people.ids import id_in_address
from desk.plan_forms import PlanForm, RenameForm
from desk.plan_steps import lines_of
from desk.requests import DeskRequest
from outreach import services
from outreach.beginnings import BEGINNINGS
from outreach.carried import BRACED
from outreach.models import (
    Cadence,
    Enrolment,
    EnrolmentState,
    StepTaken,
    Trigger,
)
from outreach.models.cadence import LONGEST_WORDS

WEEK = timedelta(days=7)
SHOWN = 50


class DraftForm(PlainForm):
    """The words of one letter, before it leaves."""

    subject = forms.CharField(
        label="Subject",
        max_length=200,
        error_messages={"required": "Please give the letter a subject."},
    )
    words = forms.CharField(
        label="Your words",
        max_length=LONGEST_WORDS,
        error_messages={"required": "Write a few words."},
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class BeginForm(PlainForm):
    plan = forms.UUIDField()


@require_safe
def plans(request: DeskRequest, slug: str) -> HttpResponse:
    """All plans, each with how many people are on it."""
    return _plans_page(request)


def _plans_page(
    request: DeskRequest, status: int = 200, form: PlanForm | None = None
) -> HttpResponse:
    services.ensure_cadences(business=request.business, now=clock.now())
    going_on = Count("enrolments", filter=Q(enrolments__state=EnrolmentState.ACTIVE))
    found = Cadence.objects.annotate(going_on=going_on).prefetch_related("steps")
    context = {
        "plans": found.order_by("position", "created_at"),
        "form": form or PlanForm(),
        "is_open": form is not None,
    }
    return render(request, "desk/plans/plans.html", context, status=status)


@require_safe
def plan(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """One plan: its steps, and for each person what was done, what was left out and why."""
    return _plan_page(request, found_plan(id))


def _plan_page(
    request: DeskRequest, cadence: Cadence, status: int = 200, rename: RenameForm | None = None
) -> HttpResponse:
    rows = Enrolment.objects.filter(cadence=cadence).for_list().order_by("-id")
    after = id_in_address(request, "after")
    enrolments = list((rows.filter(pk__lt=after) if after else rows)[: SHOWN + 1])
    context = {
        "plan": cadence,
        "beginning": BEGINNINGS[cadence.trigger],
        "steps": lines_of(cadence),
        "rename": rename or RenameForm(initial={"name": cadence.name}),
        "is_open": rename is not None,
        "enrolments": enrolments[:SHOWN],
        "older": _older(enrolments),
        "is_later": after is not None,
        "nobody_yet": "Begin it for somebody on their page."
        if cadence.trigger == Trigger.BY_HAND
        else "It begins by itself when its time comes.",
    }
    return render(request, "desk/plans/plan.html", context, status=status)


@require_POST
@may_manage
def add(request: DeskRequest, slug: str) -> HttpResponse:
    """A plan of one's own; the same again leads to the one there is."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _plans_page(request, 422, form)
    made: list[Cadence] = []
    status = refused(
        request,
        lambda: made.append(
            services.add_cadence(
                business=request.business, by=request.actor, now=clock.now(), **form.told()
            )
        ),
    )
    if status != 200:
        return _plans_page(request, status, form)
    return redirect("desk:plan", slug=slug, id=made[0].pk)


@require_POST
@may_manage
def switch(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """On or off, by the value that is sent: a second press changes nothing."""
    services.switch_cadence(
        cadence=found_plan(id),
        is_on=request.POST.get("on") == "1",
        by=request.actor,
        now=clock.now(),
    )
    return redirect("desk:plan", slug=slug, id=id)


@require_POST
@may_manage
def rename(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A plan of one's own is called otherwise."""
    cadence, form = found_plan(id), RenameForm(request.POST)
    if not form.is_valid():
        return _plan_page(request, cadence, 422, form)
    status = refused(
        request,
        lambda: services.rename_cadence(
            cadence=cadence, name=form.cleaned_data["name"], by=request.actor, now=clock.now()
        ),
    )
    if status != 200:
        return _plan_page(request, cadence, status)
    return redirect("desk:plan", slug=slug, id=id)


@require_POST
@may_manage
def remove(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A plan of one's own is gone; one that somebody is or was on is switched off instead."""
    cadence = found_plan(id)
    gone: list[bool] = []
    status = refused(
        request,
        lambda: gone.append(
            services.remove_cadence(cadence=cadence, by=request.actor, now=clock.now())
        ),
    )
    if status != 200:
        return _plan_page(request, cadence, status)
    if gone == [True]:
        messages.success(request, f"The plan “{cadence.name}” is gone.")
        return redirect("desk:settings_plans", slug=slug)
    messages.info(
        request,
        "Somebody is on it, or was, and what was done for them stays. So it is switched off: it"
        " begins for nobody new.",
    )
    return redirect("desk:plan", slug=slug, id=id)


@require_POST
@may_manage
def restore(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """All steps as they were at first."""
    services.restore_cadence(cadence=found_plan(id), by=request.actor, now=clock.now())
    messages.success(request, "Back to what it was at first.")
    return redirect("desk:plan", slug=slug, id=id)


@require_safe
def coming(request: DeskRequest, slug: str) -> HttpResponse:
    """The next seven days: to whom, in which words. Looking changes nothing."""
    now = clock.now()
    rows = services.whose_steps_come(until=now + WEEK).order_by("due_at", "id")
    after = id_in_address(request, "after")
    last = Enrolment.objects.active().filter(pk=after).first() if after else None
    if last is not None:
        beyond = Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, pk__gt=last.pk)
        rows = rows.filter(beyond)
    enrolments = list(rows[: SHOWN + 1])
    found = services.what_is_coming(
        business=request.business, enrolments=enrolments[:SHOWN], now=now, until=now + WEEK
    )
    context = {"coming": found, "older": _older(enrolments), "is_later": last is not None}
    return render(request, "desk/plans/coming.html", context)


def _older(found: Sequence[Enrolment]) -> str:
    """Where the next page begins; empty on the last one."""
    return f"?after={found[SHOWN - 1].pk}" if len(found) > SHOWN else ""


@require_POST
@may_write
def stop(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """No further step of this plan for this person."""
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("cadence", "contact", "business"), pk=id
    )
    status = refused(
        request,
        lambda: services.stop_enrolment(
            enrolment=enrolment, reason="Stopped by hand.", by=request.actor, now=clock.now()
        ),
        f"{enrolment.contact.first_name} is off this plan.",
    )
    if status == 200:
        return redirect("desk:plan", slug=slug, id=enrolment.cadence_id)
    return _plan_page(request, enrolment.cadence, status)


@require_POST
@may_write
def begin(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Put this person on a plan, by hand; once a day at most."""
    contact = get_object_or_404(Contact.objects.select_related("business"), pk=id)
    now = clock.now()
    form = BeginForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the plans.")
        return _plans_page(request, 422)
    rows = Cadence.objects.select_related("business").prefetch_related("steps")
    cadence = get_object_or_404(rows, pk=form.cleaned_data["plan"])
    status = refused(
        request,
        lambda: services.begin_by_hand(cadence=cadence, contact=contact, by=request.actor, now=now),
        f"Begun for {contact.first_name}.",
    )
    if status != 200:
        return _plan_page(request, cadence, status)
    return redirect("desk:person", slug=slug, id=id)


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def draft(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A letter that waits for a look. A POST keeps other words; its buttons stand beside."""
    row = _draft(id)
    form = DraftForm(request.POST or None, initial={"subject": row.subject, "words": row.words})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = refused(
                request,
                lambda: services.change_draft(draft=row, now=clock.now(), **form.cleaned_data),
                "Kept.",
            )
        if status == 200:
            return redirect("desk:draft", slug=slug, id=id)
    return _draft_page(request, row, form, status)


def _draft_page(request: DeskRequest, row: StepTaken, form: DraftForm, status: int) -> HttpResponse:
    letter = services.preview_of_draft(draft=row, sender=request.user)
    context = {"draft": row, "form": form, "letter": letter, "button": BRACED}
    return render(request, "desk/plans/draft.html", context, status=status)


@require_POST
@may_write
def draft_send(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    row = _draft(id)
    status = refused(
        request,
        lambda: services.send_draft(
            draft=row, by=request.actor, sender=request.user, now=clock.now()
        ),
        f"On its way to {row.enrolment.contact.first_name}.",
    )
    return redirect("desk:today", slug=slug) if status == 200 else _shown(request, id, status)


@require_POST
@may_write
def draft_dismiss(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    row = _draft(id)
    reason = request.POST.get("reason", "")
    status = refused(
        request,
        lambda: services.dismiss_draft(draft=row, reason=reason, by=request.actor, now=clock.now()),
        "This letter is not sent.",
    )
    return redirect("desk:today", slug=slug) if status == 200 else _shown(request, id, status)


def _shown(request: DeskRequest, key: UUID, status: int) -> HttpResponse:
    row = _draft(key)
    form = DraftForm(initial={"subject": row.subject, "words": row.words})
    return _draft_page(request, row, form, status)


def found_plan(key: UUID) -> Cadence:
    return get_object_or_404(Cadence.objects.select_related("business"), pk=key)


def _draft(key: UUID) -> StepTaken:
    rows = StepTaken.objects.with_letter().select_related(
        "business", "enrolment__contact", "enrolment__cadence", "enrolment__business"
    )
    return get_object_or_404(rows.exclude(words=""), pk=key)
