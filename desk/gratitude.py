"""Thanks: what is owed and what was given; a letter, a card, a call, a small gift."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from businesses.models import Business
from businesses.money import parse_money
from businesses.refusals import Refusal
from contacts.models import Contact
from contacts.names import first_name_of
from contacts.services import change_contact
from desk import thanking
from desk.access import may_write, refused
from desk.forms import PlainForm
from desk.letters import letter_about, when_it_leaves
from desk.paging import page_behind
from desk.requests import DeskRequest
from feedback.models import ShownAs
from feedback.services import signature_of
from insights.gratitude import gifts_of_year, how_soon
from outreach.states import CANCELLABLE
from referrals.models import ThankYou
from referrals.services import Gift, give_thanks, undo_thanks, waive_thanks
from referrals.states import ThanksHow, ThanksState
from referrals.thanks import LONGEST_NOTE, LONGEST_PUBLIC

OWED_SHOWN = 100
GIVEN_SHOWN = 30

WAYS: dict[str, str] = {
    ThanksHow.CARD: "A card",
    ThanksHow.MAIL: "A letter",
    ThanksHow.CALL: "A call",
    ThanksHow.GIFT: "A small gift",
    ThanksHow.PUBLIC: "In public",
}


class GiveForm(PlainForm):
    """How somebody is thanked, and with which words; for a card, where it goes."""

    how = forms.ChoiceField(choices=ThanksHow.choices, widget=forms.HiddenInput)
    words = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 9})
    )
    postal_address = forms.CharField(
        label="Postal address",
        max_length=300,
        required=False,
        help_text="Kept for the next card.",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    gift_cost = forms.CharField(max_length=20, required=False)
    gift_because = forms.CharField(
        label="Why it is right this time",
        max_length=LONGEST_NOTE,
        required=False,
        help_text="Only where gifts of the year come to more than you set for a person.",
    )

    def __init__(self, *args: Any, business: Business, **more: Any) -> None:
        super().__init__(*args, **more)
        self._currency = business.currency
        self.fields["gift_cost"].label = f"What it cost, in {business.currency}"

    def clean_gift_cost(self) -> int | None:
        text = self.cleaned_data["gift_cost"]
        try:
            return parse_money(text, self._currency) if text.strip() else None
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal

    @property
    def gift(self) -> Gift | None:
        """What the gift cost, where that was said."""
        cost = self.cleaned_data["gift_cost"]
        return None if cost is None else Gift(cost, self.cleaned_data["gift_because"])


class PublicForm(PlainForm):
    """Words for the wall of thanks, and how the advocate is named there."""

    public_words = forms.CharField(
        label="What others would read",
        max_length=LONGEST_PUBLIC,
        error_messages={"required": "Write a line or two; a thank-you has words."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    shown_as = forms.ChoiceField(label="Named as", choices=ShownAs.choices)

    def __init__(self, *args: Any, advocate: Contact, **more: Any) -> None:
        super().__init__(*args, **more)
        named = self.fields["shown_as"]
        assert isinstance(named, forms.ChoiceField)
        named.choices = [(one.value, signature_of(advocate, one)) for one in ShownAs]


class WaiveForm(PlainForm):
    reason = forms.CharField(
        label="Why are no thanks needed?",
        max_length=300,
        error_messages={"required": "Say in a few words why no thanks are needed."},
    )


class Page:
    """One thank-you: for whom and what, and the way that was chosen with words to begin with."""

    def __init__(
        self,
        request: DeskRequest,
        thanks: ThankYou,
        give: GiveForm | None = None,
        waive: WaiveForm | None = None,
        public: PublicForm | None = None,
    ) -> None:
        self.business = request.business
        self.may_write = request.membership.may_write
        self.thanks = thanks
        self.advocate = thanks.advocate.contact
        self.person = thanks.sent_person
        self.sender = request.user.first_name
        self.waive_form = waive or WaiveForm()
        self.failed_to_waive = waive is not None
        asked = (give.data.get("how") if give else request.GET.get("how")) or ""
        self.how = ThanksHow.PUBLIC if public else asked if asked in WAYS else self._likeliest()
        begun = {"how": self.how, "words": self._draft()}
        self.form = give or GiveForm(initial=begun, business=request.business)
        drafted = {"public_words": thanking.in_public(thanks), "shown_as": ShownAs.FIRST_NAME}
        self.public_form = public or PublicForm(initial=drafted, advocate=self.advocate)

    def _likeliest(self) -> str:
        can_be_mailed = self.advocate.email and not self.advocate.rests
        return ThanksHow.MAIL if can_be_mailed else ThanksHow.CARD

    def _draft(self) -> str:
        """A letter has words to change; of a call or a gift one may note something."""
        return thanking.letter(self.thanks) if self.how == ThanksHow.MAIL else ""

    @cached_property
    def card_words(self) -> str:
        return thanking.card(self.thanks, self.sender)

    @cached_property
    def gifts_this_year(self) -> str:
        """What gifts to them have cost this year, what may be, and what rewards add: a sentence."""
        now = clock.now()
        return gifts_of_year(contact=self.advocate, business=self.business, now=now).sentence

    @cached_property
    def can_be_undone(self) -> bool:
        """Pressed a moment ago, and nothing has left the house."""
        if not self.may_write or not self.thanks.can_be_undone(clock.now(), settings.UNDO_WINDOW):
            return False
        if self.thanks.how != ThanksHow.MAIL:
            return True
        letter = letter_about(self.thanks)
        return letter is not None and letter.state in CANCELLABLE

    @property
    def leaves(self) -> str:
        """When the letter about it leaves, while it waits."""
        return when_it_leaves(letter_about(self.thanks))

    @property
    def ways(self) -> list[tuple[str, str]]:
        return list(WAYS.items())

    @property
    def keeps_outcome_private(self) -> bool:
        return not thanking.may_tell_outcome(self.thanks)


@require_safe
def thank_yous(request: DeskRequest, slug: str) -> HttpResponse:
    settled = ThankYou.objects.exclude(state=ThanksState.DUE).with_people()
    owed, more_owed = page_behind(
        ThankYou.objects.owed(), request, by="owed_at", name="after", size=OWED_SHOWN
    )
    given, earlier = page_behind(settled, request, by="-closed_at", name="before", size=GIVEN_SHOWN)
    context = {
        "soon": how_soon(now=clock.now()),
        "owed": owed,
        "more_owed": more_owed,
        "settled": given,
        "earlier": f"{earlier}#given" if earlier else "",
        "says": _says(),
    }
    return render(request, "desk/thank_yous/list.html", context)


def _says() -> str:
    """Whoever waits, also beyond what a page shows."""
    due = Contact.objects.filter(rests="", advocates__thanks__state=ThanksState.DUE)
    people = due.aggregate(count=Count("pk", distinct=True), name=Min("name"))
    if not people["count"]:
        return "Nobody is waiting to be thanked"
    if people["count"] == 1:
        return f"{first_name_of(people['name'])} is waiting to be thanked"
    return f"{thanking.number(people['count'])} people are waiting to be thanked"


@require_safe
def thank_you(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    return show_page(request, Page(request, found_thanks(id)))


@require_POST
@may_write
def give(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It is given: a letter is sent, anything else is kept as done."""
    thanks = found_thanks(id)
    form = GiveForm(request.POST, business=request.business)
    if not form.is_valid():
        return show_page(request, Page(request, thanks, give=form), 422)
    told = form.cleaned_data

    def act() -> None:
        give_thanks(
            thank_you=thanks,
            how=told["how"],
            words=told["words"],
            gift=form.gift,
            by=request.actor,
            now=clock.now(),
        )
        if told["how"] == ThanksHow.CARD and told["postal_address"]:
            _keep_address(request, thanks, told["postal_address"])

    return _after(
        request,
        act,
        lambda: _says_thanked(thanks),
        lambda: Page(request, found_thanks(id), give=form),
    )


@require_POST
@may_write
def label(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The address is kept, and the page shows it as a label to print; nothing is given yet."""
    thanks = found_thanks(id)
    form = GiveForm({**request.POST.dict(), "how": ThanksHow.CARD}, business=request.business)
    if form.is_valid() and not form.cleaned_data["postal_address"].strip():
        form.add_error("postal_address", "Please write where the card goes.")
    if not form.is_valid():
        return show_page(request, Page(request, thanks, give=form), 422)
    status = refused(
        request, lambda: _keep_address(request, thanks, form.cleaned_data["postal_address"])
    )
    if status == 200:
        page = reverse("desk:thank_you", kwargs={"slug": slug, "id": id})
        return redirect(f"{page}?how={ThanksHow.CARD}")
    return show_page(request, Page(request, found_thanks(id), give=form), status)


@require_POST
@may_write
def waive(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    thanks = found_thanks(id)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return show_page(request, Page(request, thanks, waive=form), 422)
    reason = form.cleaned_data["reason"]
    return _after(
        request,
        lambda: waive_thanks(thank_you=thanks, reason=reason, by=request.actor, now=clock.now()),
        lambda: "Left at that, and why is kept.",
        lambda: Page(request, found_thanks(id), waive=form),
    )


@require_POST
@may_write
def undo(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It was a slip: it is owed again, as long as nothing has left."""
    thanks = found_thanks(id)
    status = refused(
        request,
        lambda: undo_thanks(thank_you=thanks, by=request.actor, now=clock.now()),
        "It is owed again.",
    )
    if status == 200:
        return redirect("desk:thank_you", slug=slug, id=id)
    return show_page(request, Page(request, found_thanks(id)), status)


def found_thanks(key: UUID) -> ThankYou:
    rows = ThankYou.objects.with_people().select_related("business")
    return get_object_or_404(rows, pk=key)


def _keep_address(request: DeskRequest, thanks: ThankYou, address: str) -> None:
    change_contact(
        contact=thanks.advocate.contact,
        changes={"postal_address": address},
        by=request.actor,
        now=clock.now(),
    )


def _says_thanked(thanks: ThankYou) -> str:
    leaves = when_it_leaves(letter_about(thanks))
    name = thanks.advocate.contact.first_name
    return f"Your letter to {name} leaves {leaves}." if leaves else f"{name} is thanked."


def _after(
    request: DeskRequest,
    act: Callable[[], object],
    said: Callable[[], str],
    again: Callable[[], Page],
) -> HttpResponse:
    """Back to Today, where the next one waits; or the page again, which says why not."""
    status = refused(request, act)
    if status == 200:
        messages.success(request, said())
        return redirect("desk:today", slug=request.business.slug)
    return show_page(request, again(), status)


def show_page(request: DeskRequest, page: Page, status: int = 200) -> HttpResponse:
    context = {"page": page, "thanks": page.thanks, "advocate": page.advocate}
    return render(request, "desk/thank_yous/thank_you.html", context, status=status)
