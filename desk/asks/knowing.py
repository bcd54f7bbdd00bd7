"""Who may know somebody whom the business would like to meet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from businesses import clock
from contacts.models import Contact
from desk.asks.forms import WhoKnowsForm
from desk.requests import DeskRequest
from insights.paths import who_may_know
from insights.readiness import standings
from introductions.gate import pause_of


@require_safe
def who_knows(request: DeskRequest, slug: str) -> HttpResponse:
    """A name and a firm; then the people who may know them, the surest first, and why."""
    form = WhoKnowsForm(request.GET or None)
    person = firm = tag = ""
    if form.is_valid():
        person, firm = form.cleaned_data["person"].strip(), form.cleaned_data["firm"].strip()
        tag = form.cleaned_data["tag"].strip()
    paths = who_may_know(person=person, firm=firm, tag=tag)
    found = standings(
        Contact.objects.filter(pk__in=[one.contact.pk for one in paths]),
        business=request.business,
        pause=pause_of(request.business),
        now=clock.now(),
    )
    by_person = {one.contact.pk: one for one in found}
    context = {
        "form": form,
        "paths": [(one, by_person[one.contact.pk]) for one in paths],
        "asked": bool(person or firm or tag),
        "named": _named(person, firm),
    }
    return render(request, "desk/asks/who_knows.html", context)


def _named(person: str, firm: str) -> str:
    """What the ask begins with."""
    if person and firm:
        return f"{person} of {firm}"
    return person or (f"somebody at {firm}" if firm else "")
