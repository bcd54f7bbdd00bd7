"""Settings: who letters are from, how they leave, and who works here."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from businesses.models import Membership
from businesses.services import introduce_sender
from contacts.names import clean_name
from desk.access import may_write
from desk.forms import PlainForm
from desk.hours import in_words
from desk.requests import DeskRequest
from outreach.services import release_held


class SenderForm(PlainForm):
    """Whom a letter is from. The law asks for the postal address; so does whoever reads it."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        error_messages={"required": "Please give your name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    firm = forms.CharField(
        label="Your firm",
        max_length=200,
        error_messages={"required": "Please give the name of your firm."},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    postal_address = forms.CharField(
        label="Postal address",
        max_length=300,
        error_messages={"required": "Please give a postal address: it stands below each letter."},
        help_text="Stands at the foot of each letter, so that people know you are real.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )

    def clean_name(self) -> str:
        return self.checked("name", clean_name)

    def clean_firm(self) -> str:
        return self.checked("firm", clean_name)


@require_safe
def overview(request: DeskRequest, slug: str) -> HttpResponse:
    context = {
        "business": request.business,
        "hours": in_words(request.business),
        "undo_minutes": round(settings.UNDO_WINDOW.total_seconds() / 60),
        "team": Membership.objects.filter(business=request.business)
        .select_related("user")
        .order_by("created_at", "pk"),
    }
    return render(request, "desk/settings/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def sender(request: DeskRequest, slug: str) -> HttpResponse:
    """Own name, firm and postal address; letters that waited for these leave."""
    form = SenderForm(request.POST or None, initial=_known(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        introduce_sender(business=request.business, user=request.user, **told)
        release_held(business=request.business, now=clock.now())
        place = _way_back(request)
        if place is None:
            messages.success(request, "Kept. Your letters say so from now on.")
        return redirect(place or reverse("desk:settings", kwargs={"slug": slug}))
    context = {"form": form, "next": _way_back(request) or ""}
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/settings/sender.html", context, status=status)


def _known(request: DeskRequest) -> dict[str, str]:
    business = request.business
    return {
        "name": request.user.name,
        "firm": business.name,
        "postal_address": business.postal_address,
    }


def _way_back(request: DeskRequest) -> str | None:
    """Where to go on, if it is a page of this business."""
    place = request.POST.get("next") or request.GET.get("next", "")
    inside = place.startswith(reverse("desk:today", kwargs={"slug": request.business.slug}))
    return place if inside and url_has_allowed_host_and_scheme(place, None) else None
