"""How it was for customers: who answered what, asking somebody, and what was said aloud."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from businesses.refusals import Refusal
from contacts.models import LONGEST_TEXT, Contact
from desk.access import may_write, refused
from desk.forms import DayField, PlainForm
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from feedback.messages import preview_of_question
from feedback.models import HIGHEST_SCORE, Feedback
from feedback.services import (
    ScoreOutOfRange,
    ask_for_feedback,
    keep_heard_answer,
    next_question_at,
    refuse_unreachable,
)
from insights.satisfaction import how_it_was

PAGE = 30


@require_safe
def answers(request: DeskRequest, slug: str) -> HttpResponse:
    """How many answer, what they say by month, and each answer with its why."""
    now = clock.now()
    before = id_in_address(request, "before")
    rows = Feedback.objects.select_related("contact", "heard_by__user").order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    context = {
        "said": how_it_was(business=request.business, now=now),
        "answers": found[:PAGE],
        "older": f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "is_later": before is not None,
    }
    return render(request, "desk/feedback/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def ask(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The question as this person will read it; a POST sends it."""
    contact = get_object_or_404(Contact.objects.select_related("business"), pk=id)
    now = clock.now()
    status = 200
    if request.method == "POST":
        status = refused(
            request,
            lambda: ask_for_feedback(
                contact=contact, by=request.actor, sender=request.user, now=now
            ),
            f"{contact.first_name} is asked. The answer will stand here, and on Today if something"
            " is to be put right.",
        )
        if status == 200:
            return redirect("desk:person", slug=slug, id=contact.pk)
    return _ask_page(request, contact, status)


class HeardForm(PlainForm):
    """What a customer said by phone or at the counter."""

    score = forms.IntegerField(
        label="How likely to recommend you, from 0 to 10",
        min_value=0,
        max_value=HIGHEST_SCORE,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), ScoreOutOfRange.message
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    why = forms.CharField(
        label="In their words",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    heard_on = DayField(label="When, if it was not today", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def heard(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """An answer that was said aloud; a POST keeps it as if they had written it."""
    contact = get_object_or_404(Contact.objects.select_related("business"), pk=id)
    form = HeardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_heard_answer(
                contact=contact,
                **form.cleaned_data,
                heard_by=request.membership,
                by=request.actor,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("heard_on", refusal.message)
        else:
            next_step = " Put it right first: it is on Today." if kept.is_detractor else ""
            messages.success(request, f"Kept, as {contact.first_name} said it.{next_step}")
            return redirect("desk:person", slug=slug, id=contact.pk)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "desk/feedback/heard.html", {"contact": contact, "form": form}, status=status
    )


def _ask_page(request: DeskRequest, contact: Contact, status: int) -> HttpResponse:
    now = clock.now()
    until = next_question_at(contact=contact, now=now)
    why_not = _why_not(contact)
    can_be_asked = until is None and not why_not
    context = {
        "contact": contact,
        "until": until,
        "why_not": why_not,
        "letter": preview_of_question(contact=contact, sender=request.user)
        if can_be_asked
        else None,
    }
    return render(request, "desk/feedback/ask.html", context, status=status)


def _why_not(contact: Contact) -> str:
    try:
        refuse_unreachable(contact)
    except Refusal as refusal:
        return refusal.message
    return ""
