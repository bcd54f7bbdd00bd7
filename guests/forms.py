"""What guests fill in. The services decide what is right; their refusals land beside the field."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.html import escape

from businesses.refusals import Refusal
from contacts.names import LONGEST_NAME
from guests.drafting import masked
from guests.rewarded import told_by_reward
from introductions.models import Introduction
from introductions.states import Depth, Hears, Met, Via, Wants

# Which field a refusal is about, by its code; the rest concern the whole page.
_FIELD_OF = {
    "name_needed": ("first_name", "person"),
    "name_not_allowed": ("first_name", "person"),
    "words_needed": ("words",),
    "invalid_address": ("email", "reach"),
    "invalid_phone": ("phone", "reach"),
    "address_needed": ("reach",),
    "introduces_self": ("email", "reach"),
    "introduces_the_business": ("email", "reach"),
    "already_introduced": ("email", "reach"),
    "address_suppressed": ("email", "reach"),
    "limit_not_possible": ("not_before",),
    "day_not_possible": ("until", "meets_on"),
    "meeting_needs_day": ("meets_on",),
    "place_needed": ("meets_place",),
    "say_what_for": ("words",),
    "score_out_of_range": ("score",),
    "wish_needed": ("wish",),
    "testimonial_words_needed": ("words",),
    "testimonial_words_too_long": ("words",),
    "picture_too_large": ("photo",),
    "no_picture": ("photo",),
}
NEITHER = "This is neither an e-mail address nor a phone number."
_CONTROL = {"spellcheck": "true", "autocapitalize": "sentences"}


class GuestForm(forms.Form):
    """A form that keeps what was typed and takes a service's refusal as its own."""

    # What is needed depends on the button, so the browser is told field by field.
    use_required_attribute = False

    def takes(self, refusal: Refusal) -> bool:
        """Whether the refusal is about something typed here."""
        return bool(self._fields_of(refusal))

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal's sentence beside the field it is about, or above the form."""
        names = self._fields_of(refusal)
        self.add_error(names[0] if names else None, refusal.message)

    def _fields_of(self, refusal: Refusal) -> list[str]:
        return [name for name in _FIELD_OF.get(refusal.code, ()) if name in self.fields]


class IntroduceForm(GuestForm):
    """A first name and a message; an address only for *Send it for me* (`for_me`)."""

    first_name = forms.CharField(
        label="Their first name",
        max_length=LONGEST_NAME,
        strip=True,
        error_messages={
            "required": "Whom would you like to introduce? A first name is enough.",
            "max_length": f"A name can be {LONGEST_NAME} characters long.",
        },
        widget=forms.TextInput(
            attrs={
                "required": True,
                "autocomplete": "off",
                "autocapitalize": "words",
                "enterkeyhint": "send",
            }
        ),
    )
    words = forms.CharField(
        label="Your message",
        max_length=2000,
        help_text="We began it for you. Change what you like.",
        error_messages={
            "required": "Say in a sentence or two why you two should meet.",
            "max_length": "That is more than fits here: 2,000 characters at most.",
        },
        widget=forms.Textarea(attrs={"required": True, "rows": 6, **_CONTROL}),
    )
    email = forms.CharField(
        label="Their e-mail address",
        max_length=254,
        required=False,
        error_messages={"max_length": "This does not look like an e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, for_me: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_me = for_me

    def clean(self) -> dict[str, Any]:
        """The other button's field is kept, and what is wrong in it means nothing here."""
        if not self.for_me:
            self.errors.pop("email", None)
        elif not self.cleaned_data.get("email") and "email" not in self.errors:
            self.add_error("email", "Which address shall we write to?")
        return self.cleaned_data


class ClaimForm(GuestForm):
    """Whom an advocate introduced, too, and what they want to say of it."""

    person = forms.CharField(
        label="Whom do you mean?",
        max_length=LONGEST_NAME,
        error_messages={
            "required": "A first name is enough.",
            "max_length": f"A name can be {LONGEST_NAME} characters long.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    words = forms.CharField(
        label="How it was",
        max_length=500,
        required=False,
        error_messages={"max_length": "That is more than fits here: 500 characters at most."},
        widget=forms.Textarea(attrs={"rows": 3, **_CONTROL}),
    )


class YesForm(GuestForm):
    """With the yes, where the advocate sent the link and no address is known."""

    reach = forms.CharField(
        label="Your e-mail or phone number",
        max_length=254,
        error_messages={
            "required": "Give an e-mail address or a phone number, so that you can be reached.",
            "max_length": "This does not look like an e-mail address.",
        },
        widget=forms.TextInput(
            attrs={
                "required": True,
                "inputmode": "email",
                "autocomplete": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    def refuse(self, refusal: Refusal) -> None:
        """One line takes both, so what is neither is not called a wrong number."""
        reach = self.cleaned_data.get("reach", "")
        if refusal.code == "invalid_phone" and not any(map(str.isdigit, reach)):
            self.add_error("reach", NEITHER)
        else:
            super().refuse(refusal)

    def address(self) -> dict[str, str]:
        """The one line as the service takes it: an address if it has an @, else a number."""
        reach = self.cleaned_data["reach"]
        return {"email": reach} if "@" in reach else {"phone": reach}


class ComeForm(YesForm):
    """Who came by an advocate's link: a first name, a way to be reached, and what for."""

    first_name = forms.CharField(
        label="Your first name",
        max_length=LONGEST_NAME,
        error_messages={
            "required": "What is your name? A first name is enough.",
            "max_length": f"A name can be {LONGEST_NAME} characters long.",
        },
        widget=forms.TextInput(
            attrs={"required": True, "autocomplete": "given-name", "autocapitalize": "words"}
        ),
    )
    words = forms.CharField(
        label="Who you are, and what you look for",
        max_length=500,
        error_messages={
            "required": "Say in a sentence or two who you are and what you look for.",
            "max_length": "That is more than fits here: 500 characters at most.",
        },
        widget=forms.Textarea(attrs={"required": True, "rows": 3, **_CONTROL}),
    )
    field_order = ("first_name", "words", "reach")


class VouchForm(GuestForm):
    """What the advocate says of whoever came; drafted, so that one tap is enough."""

    words = forms.CharField(
        label="Your words to both",
        max_length=2000,
        required=False,
        help_text="We began it for you. Change what you like.",
        error_messages={"max_length": "That is more than fits here: 2,000 characters at most."},
        widget=forms.Textarea(attrs={"rows": 3, **_CONTROL}),
    )


class MoreForm(GuestForm):
    """What an advocate may add: how well they know each other, where to meet, what to hear."""

    depth = forms.ChoiceField(
        label="How well do you know each other?",
        choices=[("", "I would rather not say"), *Depth.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these."},
    )
    meets_on = forms.DateField(
        label="On which day?",
        required=False,
        error_messages={"invalid": "Choose a day, such as 2031-05-24."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    meets_at = forms.TimeField(
        label="At what time?",
        required=False,
        error_messages={"invalid": "Give a time, such as 17:30."},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    meets_place = forms.CharField(
        label="Where?",
        max_length=200,
        required=False,
        error_messages={"max_length": "That is more than fits here: 200 characters at most."},
    )
    wants = forms.ChoiceField(
        label="What would you like to hear back?",
        choices=Wants.choices,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "Choose one of these.",
            "required": "Choose one of these.",
        },
    )


class MetForm(GuestForm):
    """Whether it came about, by the button that was pressed, and words if they like."""

    met = forms.ChoiceField(choices=Met.choices)
    words = forms.CharField(
        label="A few words",
        max_length=500,
        required=False,
        error_messages={"max_length": "That is more than fits here: 500 characters at most."},
        widget=forms.Textarea(attrs={"rows": 3, **_CONTROL}),
    )


class MoveForm(GuestForm):
    """Another day on which to bring two people together."""

    meets_on = forms.DateField(
        label="To which day?",
        error_messages={
            "required": "Choose the new day.",
            "invalid": "Choose a day, such as 2031-05-24.",
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    meets_at = forms.TimeField(
        label="At what time?",
        required=False,
        error_messages={"invalid": "Give a time, such as 17:30."},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    meets_place = forms.CharField(
        label="Where?",
        max_length=200,
        required=False,
        error_messages={"max_length": "That is more than fits here: 200 characters at most."},
    )


class NotNowForm(GuestForm):
    """A day on which to be asked once more."""

    until = forms.DateField(
        label="Or another day",
        required=False,
        error_messages={"invalid": "Choose a day, such as 2031-05-24."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = {"min": today + timedelta(days=1), "max": today + timedelta(days=365)}
        self.fields["until"].widget.attrs |= {
            name: limit.isoformat() for name, limit in limits.items()
        }


HEARS = (
    (Hears.OUTCOME, "That you met and how it went, never any amount"),
    (Hears.MET, "Only that you met"),
    (Hears.NOTHING, "Nothing more"),
)
# Where what the advocate is given tells them more than they are let hear.
WITH_REWARD = (Hears.OUTCOME, "That you met and how it went")
# Where the business shows what an introduction was worth.
WITH_VALUES = (Hears.OUTCOME, "That you met, how it went and what it came to")


class AddForm(GuestForm):
    """What may follow a yes; all of it optional."""

    sentence = forms.CharField(
        label="A sentence of your own",
        max_length=500,
        required=False,
        error_messages={"max_length": "That is more than fits here: 500 characters at most."},
        widget=forms.Textarea(attrs={"rows": 3, **_CONTROL}),
    )
    reach_by = forms.CharField(
        label="How you like to be reached",
        max_length=200,
        required=False,
        help_text="A number and a good time, another address, or where you can be booked.",
        error_messages={"max_length": "That is more than fits here: 200 characters at most."},
    )
    advocate_hears = forms.ChoiceField(
        choices=HEARS,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these."},
    )

    def __init__(
        self, *args: Any, introduction: Introduction, draft: str = "", **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "sentence": introduction.prospect_sentence or draft,
            "reach_by": introduction.reach_by,
            "advocate_hears": introduction.advocate_hears,
        }
        super().__init__(*args, **kwargs)
        name = introduction.advocate.contact.first_name
        hears = self.fields["advocate_hears"]
        assert isinstance(hears, forms.ChoiceField)
        told = told_by_reward(introduction.terms, name)
        if introduction.business.shows_values and introduction.via != Via.LINK:
            hears.choices = [WITH_VALUES, *HEARS[1:]]
        elif told:
            hears.choices = [WITH_REWARD, *HEARS[1:]]
        hears.label, hears.help_text = f"What {name} may hear", escape(told)
        self.fields["sentence"].help_text = (
            "Once you keep it, it goes into the letter that introduces you."
            if introduction.prospect_sentence or not draft
            else "We began it for you. It goes into the letter if you keep it."
        )


class CorrectForm(GuestForm):
    """What is held about a prospect, to be put right. An address held is shown only in part."""

    first_name = forms.CharField(
        label="Your first name",
        max_length=LONGEST_NAME,
        error_messages={
            "required": "Please give a first name.",
            "max_length": f"A name can be {LONGEST_NAME} characters long.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    email = forms.CharField(
        label="Your e-mail address",
        max_length=254,
        required=False,
        error_messages={"max_length": "This does not look like an e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="Your phone number",
        max_length=40,
        required=False,
        error_messages={"max_length": "This does not look like a phone number."},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, introduction: Introduction, **kwargs: Any) -> None:
        kwargs["initial"] = {"first_name": introduction.prospect_first_name}
        # The page has other fields of these names.
        kwargs["auto_id"] = "held_%s"
        super().__init__(*args, **kwargs)
        if introduction.needs_address:
            del self.fields["email"], self.fields["phone"]
            return
        for name, held in (
            ("email", introduction.prospect_email),
            ("phone", introduction.prospect_phone),
        ):
            stays = f"{masked(held)} is held; leave it empty, and that stays."
            self.fields[name].help_text = stays if held else "None is held."
