"""Settings → Asking: how long an ask rests, and whom the business helps."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.models import LONGEST_BLURB, MOST_WEEKS
from businesses.refusals import Refusal
from businesses.services import change_business
from desk.access import may_manage
from desk.forms import PlainForm
from desk.requests import DeskRequest


class AskingForm(PlainForm):
    weeks_between_asks = forms.IntegerField(
        label="Weeks between two asks to the same person",
        min_value=1,
        max_value=MOST_WEEKS,
        error_messages={
            "required": "Please give a number of weeks.",
            "min_value": "One week at least.",
            "max_value": f"{MOST_WEEKS} weeks at most.",
        },
    )
    blurb = forms.CharField(
        label="Whom you help",
        max_length=LONGEST_BLURB,
        required=False,
        help_text="A few sentences that somebody can forward as they are. Each ask begins with "
        "them, and you can change them there.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def asking(request: DeskRequest, slug: str) -> HttpResponse:
    business = request.business
    initial = {"weeks_between_asks": business.weeks_between_asks, "blurb": business.blurb}
    form = AskingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            change_business(
                business=business,
                changes={"weeks_between_asks": told["weeks_between_asks"], "blurb": told["blurb"]},
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Kept.")
            return redirect("desk:settings_asking", slug=slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/settings/asking.html", {"form": form}, status=status)
