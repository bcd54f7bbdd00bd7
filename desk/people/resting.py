"""Somebody has died, moved away, or wants to be left in peace."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from businesses import clock
from contacts.models import Contact
from contacts.services import leave_in_peace, resume_contact
from contacts.states import SAYABLE_RESTS
from desk.access import may_write
from desk.requests import DeskRequest


class RestForm(forms.Form):
    reason = forms.ChoiceField(choices=SAYABLE_RESTS)


@may_write
@require_POST
def rest(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """What was to reach them stops; a second press finds it so."""
    contact = get_object_or_404(Contact, pk=id)
    form = RestForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Please choose one of the reasons.")
    else:
        why = form.cleaned_data["reason"]
        leave_in_peace(contact=contact, why=why, by=request.actor, now=clock.now())
        messages.success(request, f"Nothing is sent to {contact.first_name} any more.")
    return redirect("desk:person", slug=slug, id=id)


@may_write
@require_POST
def resume(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=id)
    resume_contact(contact=contact, by=request.actor, now=clock.now())
    messages.success(request, f"{contact.first_name} may be written to again.")
    return redirect("desk:person", slug=slug, id=id)
