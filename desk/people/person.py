"""One person: what happened, what is known, and what can be done now."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from businesses.models import Business
from contacts.addresses import show_phone
from contacts.merging import known_as
from contacts.models import Contact
from contacts.states import Circle, Rest
from desk.access import may_write
from desk.people.editing import SOURCES
from desk.people.forms import HappenedForm
from desk.people.happened import keep_what_happened
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from desk.stopped import Stop
from desk.timeline import timeline_of
from desk.zones import place_of
from insights.attribution import Credited, credited_to
from insights.readiness import YEAR, standing_of
from insights.worth import worth_of
from outreach.models import Cadence, Enrolment
from outreach.services import BY_HAND, stops_of
from referrals.models import Credit, Referral, ThankYou


@require_safe
def person(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    try:
        contact = _contact(id)
    except Http404:
        into = known_as(id)
        if into is None:
            raise
        return redirect("desk:person", slug=slug, id=into, permanent=True)
    form = HappenedForm(initial={"kind": request.GET.get("kind", "note")})
    return _page(request, contact, form)


@may_write
@require_POST
def interactions(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Keep what happened with somebody, from the box on their page."""
    contact = _contact(id)
    form = HappenedForm(request.POST)
    if not form.is_valid():
        return _page(request, contact, form, status=422)
    kind, text = form.cleaned_data["kind"], form.cleaned_data["text"]
    interaction = keep_what_happened(
        contact=contact, kind=kind, text=text, by=request.actor, now=clock.now()
    )
    kept = f"Kept: {interaction.get_kind_display().lower()} with {contact.first_name}."
    messages.success(request, kept if interaction.is_touch else "The note is kept.")
    return redirect("desk:person", slug=slug, id=contact.pk)


def _contact(key: UUID) -> Contact:
    return get_object_or_404(Contact.objects.select_related("company", "met_through"), pk=key)


def _page(
    request: DeskRequest, contact: Contact, form: HappenedForm, status: int = 200
) -> HttpResponse:
    before = id_in_address(request, "before")
    context = {
        "contact": contact,
        "form": form,
        "timeline": timeline_of(contact, viewer=request.membership, before=before),
        "later": before is not None,
        "phone": show_phone(contact.phone),
        "their_time": _their_time(contact, request.business),
        "thank_you": _owed(contact),
        "referral": Referral.objects.of_contact(contact).order_by("-created_at", "-id").first(),
        "brought": _brought(contact, request.business),
        "spent": worth_of(contact, business=request.business),
        "sources": SOURCES if contact.is_of_unknown_source else (),
        "today": clock.today(request.business),
        "said": _in_a_line(contact),
        "enrolments": Enrolment.objects.active()
        .filter(contact=contact)
        .select_related("cadence")
        .order_by("due_at", "id"),
        "plans": _plans(),
        "standing": standing_of(contact, business=request.business, now=clock.now()),
        "is_known_happy": contact.happy_on is not None
        and contact.happy_on > clock.today(request.business) - YEAR,
        "stops": [Stop(row) for row in stops_of(contact=contact)],
    }
    return render(request, "desk/people/person.html", context, status=status)


def _plans() -> QuerySet[Cadence]:
    """Those that can be begun for somebody by hand."""
    by_hand = Cadence.objects.filter(is_on=True, trigger__in=BY_HAND)
    return by_hand.order_by("position", "created_at")


def _in_a_line(contact: Contact) -> str:
    """Who they are, under their name: what they do, where, and how close."""
    at = [contact.job_title, contact.company.name if contact.company else ""]
    close = _CLOSENESS.get(contact.circle, "")
    return " · ".join(filter(None, [", ".join(filter(None, at)), close]))


def _their_time(contact: Contact, business: Business) -> str:
    """What the clock says where they are, if that is something else than here."""
    if not contact.timezone:
        return ""
    now = clock.now()
    there, here = (now.astimezone(ZoneInfo(one)) for one in (contact.timezone, business.timezone))
    if there.utcoffset() == here.utcoffset():
        return ""
    day = "" if there.date() == here.date() else f" on {there:%A}"
    return f"{there.hour}:{there:%M}{day} in {place_of(contact.timezone)}"


_CLOSENESS: dict[str, str] = {
    Circle.INNER: "inner circle",
    Circle.CLOSE: "close",
    Circle.PASSING: "passing",
}


def _owed(contact: Contact) -> ThankYou | None:
    """What is owed longest. Whoever moved away may still be thanked, by a card or a call."""
    if contact.rests in (Rest.DIED, Rest.LEAVE_ME_BE, Rest.ERASED):
        return None
    due = ThankYou.objects.due().filter(advocate__contact=contact)
    return due.order_by("owed_at", "id").first()


def _brought(contact: Contact, business: Business) -> Credited | None:
    if not Credit.objects.filter(advocate__contact=contact).exists():
        return None
    return credited_to(contact, business=business)
