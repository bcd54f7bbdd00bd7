"""What becomes of somebody who was sent: the steps, the end, and the money."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from businesses.refusals import Refusal
from contacts.addresses import show_phone
from desk.access import may_write, refused
from desk.amounts import CameIn, came_in
from desk.board import NEEDS, expected_of
from desk.credits import ClaimForm, SplitForm
from desk.forms import PlainForm
from desk.money_forms import (
    BESIDE_MONEY,
    AmountForm,
    FurtherForm,
    MendForm,
)
from desk.planning import BESIDE_PLAN, PlanForm
from desk.requests import DeskRequest
from desk.rewarding.telling import ToTell, to_tell
from desk.stories import Line
from desk.timeline import history_of
from desk.worth import in_words
from insights.attribution import worth_of_referral
from referrals.models import ClosedBusiness, CreditClaim, Referral
from referrals.services import (
    correct_closed_business,
    lose_referral,
    loss_reasons,
    move_referral,
    plan_referral,
    record_closed_business,
    reopen_referral,
    split_credit,
    stands_at,
    win_referral,
)
from referrals.states import MOVABLE_TO, MOVES, STEPS, ReferralState

# The field that a refusal is about.
BESIDE = {**BESIDE_MONEY, "lost_reason_needed": "reason"}


# How it stands with somebody, as the heading of their page.
SAYS: dict[str, str] = {
    ReferralState.INTRODUCED: "You and {name} are introduced",
    ReferralState.TALKING: "You are talking with {name}",
    ReferralState.MET: "You and {name} have met",
    ReferralState.PROPOSED: "{name} has your proposal",
    ReferralState.WON: "{name} is a customer",
    ReferralState.LOST: "It came to nothing with {name}",
    ReferralState.NOT_NOW: "Not now, says {name}",
}

JOINED_SAYS = "{name} was here twice"


class LostForm(PlainForm):
    reason = forms.ChoiceField(
        label="Why did it come to nothing?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it came to nothing."},
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offered = [(one.key, one.words) for one in loss_reasons() if one.is_offered]
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


class Page:
    """What the page of one referral shows; a form that failed takes the place of a fresh one."""

    def __init__(self, request: DeskRequest, referral: Referral, **failed: forms.Form) -> None:
        self.referral = referral
        self.request = request
        self.win_form = failed.get("win") or AmountForm(request=request)
        self.lose_form = failed.get("lose") or LostForm()
        self.further_form = failed.get("further") or FurtherForm(request=request)
        self.plan_form = failed.get("plan") or PlanForm(referral=referral, request=request)
        self.split_form = failed.get("split") or SplitForm(referral=referral)
        self.claim_form = failed.get("claim") or ClaimForm(referral=referral)
        self._mend_form = failed.get("mend")
        # Which fold is open: of a form that failed, or the end that a card of the board leads to.
        end = {"won": "win", "lost": "lose"}.get(request.GET.get("end", ""), "")
        self.failed = next(iter(failed), end)

    @property
    def says(self) -> str:
        says = JOINED_SAYS if self.referral.is_joined else SAYS[self.referral.state]
        return says.format(name=self.referral.contact.name)

    @property
    def needs(self) -> str:
        """What the step needs at which it stands."""
        return NEEDS[self.referral.state]

    @property
    def expected(self) -> str:
        return expected_of(self.referral, self.request.business)

    @cached_property
    def worth(self) -> str:
        """All that came in through it."""
        business = self.request.business
        return in_words(worth_of_referral(self.referral, business=business), business)

    @cached_property
    def to_tell(self) -> Sequence[ToTell]:
        """Who gets something for it, and was not told so."""
        return to_tell(self.referral)

    @property
    def phone(self) -> str:
        return show_phone(self.referral.contact.phone)

    @cached_property
    def steps(self) -> list[tuple[str, str, bool, bool]]:
        """The open steps: value, label, whether it is here, whether it can be moved there."""
        state = self.referral.state
        return [
            (step.value, step.label, step == state, step in MOVABLE_TO and step in MOVES[state])
            for step in STEPS
        ]

    @cached_property
    def can_wait(self) -> bool:
        return ReferralState.NOT_NOW in MOVES[self.referral.state]

    @cached_property
    def followed_in(self) -> Referral | None:
        """Where they came again since this ended, and are talked to: it is not reopened beside."""
        return Referral.objects.open().of_contact(self.referral.contact).first()

    @cached_property
    def claims(self) -> Sequence[CreditClaim]:
        """Who says that they introduced them, too."""
        rows = self.referral.claims.select_related("advocate__contact")
        return list(rows.order_by("created_at", "id"))

    @cached_property
    def history(self) -> Sequence[Line]:
        return history_of(self.referral, viewer=self.request.membership)

    @cached_property
    def business_closed(self) -> Sequence[CameIn]:
        rows = self.referral.closed_business.order_by("-closed_on", "-id")
        return came_in(list(rows), self.request, self._mend_form)


@require_safe
def referral(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    return show(request, Page(request, _referral(id)))


@require_POST
@may_write
def move(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = _referral(id)
    to = request.POST.get("to", "")
    if request.POST.get("back") == "board":
        return _on_the_board(
            request,
            lambda: move_referral(referral=found, to=to, by=request.actor, now=clock.now()),
        )
    return _after(
        request,
        found,
        lambda: move_referral(referral=found, to=to, by=request.actor, now=clock.now()),
    )


@require_POST
@may_write
def plan(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """What comes next and when, what it may come to, and what is worth knowing."""
    found = _referral(id)
    form = PlanForm(request.POST, referral=found, request=request)
    if not form.is_valid():
        return show(request, Page(request, found, plan=form), 422)
    return _after(
        request,
        found,
        lambda: plan_referral(
            referral=found, changes=form.changes(), by=request.actor, now=clock.now()
        ),
        "Kept.",
        plan=form,
    )


@require_POST
@may_write
def win(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Won, with an amount: whoever sent them is owed thanks from now on."""
    found = _referral(id)
    form = AmountForm(request.POST, request=request)
    if not form.is_valid():
        return show(request, Page(request, found, win=form), 422)
    return _after(
        request,
        found,
        lambda: win_referral(
            referral=found,
            by=request.actor,
            now=clock.now(),
            **form.money(),
        ),
        "Won. Whoever sent them is on your list of thanks.",
        win=form,
    )


@require_POST
@may_write
def lose(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = _referral(id)
    form = LostForm(request.POST)
    if not form.is_valid():
        return show(request, Page(request, found, lose=form), 422)
    reason = form.cleaned_data["reason"]
    return _after(
        request,
        found,
        lambda: lose_referral(referral=found, reason=reason, by=request.actor, now=clock.now()),
        "Kept. An introduction is worth thanks, whatever came of it.",
        lose=form,
    )


@require_POST
@may_write
def reopen(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = _referral(id)
    if request.POST.get("back") == "board":
        return _on_the_board(
            request, lambda: reopen_referral(referral=found, by=request.actor, now=clock.now())
        )
    return _after(
        request,
        found,
        lambda: reopen_referral(referral=found, by=request.actor, now=clock.now()),
    )


@require_POST
@may_write
def further(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """More business from the same customer."""
    found = _referral(id)
    form = FurtherForm(request.POST, request=request)
    if not form.is_valid():
        return show(request, Page(request, found, further=form), 422)
    return _after(
        request,
        found,
        lambda: record_closed_business(
            contact=found.contact,
            referral=found,
            note=form.cleaned_data["note"],
            every=form.cleaned_data["every"],
            by=request.actor,
            now=clock.now(),
            **form.money(),
        ),
        "Kept.",
        further=form,
    )


@require_POST
@may_write
def split(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The credit is shared among those who sent them."""
    found = _referral(id)
    form = SplitForm(request.POST, referral=found)
    if not form.is_valid():
        return show(request, Page(request, found, split=form), 422)
    now = clock.now()

    def share() -> None:
        # A refusal takes back who was kept as an advocate for it.
        with transaction.atomic():
            shares = form.shares(now)
            split_credit(referral=found, shares=shares, by=request.actor, now=now)

    return _after(
        request, found, share, "Kept. Whoever is new is on your list of thanks.", split=form
    )


@require_POST
@may_write
def mend(request: DeskRequest, slug: str, id: UUID, closed: UUID) -> HttpResponse:
    """A slip in an amount or its day is put right."""
    found = _referral(id)
    kept = get_object_or_404(ClosedBusiness, pk=closed, referral=found)
    form = MendForm(request.POST, closed=kept, stands=stands_at(kept), request=request)
    if not form.is_valid():
        return show(request, Page(request, found, mend=form), 422)
    return _after(
        request,
        found,
        lambda: correct_closed_business(
            closed_business=kept,
            amount=form.cleaned_data["amount"],
            on=form.cleaned_data["on"],
            by=request.actor,
            now=clock.now(),
        ),
        "Mended.",
        mend=form,
    )


def _referral(key: UUID) -> Referral:
    return get_object_or_404(Referral.objects.for_list(), pk=key)


def _on_the_board(request: DeskRequest, act: Callable[[], object]) -> HttpResponse:
    """Back to the board, which says why where it did not move."""
    refused(request, act)
    return redirect("desk:introductions_board", slug=request.business.slug)


def _after(
    request: DeskRequest,
    found: Referral,
    act: Callable[[], object],
    done: str = "",
    **form: forms.Form,
) -> HttpResponse:
    """Back to the page; refused, the page again with the sentence beside its field or on top."""
    try:
        act()
    except Refusal as refusal:
        field = (BESIDE_PLAN if "plan" in form else BESIDE).get(refusal.code)
        if form and field:
            next(iter(form.values())).add_error(field, refusal.message)
        else:
            messages.error(request, refusal.message)
        return show(request, Page(request, _referral(found.pk), **form), refusal.status)
    if done:
        messages.success(request, done)
    return redirect("desk:referral", slug=request.business.slug, id=found.pk)


def show(request: DeskRequest, page: Page, status: int = 200) -> HttpResponse:
    context = {"page": page, "referral": page.referral, "contact": page.referral.contact}
    return render(request, "desk/referrals/referral.html", context, status=status)
