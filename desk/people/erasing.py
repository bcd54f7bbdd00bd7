"""Erasing what is known of somebody: told plainly first, and only with their name typed."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.refusals import Refusal
from contacts.erasing import erase_contact
from contacts.models import Contact
from contacts.names import LONGEST_NAME
from desk.access import may_manage
from desk.requests import DeskRequest


class EraseForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_NAME, label="Type their name")


@may_manage
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=id)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_contact(
                contact=contact,
                name=form.cleaned_data["name"],
                by=request.actor,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("name", refusal.message)
        else:
            messages.success(request, "Erased. Nothing of them is known here any more.")
            return redirect("desk:person", slug=slug, id=id)
    context = {"contact": contact, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "desk/people/erase.html", context, status=status)
