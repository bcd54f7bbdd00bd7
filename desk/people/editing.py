"""Adding somebody, and changing what is known of them."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.models import Business
from businesses.presses import SAME_PRESS
from contacts.models import Contact
from contacts.services import (
    ContactExists,
    MetThroughThemself,
    add_contact,
    change_contact,
)
from contacts.states import Source
from desk.access import may_write
from desk.people.forms import PersonForm
from desk.people.sent_by import back, came_from
from desk.requests import DeskRequest

# What can be answered to *How did they find you?*
SOURCES = [(value, label) for value, label in Source.choices if value != Source.UNKNOWN]


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: DeskRequest, slug: str) -> HttpResponse:
    """Add a person. An address that is here already leads to whose it is, pressed twice or not."""
    form = PersonForm(request.POST or None, business=request.business)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            contact = _just_added(request, form, now) or add_contact(
                business=request.business, by=request.actor, now=now, **form.changes()
            )
        except ContactExists as exists:
            messages.info(request, exists.message)
            return redirect("desk:person", slug=slug, id=exists.contact.pk)
        messages.success(request, f"{contact.name} is among your people now.")
        return redirect("desk:person", slug=slug, id=contact.pk)
    context = {"form": form, "first": not Contact.objects.exists()}
    return render(request, "desk/people/new.html", context, status=_status(form))


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related("company", "met_through"), pk=id)
    form = PersonForm(
        request.POST or None, business=request.business, initial=_what_is_known(contact)
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(
                contact=contact, changes=form.changes(), by=request.actor, now=clock.now()
            )
        except ContactExists as exists:
            form.add_error("email", exists.message)
        except MetThroughThemself as refusal:
            form.add_error("met_through_name", refusal.message)
        else:
            messages.success(request, "Saved.")
            return redirect("desk:person", slug=slug, id=contact.pk)
    context = {"form": form, "contact": contact}
    return render(request, "desk/people/edit.html", context, status=_status(form))


@require_POST
@may_write
def person_source(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """How somebody found you, in one tap; back to where it was pressed.

    Whoever was sent by someone leads to the question by whom.
    """
    contact = get_object_or_404(Contact, pk=id)
    source = request.POST.get("source", "")
    if source in dict(SOURCES):
        change_contact(
            contact=contact, changes={"source": source}, by=request.actor, now=clock.now()
        )
        messages.success(request, f"Kept how {contact.first_name} found you.")
    if source == Source.SENT and contact.met_through_id is None:
        asked = reverse("desk:person_sent_by", kwargs={"slug": slug, "id": contact.pk})
        place = came_from(request)
        return redirect(f"{asked}?from={place}" if place else asked)
    return back(request, slug, contact)


def _just_added(request: DeskRequest, form: PersonForm, now: datetime) -> Contact | None:
    """Whom the first of two presses has added, where no address tells that they are the same."""
    given = form.cleaned_data
    if given["email"]:
        return None
    # One at a time: the second press waits here, and then finds what the first has made.
    Business.objects.select_for_update(no_key=True).get(pk=request.business.pk)
    return Contact.objects.filter(
        name=given["name"], phone=given["phone"], email="", created_at__gt=now - SAME_PRESS
    ).first()


def _what_is_known(contact: Contact) -> dict[str, object]:
    through = contact.met_through
    return {
        name: getattr(contact, name)
        for name in ("name", "email", *PersonForm.MORE)
        if name != "company_name"
    } | {
        "tags": ", ".join(contact.tags),
        "company_name": contact.company.name if contact.company else "",
        "met_through": through.pk if through else None,
        "met_through_name": through.name if through else "",
    }


def _status(form: PersonForm) -> int:
    return 422 if form.is_bound else 200
