"""Thanks for what no event tells of, and thanks in public: asked first, taken down at any time."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from contacts.models import Contact
from desk.access import may_write, refused
from desk.forms import PlainForm
from desk.gratitude import Page, PublicForm, found_thanks, show_page
from desk.requests import DeskRequest
from referrals.models import ThankYou
from referrals.services import (
    ask_for_public_thanks,
    record_kindness,
    take_down_public_thanks,
)
from referrals.states import ThanksReason
from referrals.thanks import LONGEST_NOTE

_DEEDS = {
    ThanksReason.HELPING: "Helped another customer",
    ThanksReason.REVIEW: "Wrote a review",
    ThanksReason.STORY: "Let you tell their story",
    ThanksReason.SPEAKING_UP: "Spoke up for you",
}


class KindnessForm(PlainForm):
    """What somebody did, and a few words about it."""

    deed = forms.ChoiceField(
        label="What did they do?",
        choices=list(_DEEDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they did."},
    )
    note = forms.CharField(
        label="A few words about it",
        max_length=LONGEST_NOTE,
        required=False,
        help_text="For you: where it was, or whom they helped.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def kindness(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Somebody did us a kindness: thanks are owed from now on."""
    contact = get_object_or_404(Contact, pk=id)
    form = KindnessForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        kept: list[ThankYou] = []
        status = refused(
            request,
            lambda: kept.append(
                record_kindness(
                    contact=contact,
                    reason=form.cleaned_data["deed"],
                    note=form.cleaned_data["note"],
                    by=request.actor,
                    now=clock.now(),
                )
            ),
        )
        if kept:
            return redirect("desk:thank_you", slug=slug, id=kept[0].pk)
    context = {"form": form, "contact": contact}
    return render(request, "desk/thank_yous/kindness.html", context, status=status)


@require_POST
@may_write
def ask_public(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Ask the advocate whether these words may stand on the wall of thanks."""
    thanks = found_thanks(id)
    form = PublicForm(request.POST, advocate=thanks.advocate.contact)
    if not form.is_valid():
        return show_page(request, Page(request, thanks, public=form), 422)
    status = refused(
        request,
        lambda: ask_for_public_thanks(
            thank_you=thanks,
            words=form.cleaned_data["public_words"],
            shown_as=form.cleaned_data["shown_as"],
            by=request.actor,
            now=clock.now(),
        ),
    )
    if status != 200:
        return show_page(request, Page(request, found_thanks(id), public=form), status)
    name = thanks.advocate.contact.first_name
    messages.success(request, f"{name} is asked. Nothing is public without a yes.")
    return redirect("desk:thank_you", slug=slug, id=id)


@require_POST
@may_write
def take_down(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The question is taken back, or the words off the wall."""
    thanks = found_thanks(id)
    status = refused(
        request,
        lambda: take_down_public_thanks(thank_you=thanks, by=request.actor, now=clock.now()),
        "It stands nowhere any more.",
    )
    if status == 200:
        return redirect("desk:thank_you", slug=slug, id=id)
    return show_page(request, Page(request, found_thanks(id)), status)
