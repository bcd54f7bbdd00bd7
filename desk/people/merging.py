"""Two entries of one person: found, seen side by side, and put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from contacts.addresses import show_phone
from contacts.merging import CHOOSABLE, merge_contacts
from contacts.models import Contact
from desk.access import may_manage
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from desk.worth import in_words
from insights.together import Part, part_of

MOST_FOUND = 20
_LABELS = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "company": "Firm",
    "job_title": "What they do there",
    "postal_address": "Postal address",
}


class MergeForm(forms.Form):
    other = forms.UUIDField()


@dataclass(frozen=True, slots=True)
class Choice:
    """A field in which the two entries differ; where one has nothing there is nothing to choose."""

    field: str
    label: str
    mine: str
    theirs: str


@may_manage
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related("company"), pk=id)
    if request.method == "POST":
        return _put_together(request, contact)
    text = request.GET.get("q", "").strip()
    key = id_in_address(request, "other")
    others = Contact.objects.known().select_related("company").exclude(pk=contact.pk)
    other = others.filter(pk=key).first() if key else None
    found = others.filter(pk__in=_found(text)) if text and other is None else others.none()
    context = {
        "contact": contact,
        "q": text,
        "found": list(found.by_name()[:MOST_FOUND]),
        "other": other,
        "choices": choices_of(contact, other) if other else [],
        "together": _together(contact, other, request.business) if other else [],
    }
    return render(request, "desk/people/merge.html", context)


def choices_of(contact: Contact, other: Contact) -> Sequence[Choice]:
    """What has to be chosen, field by field."""
    pairs = ((name, _said(contact, name), _said(other, name)) for name in CHOOSABLE)
    return [
        Choice(name, _LABELS[name], mine, theirs)
        for name, mine, theirs in pairs
        if mine and theirs and mine != theirs
    ]


def _put_together(request: DeskRequest, contact: Contact) -> HttpResponse:
    form = MergeForm(request.POST)
    here = redirect("desk:person_merge", slug=request.business.slug, id=contact.pk)
    if not form.is_valid():
        messages.error(request, "Choose who it is, first.")
        return here
    take = [name for name in CHOOSABLE if request.POST.get(f"keep_{name}") == "other"]
    try:
        kept = merge_contacts(
            kept=contact,
            other=form.cleaned_data["other"],
            take=take,
            by=request.actor,
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return here
    messages.success(request, f"{kept.name} is one entry now.")
    return redirect("desk:person", slug=request.business.slug, id=kept.pk)


def _found(text: str) -> Sequence[UUID]:
    rows = Contact.objects.matching(text, at_most=MOST_FOUND + 1)
    return list(rows.values_list("pk", flat=True))


def _said(contact: Contact, name: str) -> str:
    if name == "phone":
        return show_phone(contact.phone)
    return str(getattr(contact, name) or "")


def _together(
    contact: Contact, other: Contact, business: Business
) -> Sequence[tuple[str, str, str]]:
    """What each of the two brings with it, where either has any."""
    mine, theirs = (part_of(each, business=business) for each in (contact, other))
    rows = [
        (words, str(getattr(mine, name)), str(getattr(theirs, name)))
        for name, words in _PARTS.items()
        if getattr(mine, name) or getattr(theirs, name)
    ]
    if not (mine.came_in.is_nothing and theirs.came_in.is_nothing):
        rows.append(("Came in", _money(mine, business), _money(theirs, business)))
    return rows


def _money(part: Part, business: Business) -> str:
    return in_words(part.came_in, business)


_PARTS = {
    "happened": "Calls, meetings, notes",
    "letters": "Letters",
    "reminders": "Open reminders",
    "made": "Introductions made",
    "sent": "Times they were sent to you",
    "thanks": "Thank-yous",
    "rewards": "Rewards",
}
