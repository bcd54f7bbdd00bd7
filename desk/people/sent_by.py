"""Who sent a customer: asked after the tap that says *Sent by someone*, and easily left open."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from contacts.models import Contact
from contacts.services import MetThroughThemself, change_contact
from desk.access import may_write
from desk.people.forms import FirstFieldForm, suggesting, who_is_meant
from desk.requests import DeskRequest

FROM_TODAY = "today"


class SentByForm(FirstFieldForm):
    """Somebody who is known here already."""

    sender_name = forms.CharField(
        label="Who sent them?",
        max_length=75,
        widget=forms.TextInput(attrs=suggesting("sender_name")),
        error_messages={"required": "Please give a name, or leave it open."},
    )
    sender = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> None:
        self.cleaned_data["known"] = who_is_meant(self, "sender")


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def person_sent_by(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Keep through whom somebody came, or leave it open; back to where it was pressed."""
    contact = get_object_or_404(Contact.objects.select_related("met_through"), pk=id)
    through = contact.met_through
    known = {"sender": through.pk, "sender_name": through.name} if through else {}
    form = SentByForm(request.POST or None, initial=known)
    form.begin_at("sender_name")
    if request.method == "POST" and form.is_valid():
        sender = form.cleaned_data["known"]
        try:
            change_contact(
                contact=contact,
                changes={"met_through": sender},
                by=request.actor,
                now=clock.now(),
            )
        except MetThroughThemself as refusal:
            form.add_error("sender_name", refusal.message)
        else:
            messages.success(request, f"Kept: {sender.name} sent {contact.first_name}.")
            return back(request, slug, contact)
    context = {"form": form, "contact": contact, "place": came_from(request)}
    status = 422 if form.is_bound else 200
    return render(request, "desk/people/sent_by.html", context, status=status)


def came_from(request: HttpRequest) -> str:
    """Today, or the person's own page."""
    pressed = request.POST.get("from") or request.GET.get("from")
    return FROM_TODAY if pressed == FROM_TODAY else ""


def back(request: HttpRequest, slug: str, contact: Contact) -> HttpResponse:
    if came_from(request):
        return redirect("desk:today", slug=slug)
    return redirect("desk:person", slug=slug, id=contact.pk)
