"""What is asked about something to do: for whom, on which day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from businesses import clock
from businesses.models import Business, Membership
from contacts.models import Contact
from desk.forms import DayField, PlainForm
from desk.people.forms import NameField, people_called, suggesting
from outreach.models import Reminder, ReminderKind

# A day that is further off is a slip in the year.
_FURTHEST = timedelta(days=3650)
_TEXT = Reminder._meta.get_field("text")


def day_to_come(day: date, business: Business, *, or_today: bool = False) -> date:
    """The day, if something can be done on it."""
    today = clock.today(business)
    if day > today + _FURTHEST:
        raise forms.ValidationError("Please give a day within the next ten years.")
    if day < today or (day == today and not or_today):
        first = "today or a day" if or_today else "a day"
        raise forms.ValidationError(f"Please give {first} to come.")
    return day


class UntilForm(PlainForm):
    """Until when it can wait."""

    until = DayField(label="Another day", error_messages={"required": "Please give a day."})

    def __init__(self, *args: Any, business: Business, **more: Any) -> None:
        super().__init__(*args, **more)
        self._business = business

    def clean_until(self) -> date:
        return day_to_come(self.cleaned_data["until"], self._business)


class ReminderForm(PlainForm):
    """Something to do for somebody we know, on a day."""

    contact_name = NameField(
        "For whom?",
        max_length=75,
        help_text="Somebody you know already.",
        error_messages={"required": "Please say for whom."},
        widget=forms.TextInput(attrs=suggesting("contact_name")),
    )
    contact = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="What is to be done?",
        required=False,
        max_length=_TEXT.max_length,
        help_text="Send the proposal, ask how the move went.",
    )
    kind = forms.ChoiceField(
        label="In which list?", choices=ReminderKind.choices, initial=ReminderKind.FOLLOW_UP
    )
    due_on = DayField(label="On which day?", error_messages={"required": "Please give a day."})
    assignee = forms.ChoiceField(label="Who does it?", required=False)

    def __init__(
        self, *args: Any, business: Business, team: Sequence[Membership], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._business = business
        self._team = {str(member.pk): member for member in team}
        choices = [("", "Whoever comes to it")]
        choices += [(key, member.label) for key, member in self._team.items()]
        who = self.fields["assignee"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = choices
        if not team:
            del self.fields["assignee"]

    def clean_due_on(self) -> date:
        return day_to_come(self.cleaned_data["due_on"], self._business, or_today=True)

    def clean(self) -> None:
        typed = self.cleaned_data.get("contact_name")
        if not typed:
            return
        matches = people_called(typed, self.cleaned_data.get("contact"))
        if len(matches) == 1:
            self.cleaned_data["contact"] = matches[0]
        else:
            self.add_error("contact_name", f"Please choose who you mean by “{typed}”.")

    @property
    def whom(self) -> Contact:
        contact: Contact = self.cleaned_data["contact"]
        return contact

    @property
    def whose(self) -> Membership | None:
        return self._team.get(self.cleaned_data.get("assignee", ""))
