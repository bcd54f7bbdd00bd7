"""Settings → How you thank: what gifts may cost in a year, and whether values are shown."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.models import Business
from businesses.money import parse_money, plain_money
from businesses.refusals import Refusal
from businesses.thanking import change_thanking
from desk.access import may_manage
from desk.forms import PlainForm
from desk.requests import DeskRequest


class ThankingForm(PlainForm):
    gift_ceiling = forms.CharField(
        max_length=20,
        required=False,
        help_text="Above it you are asked for a reason, which is kept. Empty: no ceiling. Many"
        " countries tax gifts to business friends above an amount.",
    )
    shows_values = forms.BooleanField(
        label="Whoever introduces somebody may read what it was worth",
        required=False,
        help_text="Only of people who are introduced from then on, and only where they let it be"
        " told how it ended: their page says so before they answer.",
    )

    def __init__(self, *args: object, business: Business, **more: object) -> None:
        super().__init__(*args, **more)
        self._currency = business.currency
        label = f"Gifts to one person in a year, in {business.currency}"
        self.fields["gift_ceiling"].label = label

    def clean_gift_ceiling(self) -> int | None:
        text = self.cleaned_data["gift_ceiling"]
        if not text.strip():
            return None
        try:
            amount = parse_money(text, self._currency)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        if amount < 0:
            raise forms.ValidationError("A ceiling is an amount, or none.")
        return amount


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def how_you_thank(request: DeskRequest, slug: str) -> HttpResponse:
    business = request.business
    ceiling = business.gift_ceiling
    initial = {
        "gift_ceiling": "" if ceiling is None else plain_money(ceiling, business.currency),
        "shows_values": business.shows_values,
    }
    form = ThankingForm(request.POST or None, initial=initial, business=business)
    if request.method == "POST" and form.is_valid():
        change_thanking(
            business=business,
            changes={
                "gift_ceiling": form.cleaned_data["gift_ceiling"],
                "shows_values": form.cleaned_data["shows_values"],
            },
            now=clock.now(),
        )
        messages.success(request, "Kept. So you thank from now on.")
        return redirect("desk:settings_thanking", slug=slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/settings/thanking.html", {"form": form}, status=status)
