"""Introducing two people: who, in which words, a look at both letters, and asking both."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.refusals import Refusal
from contacts.models import Contact
from desk.access import may_write
from desk.giving.forms import WhomForm, WordsForm
from desk.giving.given import found_given
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from giving.messages import previews_of
from giving.models import GivenIntroduction
from giving.services import (
    GivenChanges,
    change_given,
    draft_given,
    give_introduction,
    refuse_known_pair,
    refuse_wrong_people,
    send_given,
)
from giving.states import GivenState
from insights.partners import partners_for


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def given_new(request: DeskRequest, slug: str) -> HttpResponse:
    """With two people in the address: write, look, and ask both. Else: choose them."""
    first, second = _in_address(request, "first"), _in_address(request, "second")
    if first is None or second is None:
        return _choose(request, first or second)
    if _is_at_partner(first) and not _is_at_partner(second):
        # A customer is sent to a partner firm, whoever was chosen first.
        first, second = second, first
    if request.method == "POST":
        return _write(request, first, second)
    return _composer(request, first, second, _drafted(first, second))


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def given_words(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A draft: put it in better words, look, and ask both."""
    draft = found_given(id)
    if request.method == "POST":
        return _write(request, draft.first, draft.second, draft)
    if draft.state != GivenState.DRAFT:
        return redirect("desk:given", slug=slug, id=id)
    words = {"first_words": draft.first_words, "second_words": draft.second_words}
    form = WordsForm(initial=words, first=draft.first, second=draft.second)
    return _composer(request, draft.first, draft.second, form, draft=draft)


def _is_at_partner(contact: Contact) -> bool:
    return contact.company is not None and contact.company.is_partner


def _in_address(request: DeskRequest, name: str) -> Contact | None:
    key = id_in_address(request, name)
    if key is None:
        return None
    rows = Contact.objects.select_related("business", "company")
    return get_object_or_404(rows, pk=key)


def _choose(request: DeskRequest, first: Contact | None) -> HttpResponse:
    """Who should meet; and for a customer, which partner firms fit, and why."""
    form = WhomForm(request.POST or None, first=first)
    if request.method == "POST" and form.is_valid():
        two = {"first": form.cleaned_data["one"].pk, "second": form.cleaned_data["other"].pk}
        place = reverse("desk:given_new", kwargs={"slug": request.business.slug})
        return redirect(f"{place}?{urlencode(two)}")
    need = request.GET.get("need", "").strip()[:200]
    context = {
        "form": form,
        "first": first,
        "need": need,
        "meant": _meant(form),
        "fits": partners_for(customer=first, need=need) if first else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/giving/whom.html", context, status=status)


def _meant(form: WhomForm) -> list[tuple[Contact, str]]:
    """Where several have the name: each with the query by which they are chosen."""
    one = form.cleaned_data.get("one") if form.is_bound else None
    if form.unclear.get("one"):
        return [(each, urlencode({"first": str(each.pk)})) for each in form.unclear["one"]]
    if one is None:
        return []
    found = form.unclear.get("other", ())
    return [(each, urlencode({"first": str(one.pk), "second": str(each.pk)})) for each in found]


def _write(
    request: DeskRequest,
    first: Contact,
    second: Contact,
    draft: GivenIntroduction | None = None,
) -> HttpResponse:
    form = WordsForm(request.POST, first=first, second=second)
    if not form.is_valid():
        return _composer(request, first, second, form, draft=draft, status=422)
    if "look" in request.POST:
        return _composer(request, first, second, form, draft=draft, looked=True)
    try:
        given = _keep(request, first, second, form, draft)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _composer(request, first, second, form, draft=draft, status=refusal.status)
    here = reverse("desk:given", kwargs={"slug": request.business.slug, "id": given.pk})
    if not (request.business.knows_its_sender and request.user.name):
        place = reverse("desk:settings_sender", kwargs={"slug": request.business.slug})
        return redirect(f"{place}?{urlencode({'next': here})}")
    return redirect(here)


def _keep(
    request: DeskRequest,
    first: Contact,
    second: Contact,
    form: WordsForm,
    draft: GivenIntroduction | None,
) -> GivenIntroduction:
    """As a draft, or both are asked; what is refused leaves nothing."""
    words, by, now = form.cleaned_data, request.actor, clock.now()
    keeps = "keep" in request.POST
    if draft is not None:
        draft = change_given(
            given=draft,
            changes=GivenChanges(
                first_words=words["first_words"], second_words=words["second_words"]
            ),
            by=by,
            now=now,
        )
        return draft if keeps else send_given(given=draft, by=by, now=now)
    act = draft_given if keeps else give_introduction
    return act(
        first=first,
        second=second,
        first_words=words["first_words"],
        second_words=words["second_words"],
        by=by,
        giver=request.user,
        now=now,
    )


def _drafted(first: Contact, second: Contact) -> WordsForm:
    """Words to begin with: nobody should face an empty page."""
    if _is_at_partner(second):
        to_first = (
            f"I would send any friend to {second.first_name}, and I think that it fits what you"
            " look for."
        )
        since = f" since {first.customer_since.year}" if first.customer_since else ""
        known = f"is a customer of mine{since}" if first.customer_since else "is somebody I know"
        to_second = (
            f"{first.first_name} {known}. I think that you are the right one for what"
            f" {first.first_name} looks for."
        )
    else:
        to_first, to_second = (
            f"I know {other.first_name}, and I think that you two would have something to say to"
            " each other."
            for other in (second, first)
        )
    words = {"first_words": to_first, "second_words": to_second}
    return WordsForm(initial=words, first=first, second=second)


def _composer(
    request: DeskRequest,
    first: Contact,
    second: Contact,
    form: WordsForm,
    *,
    draft: GivenIntroduction | None = None,
    looked: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "first": first,
        "second": second,
        "partner": second.company if _is_at_partner(second) else None,
        "draft": draft,
        "why_not": _why_not(first, second),
        "letters": _unsaved_letters(request, first, second, form) if looked else [],
    }
    return render(request, "desk/giving/compose.html", context, status=status)


def _why_not(first: Contact, second: Contact) -> str:
    try:
        refuse_wrong_people(first, second)
        refuse_known_pair(first, second)
    except Refusal as refusal:
        return refusal.message
    return ""


def _unsaved_letters(
    request: DeskRequest, first: Contact, second: Contact, form: WordsForm
) -> object:
    words = form.cleaned_data
    return previews_of(
        GivenIntroduction(
            business=request.business,
            giver=request.user,
            first=first,
            second=second,
            first_words=words["first_words"],
            second_words=words["second_words"],
        )
    )
