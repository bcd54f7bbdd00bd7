"""What a customer fills in: a number and why, a wish, and words that may be published."""

from typing import Any

from django import forms

from businesses.pictures import NoPicture, uploaded
from businesses.refusals import Refusal
from contacts.models import LONGEST_TEXT, Contact
from feedback.models import HIGHEST_SCORE, LONGEST_TESTIMONIAL, ShownAs
from feedback.services import signature_of
from guests.forms import GuestForm

_PROSE = {"spellcheck": "true", "autocapitalize": "sentences"}
_TOO_LONG = "That is more than fits here: {:,} characters at most."


class AnswerForm(GuestForm):
    score = forms.TypedChoiceField(
        choices=[(number, str(number)) for number in range(HIGHEST_SCORE + 1)],
        coerce=int,
        error_messages={
            "required": "Please choose a number from 0 to 10.",
            "invalid_choice": "Please choose a number from 0 to 10.",
        },
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label="Why?",
        max_length=LONGEST_TEXT,
        required=False,
        error_messages={"max_length": _TOO_LONG.format(LONGEST_TEXT)},
        widget=forms.Textarea(attrs={"rows": 2, **_PROSE}),
    )


class WishForm(GuestForm):
    wish = forms.CharField(
        label="What would make it better?",
        max_length=LONGEST_TEXT,
        error_messages={
            "required": "Write a few words, or just leave the page.",
            "max_length": _TOO_LONG.format(LONGEST_TEXT),
        },
        widget=forms.Textarea(attrs={"rows": 3, **_PROSE}),
    )


class TestimonialForm(GuestForm):
    """Their words, and how they are named beside them."""

    words = forms.CharField(
        label="Your words",
        max_length=LONGEST_TESTIMONIAL,
        error_messages={
            "required": "Write a sentence or two that may be published.",
            "max_length": _TOO_LONG.format(LONGEST_TESTIMONIAL),
        },
        widget=forms.Textarea(attrs={"rows": 4, **_PROSE}),
    )
    shown_as = forms.ChoiceField(
        label="Name beside them",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how you would like to be named.",
            "invalid_choice": "Choose how you would like to be named.",
        },
    )

    photo = forms.FileField(
        label="A photo of you",
        required=False,
        help_text="JPEG, PNG or WebP, 5 MB at most. A small copy is kept, without place or camera.",
        error_messages={"empty": NoPicture.message},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, contact: Contact, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = {signature_of(contact, shown): shown.value for shown in reversed(ShownAs)}
        field = self.fields["shown_as"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(value, name) for name, value in reversed(choices.items())]

    def clean_photo(self) -> bytes | None:
        """The bytes of a picture; what cannot be one is said beside the field."""
        try:
            return uploaded(self.cleaned_data.get("photo"))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
