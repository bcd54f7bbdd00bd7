"""Letters in the business's own words: which there are, what each says, how it looks."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from businesses import clock
from businesses.refusals import Refusal
from contacts.models import Contact
from contacts.states import Circle
from desk.access import View, may_manage
from desk.forms import PlainForm
from desk.requests import DeskRequest
from outreach import services
from outreach.catalogue import ASKS_BEGIN
from outreach.letter_texts import Words
from outreach.letters import Rendered
from outreach.models import CadenceStep, StepKind
from outreach.models.own_words import LONGEST_BODY, LONGEST_SUBJECT
from outreach.services import OwnLetter
from outreach.services.trying import address_in_tests
from outreach.words import IN_SUBJECT, FieldNotInSubject, SubjectUnfit, checked_letter

# A letter has its styles in its elements. It stands in a frame without scripts, and what it says is
# escaped; the page's policy holds in the frame, so these pages let styles stand in elements.
_shows_a_letter = cast(Callable[[View], View], csp_replace({"style-src": [SELF, UNSAFE_INLINE]}))


class TryForm(PlainForm):
    """With whose name a letter is looked at."""

    who = forms.CharField(
        label="Whose name to try it with",
        max_length=200,
        required=False,
        help_text="Somebody of yours. Nothing is sent to them.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact: Contact | None = None

    def clean_who(self) -> str:
        who = str(self.cleaned_data["who"]).strip()
        self.contact = Contact.objects.matching(who).by_name().first() if who else _somebody()
        if who and self.contact is None:
            raise forms.ValidationError("Nobody here is called that.")
        return who


class WordsForm(TryForm):
    """A letter in other words."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(
        label="Subject",
        error_messages={"required": "Please give the letter a subject."},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_SUBJECT, "autocomplete": "off"}),
        strip=False,
    )
    body = forms.CharField(
        label="What it says",
        error_messages={"required": "Write a few words."},
        widget=forms.Textarea(attrs={"rows": 18, "maxlength": LONGEST_BODY}),
    )
    field_order = ("seen", "subject", "body", "who")


@require_safe
def letters(request: DeskRequest, slug: str) -> HttpResponse:
    """All letters by moment, and those of plans."""
    services.ensure_cadences(business=request.business, now=clock.now())
    steps = CadenceStep.objects.filter(kind=StepKind.LETTER).select_related("cadence")
    context = {
        "letters": services.own_letters(business=request.business),
        "steps": steps.order_by("cadence__position", "cadence__created_at", "position"),
    }
    return render(request, "desk/letters/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
@_shows_a_letter
def letter(request: DeskRequest, slug: str, key: str) -> HttpResponse:
    """What one letter says. A POST keeps other words, or shows (look) or tries (test) them."""
    found = _letter_or_404(request, key)
    if request.method != "POST":
        said = found.words
        first = {"subject": said.subject, "body": said.body, "seen": found.version}
        return _page(request, found, WordsForm(initial=first), said, _somebody())
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        return _done(request, found, form)
    except services.LetterChangedMeanwhile as refusal:
        form.add_error(None, refusal.message)
        # The next press is made knowing what stands there now.
        form.data = request.POST.copy()
        form.data["seen"] = found.version
        return _page(request, found, form, theirs=found.words, status=refusal.status)
    except Refusal as refusal:
        form.add_error(_where(refusal), refusal.message)
        return _page(request, found, form, status=refusal.status)


def _done(request: DeskRequest, found: OwnLetter, form: WordsForm) -> HttpResponse:
    """What the button wants. Raises a refusal of the words, or of keeping them."""
    told: dict[str, Any] = form.cleaned_data
    words = checked_letter(found.letter, told["subject"], told["body"])
    if "look" in request.POST:
        return _page(request, found, form, words, form.contact)
    if "test" in request.POST:
        status = _send_test(request, lambda link: _tried(request, found, words, form.contact, link))
        return _page(request, found, form, words, form.contact, status=status)
    services.keep_words(
        business=request.business,
        key=found.letter.key,
        subject=words.subject,
        body=words.body,
        seen=told["seen"],
        by=request.actor,
        now=clock.now(),
    )
    messages.success(request, "Kept. What is queued from now on says so.")
    return redirect("desk:settings_letter", slug=request.business.slug, key=found.letter.key)


def _where(refusal: Refusal) -> str:
    is_line = isinstance(refusal, (SubjectUnfit, FieldNotInSubject))
    return "subject" if is_line or refusal.message.startswith(IN_SUBJECT) else "body"


@require_POST
@may_manage
def restore(request: DeskRequest, slug: str, key: str) -> HttpResponse:
    """What it said at first."""
    _letter_or_404(request, key)
    services.restore_words(business=request.business, key=key, by=request.actor, now=clock.now())
    messages.success(request, "Back to what it said at first.")
    return redirect("desk:settings_letter", slug=slug, key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
@_shows_a_letter
def step(request: DeskRequest, slug: str, id: UUID, step: UUID) -> HttpResponse:
    """How the letter of a plan's step looks. A POST shows it with a name, or tries it (test)."""
    rows = CadenceStep.objects.select_related("cadence").filter(kind=StepKind.LETTER)
    row = get_object_or_404(rows, pk=step, cadence=id)
    form = TryForm(request.POST) if request.method == "POST" else TryForm()
    is_fine = not form.is_bound or form.is_valid()
    contact = form.contact or _somebody()

    def tried(link: str) -> Rendered:
        return services.try_step(
            step=row, business=request.business, sender=request.user, contact=contact, link=link
        )

    status = 200 if is_fine else 422
    if is_fine and "test" in request.POST:
        status = _send_test(request, tried)
    context = {"step": row, "form": form, "tried": tried(""), "with_whom": _name(contact)}
    return render(request, "desk/letters/step.html", context, status=status)


def _letter_or_404(request: DeskRequest, key: str) -> OwnLetter:
    try:
        return services.own_letter(business=request.business, key=key)
    except services.UnknownLetter as unknown:
        raise Http404 from unknown


def _somebody() -> Contact | None:
    """Of the inner circle if there is one: whoever has it in view knows how it should sound."""
    everybody = Contact.objects.filter(rests="").by_name()
    return everybody.filter(circle=Circle.INNER).first() or everybody.first()


def _name(contact: Contact | None) -> str:
    return contact.name if contact else ""


def _page(
    request: DeskRequest,
    found: OwnLetter,
    form: WordsForm,
    shown: Words | None = None,
    contact: Contact | None = None,
    *,
    theirs: Words | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "found": found,
        "letter": found.letter,
        "form": form,
        "with_whom": _name(contact),
        "tried": _tried(request, found, shown, contact) if shown else None,
        "theirs": theirs,
        "asks_begin": ASKS_BEGIN,
    }
    return render(request, "desk/letters/letter.html", context, status=status)


def _tried(
    request: DeskRequest, found: OwnLetter, words: Words, contact: Contact | None, link: str = ""
) -> Rendered:
    return services.try_letter(
        letter=found.letter,
        words=words,
        business=request.business,
        sender=request.user,
        contact=contact,
        link=link,
    )


def _send_test(request: DeskRequest, tried: Callable[[str], Rendered]) -> int:
    """The status to answer with; what became of it is said above the page."""
    try:
        services.send_test(
            business=request.business,
            user=request.user,
            rendered=tried(address_in_tests()),
            now=clock.now(),
        )
    except services.TooManyTests as refusal:
        messages.error(request, refusal.message)
        return refusal.status
    messages.success(request, f"A test is on its way to {request.user.email}, and to nobody else.")
    return 200
