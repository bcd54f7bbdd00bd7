"""Settings → Where reviews are written: links that everybody who answers is shown."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.refusals import Refusal
from desk.access import may_manage
from desk.forms import PlainForm
from desk.requests import DeskRequest
from feedback.models import ReviewLink
from feedback.services import MOST_REVIEW_LINKS, NewReviewLink, keep_review_links


class ReviewLinksForm(PlainForm):
    """Three lines, each a name and an address; empty ones are none."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for number in range(1, MOST_REVIEW_LINKS + 1):
            self.fields[f"label_{number}"] = forms.CharField(
                label=f"Name of site {number}",
                max_length=40,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"url_{number}"] = forms.CharField(
                label=f"Address of site {number}",
                max_length=300,
                required=False,
                widget=forms.TextInput(
                    attrs={"inputmode": "url", "placeholder": "https://", "autocomplete": "off"}
                ),
            )

    def links(self) -> list[NewReviewLink]:
        told = self.cleaned_data
        pairs = [
            NewReviewLink(told[f"label_{number}"], told[f"url_{number}"])
            for number in range(1, MOST_REVIEW_LINKS + 1)
        ]
        return [link for link in pairs if link.label.strip() or link.url.strip()]


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def reviews(request: DeskRequest, slug: str) -> HttpResponse:
    """Up to three; a POST keeps them."""
    is_told = request.method == "POST"
    form = ReviewLinksForm(request.POST if is_told else None, initial=_known())
    if is_told and form.is_valid() and _is_kept(request, form):
        messages.success(request, "Kept. Everybody who answers is shown these.")
        return redirect("desk:settings_reviews", slug=slug)
    status = 422 if is_told else 200
    return render(request, "desk/settings/reviews.html", {"form": form}, status=status)


def _known() -> dict[str, str]:
    known: dict[str, str] = {}
    for number, link in enumerate(ReviewLink.objects.order_by("place"), 1):
        known |= {f"label_{number}": link.label, f"url_{number}": link.url}
    return known


def _is_kept(request: DeskRequest, form: ReviewLinksForm) -> bool:
    try:
        keep_review_links(
            business=request.business, links=form.links(), by=request.actor, now=clock.now()
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True
