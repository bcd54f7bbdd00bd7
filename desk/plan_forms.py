"""What the owner fills in about a plan: what it begins with, and each of its steps."""

from collections.abc import Iterator, Mapping

from django import forms

from desk.forms import PlainForm
from outreach.beginnings import OF_ONES_OWN
from outreach.models import Answers, Condition, ReminderKind, StepKind, Timing, Trigger
from outreach.models.cadence import LONGEST_DELAY, LONGEST_WORDS


class StepForm(PlainForm):
    """One step of a plan, as the owner changes it."""

    days = forms.IntegerField(
        label="How many days?",
        min_value=0,
        max_value=LONGEST_DELAY,
        error_messages={
            "required": "Please say how many days.",
            "invalid": "Please give the days as a number.",
            "min_value": "Choose a number of days from 0 to 730.",
            "max_value": "Choose a number of days from 0 to 730.",
        },
    )
    timing = forms.ChoiceField(
        label="Counted how?",
        help_text="With 0 days it is the same day, or the next working morning. Working days are"
        " those on which your letters leave; the time is nine in the morning.",
    )
    condition = forms.ChoiceField(
        label="In which case?",
        choices=[(choice.value, choice.label.capitalize()) for choice in Condition],
        help_text="What you keep on their page counts as being in touch, such as a call, but no"
        " note. A step that is left out is kept with its reason, and the plan goes on.",
    )
    subject = forms.CharField(
        label="Subject",
        max_length=200,
        error_messages={"required": "Please give the letter a subject."},
    )
    words = forms.CharField(
        label="Words",
        max_length=LONGEST_WORDS,
        error_messages={"required": "Write a few words."},
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    reminder_kind = forms.ChoiceField(
        label="On which list of Today?",
        choices=ReminderKind,
        error_messages={"required": "Please choose a list."},
    )
    automatic = forms.BooleanField(
        label="It may leave by itself, without a look from me", required=False
    )

    def __init__(
        self, *args: object, kind: str, timings: Mapping[Timing, str], **more: object
    ) -> None:
        super().__init__(*args, **more)
        counted = self.fields["timing"]
        assert isinstance(counted, forms.ChoiceField)
        counted.choices = [(choice.value, says) for choice, says in timings.items()]
        if kind == StepKind.REMINDER:
            del self.fields["subject"], self.fields["automatic"]
            self.fields["words"].widget = forms.Textarea(attrs={"rows": 3})


def _beginnings() -> Iterator[tuple[str, str]]:
    """All that a plan may begin with, an answer also by which it is."""
    for trigger in OF_ONES_OWN:
        yield trigger.value, trigger.label.capitalize()
        if trigger == Trigger.FEEDBACK:
            for answers in Answers:
                if answers != Answers.ANY:
                    yield f"{trigger}:{answers}", f"{trigger.label.capitalize()}: {answers.label}"


class RenameForm(PlainForm):
    """What a plan of one's own is called."""

    name = forms.CharField(
        label="What is it called?",
        max_length=100,
        error_messages={"required": "Please give the plan a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PlanForm(RenameForm):
    """A plan of one's own: what it is called, and what it begins with."""

    begins = forms.ChoiceField(label="When does it begin?", choices=_beginnings)

    def told(self) -> dict[str, str]:
        """Its name, what it begins with, and after which answers."""
        trigger, _, answers = self.cleaned_data["begins"].partition(":")
        return {
            "name": self.cleaned_data["name"],
            "trigger": trigger,
            "answers": answers or Answers.ANY,
        }
