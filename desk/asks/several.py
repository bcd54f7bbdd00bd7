"""The same ask to several people: a letter of their own for each, looked at before it leaves."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from businesses.refusals import Refusal
from contacts.models import Contact
from desk.access import may_write
from desk.asks.forms import SeveralForm
from desk.asks.gate import Gate
from desk.requests import DeskRequest
from insights.readiness import nearest_first, standings
from introductions.gate import pause_of
from introductions.models import Ask
from introductions.services import draft_ask

# So many letters somebody still reads before they leave.
MOST_AT_ONCE = 12
MOST_DRAFTS = 100


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def ask_several(request: DeskRequest, slug: str) -> HttpResponse:
    """The words for all of them; then a draft for each. Nothing leaves from here."""
    people = _chosen(request)
    if len(people) == 0:
        return redirect("desk:who_is_ready", slug=slug)
    form = SeveralForm(request.POST or None, initial={"blurb": request.business.blurb})
    if request.method == "POST" and form.is_valid():
        _begin(request, people, form)
        return redirect("desk:ask_drafts", slug=slug)
    found = standings(
        nearest_first(Contact.objects.filter(pk__in=[one.pk for one in people])),
        business=request.business,
        pause=pause_of(request.business),
        now=clock.now(),
    )
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "standings": found}
    return render(request, "desk/asks/several.html", context, status=status)


@require_safe
def drafts(request: DeskRequest, slug: str) -> HttpResponse:
    """Letters that were begun and not sent; each is looked at, changed and sent by itself."""
    rows = list(Ask.objects.drafts().for_list().order_by("-created_at", "-id")[:MOST_DRAFTS])
    people = Contact.objects.filter(pk__in=[one.advocate.contact_id for one in rows])
    pause = pause_of(request.business)
    found = standings(people, business=request.business, pause=pause, now=clock.now())
    gates = {one.contact.pk: Gate(one.kept) for one in found}
    shown = [(one, gates[one.advocate.contact_id]) for one in rows]
    return render(request, "desk/asks/drafts.html", {"drafts": shown})


def _chosen(request: DeskRequest) -> list[Contact]:
    keys: list[UUID] = []
    for text in request.GET.getlist("contact")[:MOST_AT_ONCE]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    rows = Contact.objects.select_related("business").filter(pk__in=keys)
    return list(rows.order_by("name_key", "id"))


def _begin(request: DeskRequest, people: list[Contact], form: SeveralForm) -> None:
    """A draft for each of them; of whom it cannot be, why. The same words twice are one draft."""
    told, begun = form.cleaned_data, 0
    words = {field: told[field].strip() for field in ("wanted", "named_person", "note", "blurb")}
    for contact in people:
        if Ask.objects.drafts().filter(advocate__contact=contact, **words).exists():
            begun += 1
            continue
        try:
            with transaction.atomic():
                draft_ask(
                    contact=contact,
                    **words,
                    by=request.actor,
                    sender=request.user,
                    now=clock.now(),
                )
            begun += 1
        except Refusal as refusal:
            messages.error(request, f"{contact.name}: {refusal.message}")
    if begun:
        letters = "A letter is" if begun == 1 else f"{begun} letters are"
        messages.success(request, f"{letters} begun. Look at each before you send it.")
