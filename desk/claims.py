"""What an advocate says of somebody who is credited to another: kept, looked at and answered."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.refusals import Refusal
from desk.access import may_write, refused
from desk.credits import ClaimForm
from desk.forms import PlainForm
from desk.referrals import Page, show
from desk.requests import DeskRequest
from introductions.services import advocate_for
from referrals.models import CreditClaim, Referral
from referrals.services import answer_claim, claim_credit

MOST_MEANT = 5


class AnswerForm(PlainForm):
    words = forms.CharField(
        label="Your answer",
        max_length=1000,
        error_messages={"required": "Write a line or two: whoever said it reads your answer."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def claim(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """What was said, whom it may be about, and the answer that the advocate reads."""
    found = get_object_or_404(
        CreditClaim.objects.select_related("advocate__contact", "referral__contact"), pk=id
    )
    is_first = found.is_open
    form = AnswerForm(request.POST or None, initial={"words": found.answer})
    if request.method == "POST" and form.is_valid() and _is_answered(request, found, form):
        person = found.advocate.contact
        told = ", and gets a letter that it is there" if is_first and person.email else ""
        messages.success(request, f"Kept. {person.first_name} reads it on their own page{told}.")
        return redirect("desk:claim", slug=slug, id=found.pk)
    context = {
        "claim": found,
        "advocate": found.advocate.contact,
        "form": form,
        "meant": _meant(found),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/referrals/claim.html", context, status=status)


@require_POST
@may_write
def claimed(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The owner keeps what an advocate told them about this person."""
    found = get_object_or_404(Referral.objects.for_list(), pk=id)
    form = ClaimForm(request.POST, referral=found)
    if not form.is_valid():
        return show(request, Page(request, found, claim=form), 422)
    status = refused(
        request,
        lambda: _keep(request, found, form),
        done="Kept. It waits for your answer.",
    )
    if status != 200:
        return show(request, Page(request, found), status)
    return redirect("desk:referral", slug=slug, id=found.pk)


def _keep(request: DeskRequest, referral: Referral, form: ClaimForm) -> None:
    now = clock.now()
    # A refusal takes back who was kept as an advocate for it.
    with transaction.atomic():
        claim_credit(
            advocate=advocate_for(contact=form.cleaned_data["known"], now=now),
            referral=referral,
            person=referral.contact.name,
            words=form.cleaned_data["words"],
            by=request.actor,
            now=now,
        )


def _is_answered(request: DeskRequest, claim: CreditClaim, form: AnswerForm) -> bool:
    try:
        answer_claim(claim=claim, **form.cleaned_data, by=request.actor, now=clock.now())
    except Refusal as refusal:
        form.add_error("words", refusal.message)
        return False
    return True


def _meant(claim: CreditClaim) -> Sequence[Referral]:
    """The one it was said about, or those of the same first name, latest first."""
    if claim.referral is not None:
        return [claim.referral]
    first = claim.person.split()[0].casefold()
    latest = Referral.objects.for_list()[:200]
    same = [one for one in latest if one.contact.first_name.casefold() == first]
    return same[:MOST_MEANT]
