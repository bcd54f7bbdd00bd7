"""How it was for customers: who answered what, and asking somebody."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from businesses.refusals import Refusal
from contacts.models import Contact
from desk.access import may_write, refused
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from feedback.messages import preview_of_question
from feedback.models import Feedback
from feedback.services import ask_for_feedback, next_question_at, refuse_unreachable
from insights.satisfaction import how_it_was

PAGE = 30


@require_safe
def answers(request: DeskRequest, slug: str) -> HttpResponse:
    """How many answer, what they say by month, and each answer with its why."""
    now = clock.now()
    before = id_in_address(request, "before")
    rows = Feedback.objects.select_related("contact").order_by("-id")
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
