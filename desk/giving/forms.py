"""What is filled in to introduce two people, and about a partner firm."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from contacts.firms import FirmChanges
from contacts.models import Company, Contact
from contacts.services import TagsNotPossible, clean_tags
from desk.forms import PlainForm
from desk.people.forms import people_called, suggesting
from giving.models import LONGEST_TOLD, LONGEST_WORDS
from giving.states import Outcome


class WhomForm(PlainForm):
    """The two who should meet; with `first` known, only the other is asked for."""

    one_name = forms.CharField(
        label="Whom would you like to introduce?",
        max_length=75,
        widget=forms.TextInput(attrs=suggesting("one_name")),
        error_messages={"required": "Please give a name."},
    )
    one = forms.UUIDField(required=False, widget=forms.HiddenInput)
    other_name = forms.CharField(
        label="To whom?",
        max_length=75,
        help_text="Somebody else of your people, perhaps at a partner firm.",
        widget=forms.TextInput(attrs=suggesting("other_name")),
        error_messages={"required": "Please give a name."},
    )
    other = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, first: Contact | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.first = first
        # Who may be meant by a name that several have, by field.
        self.unclear: dict[str, Sequence[Contact]] = {}
        if first is not None:
            del self.fields["one_name"], self.fields["one"]

    def clean(self) -> None:
        given = self.cleaned_data
        for field in ("one", "other"):
            typed = given.get(f"{field}_name")
            if typed:
                given[field] = self._meant(field, typed, given.get(field))
        if self.first is not None:
            given["one"] = self.first
        one, other = given.get("one"), given.get("other")
        if one is not None and one == other:
            self.add_error("other_name", "That is the same person twice.")

    def _meant(self, field: str, typed: str, key: Any) -> Contact | None:
        matches = people_called(typed, key)
        if len(matches) == 1:
            return matches[0]
        self.unclear[field] = matches
        says = f"Please choose who you mean by “{typed}”." if matches else _NOBODY
        self.add_error(f"{field}_name", says)
        return None


_NOBODY = "Nobody here is called that. Add them to your people first."


class WordsForm(PlainForm):
    """What each of the two reads of the other."""

    first_words = forms.CharField(
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write in a sentence or two why they should meet."},
    )
    second_words = forms.CharField(
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write in a sentence or two why they should meet."},
    )

    def __init__(self, *args: Any, first: Contact, second: Contact, **more: Any) -> None:
        super().__init__(*args, **more)
        for field, to, about in (("first", first, second), ("second", second, first)):
            label = f"To {to.first_name}, about {about.first_name}"
            self.fields[f"{field}_words"].label = label


class OutcomeForm(PlainForm):
    """What the business heard."""

    outcome = forms.ChoiceField(
        label="What came of it, as you heard?",
        choices=[
            (Outcome.TALKING, "They are talking"),
            (Outcome.MET, "They have met"),
            (Outcome.TOGETHER, "They work together"),
            (Outcome.NO_FIT, "It did not fit"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of these."},
    )
    words = forms.CharField(
        label="A word about it",
        required=False,
        max_length=LONGEST_TOLD,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FirmForm(PlainForm):
    """A firm's profile."""

    is_partner = forms.BooleanField(
        label="A partner firm: you send each other people", required=False
    )
    trade = forms.CharField(label="What they do", required=False, max_length=100)
    good_referral = forms.CharField(
        label="Who is a good referral for them?",
        required=False,
        max_length=500,
        help_text="In their own words, best of all.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sphere = forms.CharField(
        label="Whom they work beside",
        required=False,
        max_length=900,
        help_text="Trades that serve the same people and do not compete, with commas between:"
        " bookkeeping, property, insurance.",
    )

    def clean_sphere(self) -> list[str]:
        try:
            return clean_tags(str(self.cleaned_data["sphere"]).split(","))
        except TagsNotPossible as refusal:
            said = "Twenty trades at most, each of 40 letters at most."
            raise forms.ValidationError(said, code=refusal.code) from refusal

    def changes(self, company: Company, today: date) -> FirmChanges:
        """What was filled in; a partner firm stays one since the day on which it became one."""
        given = self.cleaned_data
        return FirmChanges(
            trade=given["trade"],
            good_referral=given["good_referral"],
            sphere=given["sphere"],
            partner_since=(company.partner_since or today) if given["is_partner"] else None,
        )
