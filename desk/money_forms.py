"""Amounts as people type them: what came in, what was given back, what is put right."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from django import forms

from businesses import clock
from businesses.money import format_money, parse_money, plain_money
from businesses.refusals import Refusal
from businesses.templatetags.said import say_day
from contacts.models import Contact
from desk.forms import DayField, PlainForm
from desk.requests import DeskRequest
from referrals.models import ClosedBusiness, Referral
from referrals.services import currencies_of, referral_of_further
from referrals.states import MENDING, Came, Every

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
    """An amount and its day, in a currency of the business."""

    amount = forms.CharField(
        label="Amount",
        max_length=40,
        error_messages={"required": "Please write the amount."},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    on = DayField(label="On", error_messages={"required": "Please give the day."})

    def __init__(
        self, *args: object, request: DeskRequest, currency: str = "", **kwargs: object
    ) -> None:
        kwargs.setdefault("initial", {"on": clock.today(request.business)})
        super().__init__(*args, **kwargs)
        used = [currency] if currency else currencies_of(request.business)
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
            currency=closed.currency,
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
            currency=closed.currency,
            initial={
                "amount": plain_money(left, closed.currency),
                "on": clock.today(closed.business),
            },
            auto_id=f"id_back_{closed.pk}_%s",
        )
        self.closed = closed


@dataclass(frozen=True, slots=True)
class Beside:
    """A row beneath what it refers to: given back, or put right to more or to less."""

    row: ClosedBusiness
    says: str

    @property
    def on(self) -> date | datetime:
        """What went back has a day of its own; a slip was put right when it was seen."""
        return self.row.closed_on if self.row.kind == Came.REFUND else self.row.created_at


@dataclass(frozen=True, slots=True)
class CameIn:
    """A row of *What came in* as it stands, with what refers to it and the forms that change it."""

    closed: ClosedBusiness
    money: str
    # What was written first, where it was put right since.
    written: str
    # What is left of it, where something was given back.
    left: str
    beside: list[Beside]
    form: MendForm
    refund: RefundForm | None

    @property
    def is_open(self) -> bool:
        """Whether a form of it failed, so that its fold is to be seen."""
        return self.form.is_bound or bool(self.refund and self.refund.is_bound)


def came_in(
    rows: list[ClosedBusiness], request: DeskRequest, failed: forms.Form | None = None
) -> list[CameIn]:
    """What came in as it stands now, with all that refers to it; `failed` keeps its place."""
    beside: dict[object, list[ClosedBusiness]] = {}
    for row in rows:
        if row.kind in MENDING:
            beside.setdefault(row.refers_to_id, []).append(row)
    return [_one(row, beside.get(row.pk, []), request, failed) for row in rows if row.is_income]


def _one(
    row: ClosedBusiness,
    beside: list[ClosedBusiness],
    request: DeskRequest,
    failed: forms.Form | None,
) -> CameIn:
    def said(amount: int) -> str:
        return format_money(amount, row.currency, request.business.locale)

    def says(one: ClosedBusiness) -> str:
        if one.kind == Came.REFUND:
            return f"{said(-one.amount)} given back"
        return f"Put right: {said(abs(one.amount))} {'more' if one.amount > 0 else 'less'}"

    corrections = [one for one in beside if one.kind == Came.CORRECTION]
    refunds = [one for one in beside if one.kind == Came.REFUND]
    stands = row.amount + sum(one.amount for one in corrections)
    left = stands + sum(one.amount for one in refunds)
    mend = failed if isinstance(failed, MendForm) and failed.closed == row else None
    back = failed if isinstance(failed, RefundForm) and failed.closed == row else None
    fresh = RefundForm(closed=row, left=left, request=request) if left > 0 else None
    return CameIn(
        row,
        said(stands),
        said(row.amount) if corrections else "",
        said(left) if refunds else "",
        [Beside(one, says(one)) for one in sorted(beside, key=lambda one: one.created_at)],
        mend or MendForm(closed=row, stands=stands, request=request),
        back or fresh,
    )
