"""The steps of a follow-up plan: their words and days, their order, which there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from desk.access import may_manage, refused
from desk.people.ids import id_or_404
from desk.plan_forms import StepForm
from desk.requests import DeskRequest
from outreach import services
from outreach.beginnings import timings_of, when_said
from outreach.cadences import fields_of
from outreach.models import Cadence, CadenceStep, StepKind, Timing


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as the plan's page shows it. `up` and `down`: before which one it goes then.

    None: it cannot; empty: to the end.
    """

    step: CadenceStep
    when: str
    up: str | None
    down: str | None


def lines_of(cadence: Cadence) -> Sequence[StepLine]:
    """Its steps in order."""
    steps = list(cadence.steps.order_by("position"))
    keys = [str(step.pk) for step in steps]
    return [
        StepLine(
            step,
            when_said(step, trigger=cadence.trigger, is_first=place == 0),
            up=keys[place - 1] if place else None,
            down=[*keys, ""][place + 2] if place + 1 < len(keys) else None,
        )
        for place, step in enumerate(steps)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def step(request: DeskRequest, slug: str, id: UUID, step: UUID) -> HttpResponse:
    """Other days and words for a step."""
    row = _step(id, step)
    first = {
        "days": row.days,
        "subject": row.subject,
        "words": row.words,
        "automatic": row.automatic,
        "timing": row.timing,
        "condition": row.condition,
        "reminder_kind": row.reminder_kind,
    }
    timings = _timings(row.cadence, before=row)
    form = StepForm(request.POST or None, initial=first, kind=row.kind, timings=timings)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told: dict[str, Any] = {"subject": "", "automatic": False} | form.cleaned_data
            status = refused(
                request,
                lambda: services.change_step(step=row, by=request.actor, now=clock.now(), **told),
                "Kept. Whoever comes to this step, or waits for it, gets it so.",
            )
        if status == 200:
            return redirect("desk:plan", slug=slug, id=id)
    context = {
        "form": form,
        "step": row,
        "fields": fields_of(row.cadence.trigger),
        "has_original": services.original_of(row) is not None,
    }
    return render(request, "desk/plans/step.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def step_new(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """One more step at the end: `?kind=letter` or `reminder`."""
    cadence = _plan(id)
    kind = StepKind.REMINDER if request.GET.get("kind") == "reminder" else StepKind.LETTER
    timings = _timings(cadence)
    form = StepForm(
        request.POST or None,
        initial={"days": 7, "reminder_kind": "follow_up"},
        kind=kind,
        timings=timings,
    )
    form.fields.pop("automatic", None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told: dict[str, Any] = {"subject": ""} | form.cleaned_data
            status = refused(
                request,
                lambda: services.add_step(
                    cadence=cadence, kind=kind, by=request.actor, now=clock.now(), **told
                ),
                "The step is added.",
            )
        if status == 200:
            return redirect("desk:plan", slug=slug, id=id)
    step = CadenceStep(cadence=cadence, kind=kind)
    context = {"form": form, "step": step, "fields": fields_of(cadence.trigger), "is_new": True}
    return render(request, "desk/plans/step.html", context, status=status)


@require_POST
@may_manage
def step_remove(request: DeskRequest, slug: str, id: UUID, step: UUID) -> HttpResponse:
    """Nobody comes to this step any more; a second press finds it gone."""
    row = CadenceStep.objects.select_related("cadence__business").filter(pk=step, cadence=id)
    for found in row:
        services.remove_step(step=found, by=request.actor, now=clock.now())
        messages.success(request, "The step is gone.")
    return redirect("desk:plan", slug=slug, id=_plan(id).pk)


@require_POST
@may_manage
def step_restore(request: DeskRequest, slug: str, id: UUID, step: UUID) -> HttpResponse:
    row = _step(id, step)
    if services.original_of(row) is None:
        messages.info(request, "You added this step, so there is nothing to go back to.")
    else:
        services.restore_step(step=row, by=request.actor, now=clock.now())
        messages.success(request, "Back to what it was at first.")
    return redirect("desk:plan_step", slug=slug, id=id, step=step)


@require_POST
@may_manage
def step_move(request: DeskRequest, slug: str, id: UUID, step: UUID) -> HttpResponse:
    """Before the step that is named, or to the end; a second press finds it there."""
    row = _step(id, step)
    named = request.POST.get("before", "")
    before = _step(id, id_or_404(named)) if named else None
    services.move_step(step=row, before=before, by=request.actor, now=clock.now())
    return redirect("desk:plan", slug=slug, id=id)


def _timings(cadence: Cadence, before: CadenceStep | None = None) -> Mapping[Timing, str]:
    """How the days of this step may be counted, or those of one more at the end."""
    earlier = cadence.steps.all()
    if before is not None:
        earlier = earlier.filter(position__lt=before.position)
    return timings_of(cadence.trigger, is_first=not earlier.exists())


def _plan(key: UUID) -> Cadence:
    return get_object_or_404(Cadence.objects.select_related("business"), pk=key)


def _step(plan: UUID, key: UUID) -> CadenceStep:
    rows = CadenceStep.objects.select_related("cadence__business", "business")
    return get_object_or_404(rows, pk=key, cadence=plan)
