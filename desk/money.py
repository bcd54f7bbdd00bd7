"""Settings → Currencies and credit: what else is paid in, at which rate, and how long it counts."""

from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.refusals import Refusal
from desk.access import may_manage, refused
from desk.forms import DayField, PlainForm
from desk.paging import page_behind
from desk.requests import DeskRequest
from desk.timeline import history_of_money
from referrals.models import ExchangeRate
from referrals.services import MoneyChanges, change_money, enter_rate, remove_rate

# The field that a refusal is about.
BESIDE = {
    "currency_unknown": "other_currencies",
    "too_many_currencies": "other_currencies",
    "months_not_possible": "credit_months",
    "rate_not_possible": "rate",
    "day_not_possible": "since",
    "currency_not_used": "currency",
}
SHOWN = 50


class MoneyForm(PlainForm):
    other_currencies = forms.CharField(
        label="Other currencies you are paid in",
        max_length=60,
        required=False,
        help_text="By their three letters, such as USD, CHF. An amount keeps its currency.",
    )
    credit_months = forms.IntegerField(
        label="Count what somebody brings for so many months",
        required=False,
        help_text="After they were sent to you. Empty: for ever, which is what we advise.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Please give a whole number, or leave it empty."},
    )

    def changes(self) -> MoneyChanges:
        told = self.cleaned_data
        codes = told["other_currencies"].replace(",", " ").split()
        return {"other_currencies": codes, "credit_months": told["credit_months"]}


class RateForm(PlainForm):
    """What one unit of another currency is worth from a day on."""

    currency = forms.ChoiceField(label="One")
    rate = forms.DecimalField(
        label="is worth",
        max_digits=18,
        decimal_places=8,
        error_messages={
            "required": "Please give the rate.",
            "invalid": "Please write the rate as a number, such as 0.92.",
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    since = DayField(label="from", error_messages={"required": "Please give the day."})

    def __init__(self, *args: object, request: DeskRequest) -> None:
        super().__init__(*args, initial={"since": clock.today(request.business)})
        self.fields["rate"].label = f"is worth in {request.business.currency}"
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, code) for code in request.business.other_currencies]


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def money(request: DeskRequest, slug: str) -> HttpResponse:
    """Which currencies are used beside the business's own, and how long credit lasts."""
    business = request.business
    form = MoneyForm(
        request.POST or None,
        initial={
            "other_currencies": ", ".join(business.other_currencies),
            "credit_months": business.credit_months,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_money(
                business=business, changes=form.changes(), by=request.actor, now=clock.now()
            )
        except Refusal as refusal:
            form.add_error(BESIDE.get(refusal.code), refusal.message)
        else:
            messages.success(request, "Kept.")
            return redirect("desk:settings_money", slug=slug)
    return _page(request, form, RateForm(request=request))


@require_POST
@may_manage
def rate(request: DeskRequest, slug: str) -> HttpResponse:
    """A rate of the owner's; a second one for the same day takes the place of the first."""
    form = RateForm(request.POST, request=request)
    if form.is_valid():
        try:
            enter_rate(
                business=request.business,
                **form.cleaned_data,
                by=request.actor,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(BESIDE.get(refusal.code), refusal.message)
        else:
            messages.success(request, "Kept. Amounts from that day on are converted by it.")
            return redirect("desk:settings_money", slug=slug)
    business = request.business
    fresh = MoneyForm(
        initial={
            "other_currencies": ", ".join(business.other_currencies),
            "credit_months": business.credit_months,
        }
    )
    return _page(request, fresh, form)


@require_POST
@may_manage
def remove(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A rate that was a slip, in its number or its day; a second press finds it gone."""
    done = "Removed. Amounts of its days are converted by the rate before it, if there is one."
    for found in ExchangeRate.objects.filter(pk=id):
        refused(request, partial(remove_rate, rate=found, by=request.actor, now=clock.now()), done)
    return redirect("desk:settings_money", slug=slug)


def _page(request: DeskRequest, form: MoneyForm, rate_form: RateForm) -> HttpResponse:
    rates, older = page_behind(
        ExchangeRate.objects.all(), request, by="-since", name="before", size=SHOWN
    )
    context = {
        "form": form,
        "rate_form": rate_form,
        "rates": [(row, f"{row.rate.normalize():f}") for row in rates],
        "older": older,
        "history": history_of_money(viewer=request.membership),
    }
    status = 422 if form.errors or rate_form.errors else 200
    return render(request, "desk/settings/money.html", context, status=status)
