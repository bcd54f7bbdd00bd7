"""Asking somebody for an introduction: whom, for whom, in which words, and what became of it."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import ContactExists, add_contact, change_contact
from desk.access import may_write
from desk.asks.asked import found_ask
from desk.asks.forms import AddressForm, AskForm, WhomForm
from desk.asks.gate import Gate, were_compared
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from insights.readiness import standing_of
from introductions.messages import preview_of_ask
from introductions.models import Advocate, Ask
from introductions.services import AskChanges, change_ask, draft_ask, send_ask
from introductions.states import AskState

# The same words to the same person within this time are one ask, pressed twice.
ONE_PRESS = timedelta(minutes=10)
# What can be changed of a draft.
WORDS = ("wanted", "named_person", "note", "blurb")


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def ask_new(request: DeskRequest, slug: str) -> HttpResponse:
    """Without a person in the address: choose one. With one: write, look, and send."""
    key = id_in_address(request, "contact")
    if key is None:
        return _choose(request)
    contact = get_object_or_404(Contact.objects.select_related("business"), pk=key)
    if request.method == "POST":
        return _write(request, contact)
    return _composer(request, contact, AskForm(initial=_drafted(request, contact)))


def _choose(request: DeskRequest) -> HttpResponse:
    form = WhomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact = _known_or_new(request, form)
        if contact is not None:
            place = reverse("desk:ask_new", kwargs={"slug": request.business.slug})
            return redirect(f"{place}?{urlencode({'contact': str(contact.pk)})}")
    return render(
        request, "desk/asks/whom.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _known_or_new(request: DeskRequest, form: WhomForm) -> Contact | None:
    """Pressed twice, or known already: the same person."""
    try:
        return add_contact(
            business=request.business,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            by=request.actor,
            now=clock.now(),
        )
    except ContactExists as known:
        return known.contact
    except Refusal as refusal:
        form.add_error("name", refusal.message)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def ask_words(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A draft, perhaps begun by an integration: put it in better words, look, and send."""
    draft = found_ask(id)
    if request.method == "POST":
        return _write(request, draft.advocate.contact, draft)
    if draft.state != AskState.DRAFT:
        return redirect("desk:ask", slug=slug, id=id)
    words = {field: getattr(draft, field) for field in WORDS}
    return _composer(request, draft.advocate.contact, AskForm(initial=words), draft=draft)


def _write(request: DeskRequest, contact: Contact, draft: Ask | None = None) -> HttpResponse:
    form = AskForm(request.POST)
    if not form.is_valid():
        return _composer(request, contact, form, draft=draft, status=422)
    if "look" in request.POST:
        return _composer(request, contact, form, draft=draft, looked=True)
    try:
        if draft is None:
            # What is refused leaves nothing: the words stay on the page, and no draft is begun.
            with transaction.atomic():
                ask = _send_once(request, contact, form)
        else:
            ask = _send_draft(request, draft, form)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _composer(request, contact, form, draft=draft, status=refusal.status)
    here = reverse("desk:ask", kwargs={"slug": request.business.slug, "id": ask.pk})
    if not (request.business.knows_its_sender and request.user.name):
        place = reverse("desk:settings_sender", kwargs={"slug": request.business.slug})
        return redirect(f"{place}?{urlencode({'next': here})}")
    return redirect(here)


def _send_once(request: DeskRequest, contact: Contact, form: AskForm) -> Ask:
    """Draft and send; the contact's row is locked, so that a double click finds the first ask.

    While the business is full or closed the draft is kept, and its page says until when.
    """
    now, told = clock.now(), _words(form)
    contact = locked(contact)
    waits = _waits_until(request) is not None or _is_kept(request)
    kept = Ask.objects.drafts() if waits else Ask.objects.awaiting_answer()
    same = kept.filter(
        advocate__contact=contact,
        created_at__gt=now - ONE_PRESS,
        **told,
    )
    known = same.first()
    if known is not None:
        return known
    ask = draft_ask(contact=contact, by=request.actor, sender=request.user, now=now, **told)
    return ask if waits else _send(request, ask, form, now)


def _words(form: AskForm) -> AskChanges:
    told = form.cleaned_data
    return {
        "wanted": told["wanted"].strip(),
        "named_person": told["named_person"].strip(),
        "note": told["note"].strip(),
        "blurb": told["blurb"].strip(),
    }


def _send(request: DeskRequest, ask: Ask, form: AskForm, now: datetime) -> Ask:
    return send_ask(
        ask=ask,
        reason=form.cleaned_data["reason"],
        fits=were_compared(request, ask.advocate),
        by=request.actor,
        now=now,
    )


def _is_kept(request: DeskRequest) -> bool:
    """*Keep it as a draft* was pressed: nothing is to leave yet."""
    return "keep" in request.POST


def _waits_until(request: DeskRequest) -> date | None:
    """The day until which no ask leaves."""
    return request.business.asks_wait_until(clock.today(request.business))


def _send_draft(request: DeskRequest, draft: Ask, form: AskForm) -> Ask:
    """Keep the words and send; of two presses the second finds it sent."""
    now, words = clock.now(), _words(form)
    locked(draft.advocate)  # As sending does, before the ask itself.
    draft = locked(draft)
    if draft.state == AskState.SENT and all(
        getattr(draft, field) == text for field, text in words.items()
    ):
        return draft
    draft = change_ask(ask=draft, changes=words, by=request.actor, now=now)
    waits = _waits_until(request) is not None
    return draft if waits or _is_kept(request) else _send(request, draft, form, now)


def _drafted(request: DeskRequest, contact: Contact) -> dict[str, str]:
    """Words to begin with: nobody should face an empty page."""
    named = request.GET.get("named", "").strip()[:150]
    tagline = request.business.tagline.strip().rstrip(".")
    wanted = f"somebody who needs {tagline[:1].lower()}{tagline[1:]}" if tagline else ""
    if contact.customer_since:
        since = f"We have worked together since {contact.customer_since.year}, and I enjoy it."
    else:
        since = "I value what you think, so I am asking you."
    note = (
        f"{since} My work comes from people who know me, and the next one may be a friend of yours."
    )
    return {
        "wanted": "" if named else wanted,
        "named_person": named,
        "note": note,
        "blurb": request.business.blurb,
    }


def _composer(
    request: DeskRequest,
    contact: Contact,
    form: AskForm,
    *,
    draft: Ask | None = None,
    looked: bool = False,
    address: AddressForm | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = standing_of(contact, business=request.business, now=clock.now())
    context = {
        "form": form,
        "contact": contact,
        "draft": draft,
        "letter": _unsaved_preview(request, contact, form, draft) if looked else None,
        "address_form": address or AddressForm(),
        "waits_until": _waits_until(request),
        "standing": standing,
        "gate": Gate(standing.kept),
    }
    return render(request, "desk/asks/compose.html", context, status=status)


def _unsaved_preview(
    request: DeskRequest, contact: Contact, form: AskForm, draft: Ask | None
) -> object:
    ask = Ask(
        business=request.business,
        advocate=Advocate(business=request.business, contact=contact),
        **_words(form),
    )
    return preview_of_ask(ask=ask, sender=(draft.sender if draft else None) or request.user)


@require_POST
@may_write
def ask_address(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """An address for somebody who has none, on the way to asking them."""
    contact = get_object_or_404(Contact.objects.select_related("business"), pk=id)
    form = AddressForm(request.POST)
    status = _keep_address(request, contact, form) if form.is_valid() else 422
    if status != 200:
        words = AskForm(initial=_drafted(request, contact))
        return _composer(request, contact, words, address=form, status=status)
    place = reverse("desk:ask_new", kwargs={"slug": slug})
    return redirect(f"{place}?{urlencode({'contact': str(contact.pk)})}")


def _keep_address(request: DeskRequest, contact: Contact, form: AddressForm) -> int:
    """The status to answer with; a refusal stands beside the field."""
    email: str = form.cleaned_data["email"]
    try:
        change_contact(contact=contact, changes={"email": email}, by=request.actor, now=clock.now())
    except Refusal as refusal:
        contact.refresh_from_db()
        form.add_error("email", refusal.message)
        return refusal.status
    return 200
