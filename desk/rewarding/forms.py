"""What is filled in about terms and rewards."""

from collections.abc import Sequence
from typing import Any

from django import forms

from businesses.money import UnreadableAmount, parse_money, plain_money
from desk.forms import PlainForm
from rewards.models import LONGEST_CODE, LONGEST_LIST_NAME, LONGEST_REASON
from rewards.rules import Rule
from rewards.states import LONGEST_WORDS, MOST_HOLD_DAYS, ForWhom, Trigger, What

NONE, GIFT, VOUCHER, OWN = "none", "gift", "voucher", "own"
PRESETS = {
    NONE: "Nothing is given",
    GIFT: "A small gift for whoever introduces, once there is a yes",
    VOUCHER: "A discount code for both, once there is a yes",
    OWN: "Rules of your own",
}
_MOST_TYPED = 2_000_000


class MoneyField(forms.CharField):
    """An amount as a person types it: whole minor units once it is read; nothing is 0."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=30, widget=widget, **more)
        self.currency = ""

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not text:
            return 0
        try:
            return parse_money(text, self.currency)
        except UnreadableAmount as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class MoneyForm(PlainForm):
    """A form with amounts in the business's currency."""

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = currency


class LimitsForm(MoneyForm):
    """What holds for all rules together."""

    ceiling = MoneyField(
        label="At most for one person in a year",
        help_text="Both sides read it. What is earned above it is kept, and not given.",
    )
    sale_not_allowed = forms.BooleanField(
        label="In my trade nothing may be given for a sale",
        required=False,
        help_text="Often so for lawyers, doctors, brokers and advisers. Introductions can be"
        " thanked for all the same.",
    )


class TermsForm(LimitsForm):
    field_order = ("preset", "gift_words", "gift_amount", "voucher_amount", "hold_days")

    preset = forms.ChoiceField(
        label="What is given for an introduction?",
        choices=list(PRESETS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one."},
    )
    gift_words = forms.CharField(
        label="Which gift",
        max_length=LONGEST_WORDS,
        required=False,
        help_text="Such as: a bag of coffee. Both sides read it.",
    )
    gift_amount = MoneyField(label="What the gift is worth")
    voucher_amount = MoneyField(label="What the discount code is worth")
    hold_days = forms.IntegerField(
        label="Days before it may be given",
        min_value=0,
        max_value=MOST_HOLD_DAYS,
        required=False,
        help_text="Time to see that all is well.",
    )


_TRIGGERS = [("", "No rule"), *Trigger.choices]


_FIRST = ("trigger", "for_whom", "what", "words", "amount")


class RuleForm(MoneyForm):
    """One rule; without a trigger it is none."""

    trigger = forms.ChoiceField(label="When", choices=_TRIGGERS, required=False)
    above = MoneyField(label="More than, for a sale")
    every = forms.IntegerField(
        label="Each time how many", min_value=2, max_value=100, required=False
    )
    for_whom = forms.ChoiceField(label="For whom", choices=ForWhom.choices, required=False)
    what = forms.ChoiceField(label="What", choices=What.choices, required=False)
    words = forms.CharField(label="In your words", max_length=LONGEST_WORDS, required=False)
    amount = MoneyField(label="Worth")
    percent = forms.IntegerField(
        label="Or percent of the first sale", min_value=1, max_value=100, required=False
    )
    cap = MoneyField(label="Of which at most")
    hold_days = forms.IntegerField(
        label="Days before it may be given", min_value=0, max_value=MOST_HOLD_DAYS, required=False
    )
    codes = forms.CharField(
        label="Codes from the list", max_length=LONGEST_LIST_NAME, required=False
    )

    @property
    def is_begun(self) -> bool:
        return bool(self["trigger"].value()) or bool(self.errors)

    @property
    def first_fields(self) -> Sequence[forms.BoundField]:
        return [self[name] for name in _FIRST]

    @property
    def more_fields(self) -> Sequence[forms.BoundField]:
        """What most rules do without."""
        return [field for field in self if field.name not in _FIRST]

    @property
    def says_more(self) -> bool:
        return any(field.value() or field.errors for field in self.more_fields)

    def rule(self) -> Rule | None:
        told = self.cleaned_data
        if not told["trigger"]:
            return None
        numbers = ("every", "percent", "hold_days")
        return Rule(
            **{
                **told,
                **{name: told[name] or 0 for name in numbers},
                "for_whom": told["for_whom"] or ForWhom.ADVOCATE,
                "what": told["what"] or What.GIFT,
            }
        )


def as_typed(rule: Rule, currency: str) -> dict[str, Any]:
    """The rule as its form begins."""
    money = {
        name: plain_money(amount, currency) if (amount := getattr(rule, name)) else ""
        for name in ("above", "amount", "cap")
    }
    return {
        **money,
        "trigger": rule.trigger,
        "for_whom": rule.for_whom,
        "what": rule.what,
        "words": rule.words,
        "every": rule.every or None,
        "percent": rule.percent or None,
        "hold_days": rule.hold_days or None,
        "codes": rule.codes,
    }


class CodesForm(PlainForm):
    """Codes, typed or in a file; one on each line."""

    text = forms.CharField(
        label="Codes, one on each line",
        max_length=_MOST_TYPED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label="Or a file with them",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    list_name = forms.CharField(
        label="Name of the list",
        max_length=LONGEST_LIST_NAME,
        required=False,
        help_text="Only where you have several, for codes of different worth: a rule names the one"
        " it takes from.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size > _MOST_TYPED:
            raise forms.ValidationError("Please keep the file under 2 MB.")
        return file

    def typed(self) -> str:
        file = self.cleaned_data["file"]
        read = file.read().decode("utf-8-sig", "replace") if file else ""
        return f"{self.cleaned_data['text']}\n{read}"


class GiveForm(PlainForm):
    code = forms.CharField(
        label="The discount code",
        max_length=LONGEST_CODE,
        required=False,
        help_text="One that nobody has had.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    note = forms.CharField(
        label="A note with it",
        max_length=LONGEST_REASON,
        required=False,
        help_text="Where it was bought, how it was sent.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    told = forms.BooleanField(
        label="I told them myself",
        required=False,
        help_text="Then no letter leaves.",
    )

    def __init__(self, *args: Any, asks_code: bool, **more: Any) -> None:
        """`asks_code`: there is none to take, so one is typed."""
        super().__init__(*args, **more)
        if not asks_code:
            del self.fields["code"]


class VoidForm(PlainForm):
    reason = forms.CharField(
        label="Why is nothing given?",
        max_length=LONGEST_REASON,
        error_messages={"required": "Say in a few words why nothing is given."},
    )


class SettleForm(PlainForm):
    words = forms.CharField(
        label="What you found",
        max_length=LONGEST_REASON,
        error_messages={"required": "Say in a few words what you found."},
    )
    fine = forms.ChoiceField(
        choices=[("yes", "All is well"), ("no", "Nothing is given for it")],
        error_messages={"required": "Please press one of the two."},
    )
