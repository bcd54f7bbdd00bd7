"""Amounts as people type them: what came in, what was given back, what is put right."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict

from django import forms

from businesses import clock
from businesses.money import parse_money, plain_money
from businesses.refusals import Refusal
from businesses.templatetags.said import say_day
from contacts.models import Contact
from desk.forms import DayField, PlainForm
from desk.requests import DeskRequest
from referrals.models import ClosedBusiness, Referral
from referrals.services import currencies_of, referral_of_further
from referrals.states import Every

# The field that a refusal is about.
BESIDE_MONEY = {
    "amount_not_positive": "amount",
    "currency_not_used": "amount",
    "day_not_possible": "on",
    "more_than_is_left": "amount",
}


class Money(TypedDict):
    """What the services of money take, by name."""

    amount: int
    currency: str
    on: date


class AmountForm(PlainForm):
    """An amount and its day, in a currency of the business, or one of those that are `used`."""

    amount = forms.CharField(
        label="Amount",
        max_length=40,
        error_messages={"required": "Please write the amount."},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    on = DayField(label="On", error_messages={"required": "Please give the day."})

    def __init__(
        self, *args: object, request: DeskRequest, used: Sequence[str] = (), **kwargs: object
    ) -> None:
        kwargs.setdefault("initial", {"on": clock.today(request.business)})
        super().__init__(*args, **kwargs)
        used = used or currencies_of(request.business)
        self._currency = used[0]
        if len(used) == 1:
            self.fields["amount"].label = f"Amount in {used[0]}"
            return
        self.fields["currency"] = forms.ChoiceField(
            label="Currency", choices=[(code, code) for code in used], initial=used[0]
        )
        if self.data.get("currency") in used:
            self._currency = self.data["currency"]

    def clean_amount(self) -> int:
        try:
            return parse_money(self.cleaned_data["amount"], self._currency)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal

    def money(self) -> Money:
        """What the services take."""
        return {
            "amount": self.cleaned_data["amount"],
            "currency": self._currency,
            "on": self.cleaned_data["on"],
        }


class FurtherForm(AmountForm):
    """More that came in, perhaps for the first time of many."""

    note = forms.CharField(label="For", max_length=300, required=False)
    every = forms.ChoiceField(
        label="How often", choices=[("", "Once"), *Every.choices], required=False
    )


NONE_OF_THEM = "none"


class CameInForm(FurtherForm):
    """More that came in from somebody: where they were sent, the introduction it belongs to."""

    def __init__(self, *args: object, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._contact = contact
        won = Referral.objects.won().of_contact(contact).order_by("-won_at", "-id")
        self._won = {str(one.pk): one for one in won.prefetch_related("credits__advocate__contact")}
        if self._won:
            self.fields["through"] = forms.ChoiceField(
                label="Which introduction it belongs to",
                required=False,
                choices=[
                    ("", "The latest won by then"),
                    *((key, _whose(one)) for key, one in self._won.items()),
                    (NONE_OF_THEM, "None of them"),
                ],
            )

    @property
    def referral(self) -> Referral | None:
        """As it was chosen; else the latest that was won by that day."""
        chosen = self.cleaned_data.get("through", "")
        if chosen == NONE_OF_THEM:
            return None
        if chosen:
            return self._won[chosen]
        return referral_of_further(contact=self._contact, on=self.cleaned_data["on"])


def _whose(referral: Referral) -> str:
    """`Marta Oliveira’s, won 3 May`."""
    names = [one.advocate.contact.name for one in referral.credits.all()]
    won = f"won {say_day(referral.won_at)}" if referral.won_at else "won"
    return f"{' and '.join(names)}’s, {won}" if names else f"Nobody named, {won}"


class MendForm(AmountForm):
    """An amount that was kept, to be put right; it keeps its currency."""

    def __init__(
        self, *args: object, closed: ClosedBusiness, stands: int, request: DeskRequest
    ) -> None:
        kept = {"amount": plain_money(stands, closed.currency), "on": closed.closed_on}
        # Many of them are on one page: each has labels of its own.
        super().__init__(
            *args,
            request=request,
            used=[closed.currency],
            initial=kept,
            auto_id=f"id_{closed.pk}_%s",
        )
        self.closed = closed


class RefundForm(AmountForm):
    """What is given back of an amount: at most what is left of it."""

    note = forms.CharField(label="Why", max_length=300, required=False)

    def __init__(
        self, *args: object, closed: ClosedBusiness, left: int, request: DeskRequest
    ) -> None:
        super().__init__(
            *args,
            request=request,
            used=[closed.currency],
            initial={
                "amount": plain_money(left, closed.currency),
                "on": clock.today(closed.business),
            },
            auto_id=f"id_back_{closed.pk}_%s",
        )
        self.closed = closed


class CurrencyForm(AmountForm):
    """What is left of an amount, in the other currency that it was in; the day stays."""

    def __init__(
        self, *args: object, closed: ClosedBusiness, left: int, request: DeskRequest
    ) -> None:
        super().__init__(
            *args,
            request=request,
            used=others_than(closed, request),
            initial={"amount": plain_money(left, closed.currency)},
            auto_id=f"id_other_{closed.pk}_%s",
        )
        del self.fields["on"]
        self.closed = closed

    @property
    def currency(self) -> str:
        """Which other one it was."""
        return self._currency


def others_than(closed: ClosedBusiness, request: DeskRequest) -> list[str]:
    """The currencies in which it may have been, if it was in another."""
    return [code for code in currencies_of(request.business) if code != closed.currency]
