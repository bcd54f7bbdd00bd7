"""What is asked about people. Each field says in a sentence what is wrong with it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms

from businesses import clock
from businesses.models import Business
from contacts.addresses import LONGEST_ADDRESS, clean_email, clean_phone
from contacts.imports.table import MOST_BYTES, FileTooLarge
from contacts.models import LONGEST_TEXT, Contact
from contacts.names import clean_name
from contacts.services import ContactChanges, TagsNotPossible, clean_tags
from contacts.states import Circle, InteractionKind, Source
from desk.forms import DayField, PlainForm
from desk.people.listing import about
from desk.zones import place_of, zones_by_part
from introductions.states import Giver
from rewards.states import Person
from rewards.terms import in_force

_NOT_OURS = {"autocomplete": "off"}
# By which box it is said who knew what is given; only of those who get something.
_TOLD = {Person.ADVOCATE: "sender_told", Person.PROSPECT: "newcomer_told"}
# A day before this is a slip in the year.
_FIRST_DAY = date(1900, 1, 1)


def suggesting(field: str) -> dict[str, str]:
    """What assistive technology is told of an input with a list of suggestions under it."""
    return _NOT_OURS | {
        "autocapitalize": "words",
        "role": "combobox",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": f"id_{field}_list",
    }


class FirstFieldForm(PlainForm):
    """A form in which one begins to type at once."""

    def begin_at(self, field: str) -> None:
        """Put the cursor there, on a fresh form."""
        if not self.is_bound and not self.initial:
            self.fields[field].widget.attrs["autofocus"] = True


class NameField(forms.CharField):
    """A name; lines and links are refused by `clean_name`, so nothing is stripped before it."""

    def __init__(self, label: str, **more: Any) -> None:
        more.setdefault("error_messages", {"required": "Please give a name."})
        more.setdefault("widget", forms.TextInput(attrs=_NOT_OURS | {"autocapitalize": "words"}))
        super().__init__(label=label, **more)


class PersonForm(FirstFieldForm):
    """A person: name and address; everything else is under *Add more*."""

    name = NameField("Name", help_text="As you would write it on an envelope.")
    email = forms.CharField(
        label="E-mail",
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs=_NOT_OURS),
    )
    phone = forms.CharField(
        label="Phone", required=False, widget=forms.TextInput(attrs=_NOT_OURS | {"type": "tel"})
    )
    company_name = forms.CharField(
        label="Firm", required=False, max_length=100, widget=forms.TextInput(attrs=_NOT_OURS)
    )
    job_title = forms.CharField(
        label="What they do there",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs=_NOT_OURS),
    )
    circle = forms.ChoiceField(
        label="How close are you?",
        required=False,
        choices=[
            (Circle.INNER, "Inner circle: every 30 days"),
            (Circle.CLOSE, "Close: every 60 days"),
            (Circle.WIDER, "Wider: every 180 days"),
            (Circle.PASSING, "Passing: no reminders, and never asked"),
        ],
        initial=Circle.WIDER,
    )
    keep_in_touch_days = forms.IntegerField(
        label="Or speak every so many days",
        required=False,
        min_value=1,
        max_value=3650,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Please give a number of days.",
            "min_value": "Keep in touch every 1 to 3,650 days.",
            "max_value": "Keep in touch every 1 to 3,650 days.",
        },
    )
    source = forms.ChoiceField(
        label="How did they find you?",
        required=False,
        choices=Source.choices,
        initial=Source.UNKNOWN,
    )
    met_through_name = forms.CharField(
        label="Met through",
        required=False,
        max_length=75,
        help_text="Somebody you know already.",
        widget=forms.TextInput(attrs=suggesting("met_through_name")),
    )
    met_through = forms.UUIDField(required=False, widget=forms.HiddenInput)
    customer_since = DayField(label="Customer since", required=False)
    postal_address = forms.CharField(
        label="Postal address",
        required=False,
        max_length=300,
        help_text="For cards.",
        widget=forms.Textarea(attrs=_NOT_OURS | {"rows": 3}),
    )
    timezone = forms.ChoiceField(
        label="By whose clock do they live?",
        required=False,
        help_text="Letters reach them in their day.",
        error_messages={"invalid_choice": "Please choose a place from the list."},
    )
    tags = forms.CharField(
        label="Tags",
        required=False,
        max_length=900,
        help_text="What people have in common, with commas between: rowing club, Lund.",
    )
    note = forms.CharField(
        label="Note", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )

    MORE = (
        "phone",
        "company_name",
        "job_title",
        "circle",
        "keep_in_touch_days",
        "source",
        "customer_since",
        "postal_address",
        "timezone",
        "tags",
        "note",
    )

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.business = business
        clocks = self.fields["timezone"]
        assert isinstance(clocks, forms.ChoiceField)
        clocks.choices = zones_by_part(
            empty=f"As ours: {place_of(business.timezone)}", also=self.initial.get("timezone", "")
        )
        self.begin_at("name")

    def clean_name(self) -> str:
        return self.checked("name", clean_name)

    def clean_email(self) -> str:
        return self.checked("email", clean_email)

    def clean_phone(self) -> str:
        return self.checked("phone", lambda text: clean_phone(text, self.business.country))

    def clean_tags(self) -> list[str]:
        try:
            return clean_tags(str(self.cleaned_data["tags"]).split(","))
        except TagsNotPossible as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal

    def clean_customer_since(self) -> date | None:
        day: date | None = self.cleaned_data["customer_since"]
        if day is not None and not _FIRST_DAY <= day <= clock.today(self.business):
            raise forms.ValidationError("Please give a day between 1900 and today.")
        return day

    def clean(self) -> None:
        given = self.cleaned_data
        if "met_through" not in given or "met_through_name" not in given:
            return
        typed, key = given["met_through_name"], given["met_through"]
        given["met_through"] = None
        if not typed:
            return
        matches = people_called(typed, key)
        if len(matches) == 1:
            given["met_through"] = matches[0]
        else:
            self.add_error("met_through_name", f"Please choose who you mean by “{typed}”.")

    def changes(self) -> ContactChanges:
        """What was filled in, for `add_contact` and `change_contact`."""
        given = self.cleaned_data
        return ContactChanges(
            name=given["name"],
            email=given["email"],
            phone=given["phone"],
            company_name=given["company_name"],
            job_title=given["job_title"],
            circle=given["circle"] or Circle.WIDER,
            keep_in_touch_days=given["keep_in_touch_days"],
            source=given["source"] or Source.UNKNOWN,
            met_through=given["met_through"],
            customer_since=given["customer_since"],
            postal_address=given["postal_address"],
            timezone=given["timezone"],
            tags=given["tags"],
            note=given["note"],
        )

    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    def more_is_wrong(self) -> bool:
        return any(name in self.errors for name in (*self.MORE, "met_through_name"))


def people_called(typed: str, key: Any = None) -> Sequence[Contact]:
    """Whom a typed name may mean: the one picked, else those of exactly this name, else similar."""
    if key is not None:
        picked = Contact.objects.filter(pk=key).select_related("company").first()
        if picked is not None and picked.name == typed.strip():
            return [picked]
    similar = list(
        Contact.objects.matching(typed, at_most=20).prefetch_related("company").by_name()
    )
    exact = [person for person in similar if person.name.casefold() == typed.strip().casefold()]
    return exact or similar


def who_is_meant(form: forms.Form, field: str) -> Contact | None:
    """Whom the name typed in `…_name` means, with the one picked; nobody where none is typed, or
    where it is open who is meant, which is said beside it."""
    typed = form.cleaned_data.get(f"{field}_name")
    if not typed:
        return None
    matches = people_called(typed, form.cleaned_data.get(field))
    if len(matches) == 1:
        return matches[0]
    if matches:
        form.add_error(f"{field}_name", f"Please choose who you mean by “{typed}”.")
    else:
        form.add_error(f"{field}_name", f"Nobody here is called “{typed}”. Add them first.")
    return None


class HappenedForm(FirstFieldForm):
    """The quick *What happened?* box."""

    KINDS = (
        InteractionKind.CALL,
        InteractionKind.MEETING,
        InteractionKind.EMAIL,
        InteractionKind.GIFT,
        InteractionKind.NOTE,
    )

    text = forms.CharField(
        label="What happened?",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2, "placeholder": "What happened?"}),
        error_messages={"max_length": "Please keep it under 5,000 characters."},
    )
    kind = forms.ChoiceField(
        label="Kind",
        choices=[(kind.value, kind.label) for kind in KINDS],
        initial=InteractionKind.NOTE,
        error_messages={"invalid_choice": "Please choose what kind of thing happened."},
    )

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("kind") == InteractionKind.NOTE and not given.get("text", "").strip():
            self.add_error("text", "Please say in a few words what it was.")


class UploadForm(FirstFieldForm):
    """A file with people in it."""

    file = forms.FileField(
        label="The file",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
        error_messages={
            "required": "Please choose the file.",
            "missing": "Please choose the file.",
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(FileTooLarge.message)
        return file


class SomeoneSentForm(FirstFieldForm):
    """*Someone was sent to me*: who came, how to reach them, who sent them."""

    SOMEONE_NEW = "new"

    name = NameField("Who came?", help_text="Their name, as far as you know it.")
    reach = forms.CharField(
        label="Phone or e-mail",
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs=_NOT_OURS | {"autocapitalize": "none"}),
    )
    sender_name = forms.CharField(
        label="Who sent them?",
        required=False,
        help_text="Somebody you know or somebody new. Leave it empty if they did not say.",
        widget=forms.TextInput(attrs=suggesting("sender_name")),
    )
    sender = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # Only asked where something is given.
    sender_told = forms.BooleanField(
        label="Whoever sent them had been told what is given for it",
        required=False,
        help_text="Only then what you published is theirs, too. Else you thank them, and no more.",
    )
    newcomer_told = forms.BooleanField(
        label="Whoever came had been told what is given for it",
        required=False,
        help_text="Only then what you published for them is theirs. You can tell them later, too.",
    )
    # Only asked where a typed name could mean somebody who is here.
    meant = forms.CharField(required=False)

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.business = business
        self.begin_at("name")
        self.candidates: Sequence[tuple[str, str, str]] = ()
        terms = in_force()
        gets = {person for rule in terms.all_rules for person in rule.people} if terms else set()
        for person, name in _TOLD.items():
            if person not in gets:
                del self.fields[name]

    @property
    def told(self) -> set[Giver]:
        """Who of both knew what is given."""
        return {Giver(person) for person, name in _TOLD.items() if self.cleaned_data.get(name)}

    def clean_name(self) -> str:
        return self.checked("name", clean_name)

    def clean_sender_name(self) -> str:
        return self.checked("sender_name", clean_name)

    def clean_reach(self) -> str:
        check: Callable[[str], str] = clean_email
        typed = str(self.cleaned_data.get("reach") or "")
        if typed.strip() and "@" not in typed and not any(map(str.isdigit, typed)):
            raise forms.ValidationError("This is neither a phone number nor an e-mail address.")
        if "@" not in typed:

            def check(text: str) -> str:
                return clean_phone(text, self.business.country)

        return self.checked("reach", check)

    def clean(self) -> None:
        given = self.cleaned_data
        typed = given.get("sender_name", "")
        given["known_sender"] = None
        if not typed or given.get("meant") == self.SOMEONE_NEW:
            return
        matches = people_called(typed, given.get("sender"))
        meant = [person for person in matches if str(person.pk) == given.get("meant")]
        exact = [person for person in matches if person.name.casefold() == typed.casefold()]
        if len(meant) == 1 or len(exact) == 1:
            given["known_sender"] = (meant or exact)[0]
        elif matches:
            self.candidates = [(str(person.pk), person.name, about(person)) for person in matches]
            self.add_error("sender_name", f"Whom do you mean by “{typed}”?")

    @property
    def email(self) -> str:
        reach: str = self.cleaned_data["reach"]
        return reach if "@" in reach else ""

    @property
    def phone(self) -> str:
        reach: str = self.cleaned_data["reach"]
        return "" if "@" in reach else reach
