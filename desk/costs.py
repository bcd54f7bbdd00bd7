"""Settings → What it costs you: what the figures about sent customers reckon with."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses.costs import CostChanges, change_costs
from businesses.models import MOST_MINUTES, Business
from businesses.money import parse_money, plain_money
from businesses.refusals import Refusal
from desk.access import may_manage
from desk.forms import PlainForm
from desk.requests import DeskRequest

_LABELS = {
    "card_costs": "A card with its stamp",
    "hour_costs": "An hour of yours",
    "advertising_a_month": "Advertising, in a month",
}


class CostsForm(PlainForm):
    card_costs = forms.CharField(max_length=20, required=False)
    hour_costs = forms.CharField(max_length=20, required=False)
    minutes_each = forms.IntegerField(
        label="Minutes you spend on each introduction",
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        help_text="Calls, letters and thanks, as a guess.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Please give a whole number, or leave it empty."},
    )
    advertising_a_month = forms.CharField(
        max_length=20,
        required=False,
        help_text="What customers who were not sent cost you.",
    )

    def __init__(self, *args: object, business: Business, **more: object) -> None:
        super().__init__(*args, **more)
        self._currency = business.currency
        for name, label in _LABELS.items():
            self.fields[name].label = f"{label}, in {business.currency}"

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in _LABELS:
            told[name] = self._amount(name, str(told.get(name) or ""))
        return told

    def changes(self) -> CostChanges:
        told = self.cleaned_data
        return {
            "card_costs": told["card_costs"],
            "hour_costs": told["hour_costs"],
            "minutes_each": told["minutes_each"],
            "advertising_a_month": told["advertising_a_month"],
        }

    def _amount(self, name: str, text: str) -> int | None:
        if not text.strip():
            return None
        try:
            amount = parse_money(text, self._currency)
        except Refusal as refusal:
            self.add_error(name, refusal.message)
            return None
        if amount < 0:
            self.add_error(name, "That is an amount, or nothing.")
        return amount


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def costs(request: DeskRequest, slug: str) -> HttpResponse:
    business = request.business
    initial: dict[str, object] = {"minutes_each": business.minutes_each}
    for name in _LABELS:
        amount = getattr(business, name)
        initial[name] = "" if amount is None else plain_money(amount, business.currency)
    form = CostsForm(request.POST or None, initial=initial, business=business)
    if request.method == "POST" and form.is_valid():
        change_costs(business=business, changes=form.changes())
        messages.success(request, "Kept. It is reckoned with from now on.")
        return redirect("desk:settings_costs", slug=slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/settings/costs.html", {"form": form}, status=status)
