"""Asking somebody for an introduction: whom, for whom, in which words, and what became of it."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from businesses import clock
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import clean_email
from contacts.models import Contact
from contacts.names import clean_name
from contacts.services import ContactExists, add_contact, change_contact
from desk.access import may_write, refused
from desk.forms import PlainForm
from desk.letters import letter_about, when_it_leaves
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from introductions.messages import preview_of_ask
from introductions.models import Advocate, Ask
from introductions.services import AskChanges, change_ask, draft_ask, send_ask, withdraw_ask
from introductions.states import AskState

# The same words to the same person within this time are one ask, pressed twice.
ONE_PRESS = timedelta(minutes=10)
# What can be changed of a draft.
WORDS = ("wanted", "named_person", "note")


class WhomForm(PlainForm):
    """Who is asked: somebody known, found by address, or somebody new."""

    name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Please give a name."}
    )
    email = forms.CharField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "An ask goes by e-mail, so it needs an address."},
    )

    def clean_name(self) -> str:
        return self.checked("name", clean_name)

    def clean_email(self) -> str:
        return self.checked("email", clean_email)


class AddressForm(PlainForm):
    """An address for somebody who has none."""

    email = forms.CharField(
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "An ask goes by e-mail, so it needs an address."},
    )

    def clean_email(self) -> str:
        return self.checked("email", clean_email)


class AskForm(PlainForm):
    wanted = forms.CharField(
        label="I am looking for",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    named_person = forms.CharField(
        label="Or somebody in particular",
        max_length=150,
        required=False,
        help_text="A name and a firm, if you know of one.",
    )
    note = forms.CharField(
        label="A personal note",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, object]:
        told = super().clean() or {}
        if not (told.get("wanted") or told.get("named_person")):
            self.add_error(
                "wanted", "Say whom you would like to meet: a kind of person, or a name."
            )
        return told


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
    draft = _ask(id)
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
            ask = _send_once(request, contact, form.cleaned_data)
        else:
            ask = _send_draft(request, draft, form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _composer(request, contact, form, draft=draft, status=refusal.status)
    here = reverse("desk:ask", kwargs={"slug": request.business.slug, "id": ask.pk})
    if not (request.business.knows_its_sender and request.user.name):
        place = reverse("desk:settings_sender", kwargs={"slug": request.business.slug})
        return redirect(f"{place}?{urlencode({'next': here})}")
    return redirect(here)


def _send_once(request: DeskRequest, contact: Contact, told: dict[str, str]) -> Ask:
    """Draft and send; the contact's row is locked, so that a double click finds the first ask.

    While the business is full or closed the draft is kept, and its page says until when.
    """
    now = clock.now()
    contact = locked(contact)
    waits = _waits_until(request) is not None
    kept = Ask.objects.drafts() if waits else Ask.objects.awaiting_answer()
    same = kept.filter(
        advocate__contact=contact,
        created_at__gt=now - ONE_PRESS,
        **{field: told[field].strip() for field in WORDS},
    )
    known = same.first()
    if known is not None:
        return known
    ask = draft_ask(contact=contact, by=request.actor, sender=request.user, now=now, **told)
    return ask if waits else send_ask(ask=ask, by=request.actor, now=now)


def _waits_until(request: DeskRequest) -> date | None:
    """The day until which no ask leaves."""
    return request.business.asks_wait_until(clock.today(request.business))


def _send_draft(request: DeskRequest, draft: Ask, told: dict[str, str]) -> Ask:
    """Keep the words and send; of two presses the second finds it sent."""
    now = clock.now()
    locked(draft.advocate)  # As sending does, before the ask itself.
    draft = locked(draft)
    if draft.state == AskState.SENT and all(
        getattr(draft, field) == told[field].strip() for field in WORDS
    ):
        return draft
    words: AskChanges = {
        "wanted": told["wanted"],
        "named_person": told["named_person"],
        "note": told["note"],
    }
    draft = change_ask(ask=draft, changes=words, by=request.actor, now=now)
    waits = _waits_until(request) is not None
    return draft if waits else send_ask(ask=draft, by=request.actor, now=now)


def _drafted(request: DeskRequest, contact: Contact) -> dict[str, str]:
    """Words to begin with: nobody should face an empty page."""
    tagline = request.business.tagline.strip().rstrip(".")
    wanted = f"somebody who needs {tagline[:1].lower()}{tagline[1:]}" if tagline else ""
    if contact.customer_since:
        since = f"We have worked together since {contact.customer_since.year}, and I enjoy it."
    else:
        since = "I value what you think, so I am asking you."
    note = (
        f"{since} My work comes from people who know me, and the next one may be a friend of yours."
    )
    return {"wanted": wanted, "note": note}


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
    context = {
        "form": form,
        "contact": contact,
        "draft": draft,
        "letter": _unsaved_preview(request, contact, form, draft) if looked else None,
        "address_form": address or AddressForm(),
        "waits_until": _waits_until(request),
    }
    return render(request, "desk/asks/compose.html", context, status=status)


def _unsaved_preview(
    request: DeskRequest, contact: Contact, form: AskForm, draft: Ask | None
) -> object:
    told = form.cleaned_data
    ask = Ask(
        business=request.business,
        advocate=Advocate(business=request.business, contact=contact),
        wanted=told["wanted"].strip(),
        named_person=told["named_person"].strip(),
        note=told["note"].strip(),
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


@require_GET
def ask(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    return _page(request, _ask(id))


@require_POST
@may_write
def ask_send(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = _ask(id)
    return _after(
        request,
        found,
        lambda: send_ask(ask=found, by=request.actor, now=clock.now()),
        lambda: _says_sent(found),
    )


@require_POST
@may_write
def ask_withdraw(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = _ask(id)
    return _after(
        request,
        found,
        lambda: withdraw_ask(ask=found, by=request.actor, now=clock.now()),
        lambda: "Taken back. If the letter had left, its link leads nowhere now.",
    )


def _ask(key: UUID) -> Ask:
    return get_object_or_404(
        Ask.objects.select_related("advocate__contact", "sender", "business"), pk=key
    )


def _says_sent(found: Ask) -> str:
    leaves = when_it_leaves(letter_about(found))
    return f"It leaves {leaves}." if leaves else "It is sent."


def _after(
    request: DeskRequest, found: Ask, act: Callable[[], object], done: Callable[[], str]
) -> HttpResponse:
    status = refused(request, act)
    if status != 200:
        return _page(request, _ask(found.pk), status)
    messages.success(request, done())
    return redirect("desk:ask", slug=request.business.slug, id=found.pk)


def _page(request: DeskRequest, found: Ask, status: int = 200) -> HttpResponse:
    message = letter_about(found)
    context = {
        "ask": found,
        "contact": found.advocate.contact,
        "waits_until": _waits_until(request),
        "letter": preview_of_ask(ask=found, sender=found.sender or request.user),
        "message": message,
        "leaves": when_it_leaves(message),
        "introductions": found.introductions.order_by("created_at"),
    }
    return render(request, "desk/asks/ask.html", context, status=status)
