"""What comes next with somebody who was sent: the form on their referral's page."""

from typing import Any

from django import forms

from businesses.money import parse_money, plain_money
from businesses.refusals import Refusal
from desk.forms import DayField, PlainForm
from desk.requests import DeskRequest
from referrals.models import LONGEST_NOTE, Referral
from referrals.services import ReferralChanges, currencies_of

# The field that a refusal is about.
BESIDE_PLAN = {
    "step_has_passed": "next_on",
    "amount_not_positive": "expected",
    "currency_not_used": "expected",
}


class PlanForm(PlainForm):
    """The next step and its day, what it may come to, and a note; after the end a note alone."""

    next_step = forms.CharField(
        label="The next step",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Send the offer"}),
    )
    next_on = DayField(label="On", required=False)
    expected = forms.CharField(
        label="It may come to",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label="Worth knowing",
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, referral: Referral, request: DeskRequest) -> None:
        used = currencies_of(request.business)
        kept = referral.expected_currency or used[0]
        amount = referral.expected_amount
        initial = {
            "next_step": referral.next_step,
            "next_on": referral.next_on,
            "expected": plain_money(amount, kept) if amount is not None else "",
            "note": referral.note,
            "currency": kept,
        }
        super().__init__(*args, initial=initial, auto_id="id_plan_%s")
        self._currency = kept
        if not referral.can_be_planned:
            self.fields = {"note": self.fields["note"]}
            return
        if len(used) == 1 and kept == used[0]:
            self.fields["expected"].label = f"It may come to, in {kept}"
            return
        codes = dict.fromkeys([*used, kept])
        self.fields["currency"] = forms.ChoiceField(
            label="Currency", choices=[(code, code) for code in codes], required=False
        )
        if self.data.get("currency") in codes:
            self._currency = self.data["currency"]

    def clean_expected(self) -> int | None:
        text = self.cleaned_data["expected"].strip()
        if not text:
            return None
        try:
            return parse_money(text, self._currency)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal

    def changes(self) -> ReferralChanges:
        told = self.cleaned_data
        if "next_on" not in self.fields:
            return {"note": told["note"]}
        return {
            "next_step": told["next_step"],
            "next_on": told["next_on"],
            "expected_amount": told["expected"],
            "expected_currency": self._currency,
            "note": told["note"],
        }
