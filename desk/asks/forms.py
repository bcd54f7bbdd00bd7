"""What is filled in to ask somebody."""

from django import forms

from businesses.models import LONGEST_BLURB
from contacts.addresses import clean_email
from contacts.models import LONGEST_TAG
from contacts.names import clean_name
from desk.forms import PlainForm
from introductions.models import LONGEST_OVERRIDE


class WhomForm(PlainForm):
    """Who is asked: somebody known, found by address, or somebody new."""

    name = forms.CharField(
        label="Name", max_length=200, error_messages={"required": "Please give a name."}
    )
    email = forms.CharField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "An ask goes by e-mail, so it needs an address."},
    )

    def clean_name(self) -> str:
        return self.checked("name", clean_name)

    def clean_email(self) -> str:
        return self.checked("email", clean_email)


class AddressForm(PlainForm):
    """An address for somebody who has none."""

    email = forms.CharField(
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "An ask goes by e-mail, so it needs an address."},
    )

    def clean_email(self) -> str:
        return self.checked("email", clean_email)


class AskForm(PlainForm):
    wanted = forms.CharField(
        label="I am looking for",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    named_person = forms.CharField(
        label="Or somebody in particular",
        max_length=150,
        required=False,
        help_text="A name and a firm, if you know of one.",
    )
    note = forms.CharField(
        label="A personal note",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    blurb = forms.CharField(
        label="To pass on",
        max_length=LONGEST_BLURB,
        required=False,
        help_text="Whom you help, in words that can be forwarded as they are.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label="Why you ask all the same",
        max_length=LONGEST_OVERRIDE,
        required=False,
        help_text="It is kept with the ask, and your colleagues can read it.",
    )

    def clean(self) -> dict[str, object]:
        told = super().clean() or {}
        if not (told.get("wanted") or told.get("named_person")):
            self.add_error(
                "wanted", "Say whom you would like to meet: a kind of person, or a name."
            )
        return told


class SeveralForm(AskForm):
    """The same ask to several people: each gets a letter of their own, looked at before it goes."""

    # Said of each letter by itself.
    reason = None  # type: ignore[assignment]  # how Django leaves out an inherited field


class NudgeForm(PlainForm):
    words = forms.CharField(
        label="What it says",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write a few words."},
    )


class WhoKnowsForm(PlainForm):
    """Somebody the business would like to meet."""

    person = forms.CharField(label="Whom would you like to meet?", max_length=75, required=False)
    firm = forms.CharField(label="Which firm are they with?", max_length=100, required=False)
    tag = forms.CharField(
        label="A tag that would be theirs",
        max_length=LONGEST_TAG,
        required=False,
        help_text="Such as a club or a school.",
    )
