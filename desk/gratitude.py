"""Thanks: what is owed and what was given; a letter, a card, a call, a small gift."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from contacts.services import change_contact
from desk import thanking
from desk.access import may_write, refused
from desk.forms import PlainForm
from desk.letters import letter_about, when_it_leaves
from desk.requests import DeskRequest
from referrals.models import ThankYou
from referrals.services import give_thanks, waive_thanks
from referrals.states import ThanksHow, ThanksState

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
    ) -> None:
        self.thanks = thanks
        self.advocate = thanks.advocate.contact
        self.person = thanks.sent_person
        self.sender = request.user.first_name
        self.waive_form = waive or WaiveForm()
        self.failed_to_waive = waive is not None
        asked = (give.data.get("how") if give else request.GET.get("how")) or ""
        self.how = asked if asked in WAYS else self._likeliest()
        self.form = give or GiveForm(initial={"how": self.how, "words": self._draft()})

    def _likeliest(self) -> str:
        can_be_mailed = self.advocate.email and not self.advocate.rests
        return ThanksHow.MAIL if can_be_mailed else ThanksHow.CARD

    def _draft(self) -> str:
        """A letter has words to change; of a call or a gift one may note something."""
        return thanking.letter(self.thanks) if self.how == ThanksHow.MAIL else ""

    @cached_property
    def card_words(self) -> str:
        return thanking.card(self.thanks, self.sender)

    @property
    def ways(self) -> list[tuple[str, str]]:
        return list(WAYS.items())

    @property
    def keeps_outcome_private(self) -> bool:
        return not thanking.may_tell_outcome(self.thanks)


@require_safe
def thank_yous(request: DeskRequest, slug: str) -> HttpResponse:
    owed = list(ThankYou.objects.owed()[: OWED_SHOWN + 1])
    context = {
        "owed": owed[:OWED_SHOWN],
        "more_owed": len(owed) > OWED_SHOWN,
        "settled": ThankYou.objects.exclude(state=ThanksState.DUE)
        .with_people()
        .order_by("-closed_at", "-id")[:GIVEN_SHOWN],
        "says": _says(owed),
    }
    return render(request, "desk/thank_yous/list.html", context)


def _says(owed: list[ThankYou]) -> str:
    people = len({thanks.advocate_id for thanks in owed[:OWED_SHOWN]})
    if not people:
        return "Nobody is waiting to be thanked"
    if people == 1:
        return f"{owed[0].advocate.contact.first_name} is waiting to be thanked"
    return f"{thanking.number(people)} people are waiting to be thanked"


@require_safe
def thank_you(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    return _page(request, Page(request, _thanks(id)))


@require_POST
@may_write
def give(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It is given: a letter is sent, anything else is kept as done."""
    thanks = _thanks(id)
    form = GiveForm(request.POST)
    if not form.is_valid():
        return _page(request, Page(request, thanks, give=form), 422)
    told = form.cleaned_data

    def act() -> None:
        give_thanks(
            thank_you=thanks,
            how=told["how"],
            words=told["words"],
            by=request.actor,
            now=clock.now(),
        )
        if told["how"] == ThanksHow.CARD and told["postal_address"]:
            change_contact(
                contact=thanks.advocate.contact,
                changes={"postal_address": told["postal_address"]},
                by=request.actor,
                now=clock.now(),
            )

    return _after(
        request, act, lambda: _says_thanked(thanks), lambda: Page(request, _thanks(id), give=form)
    )


@require_POST
@may_write
def waive(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    thanks = _thanks(id)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return _page(request, Page(request, thanks, waive=form), 422)
    reason = form.cleaned_data["reason"]
    return _after(
        request,
        lambda: waive_thanks(thank_you=thanks, reason=reason, by=request.actor, now=clock.now()),
        lambda: "Left at that, and why is kept.",
        lambda: Page(request, _thanks(id), waive=form),
    )


def _thanks(key: UUID) -> ThankYou:
    rows = ThankYou.objects.with_people().select_related("business")
    return get_object_or_404(rows, pk=key)


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
    return _page(request, again(), status)


def _page(request: DeskRequest, page: Page, status: int = 200) -> HttpResponse:
    context = {"page": page, "thanks": page.thanks, "advocate": page.advocate}
    return render(request, "desk/thank_yous/thank_you.html", context, status=status)
