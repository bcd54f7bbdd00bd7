"""What the desk's forms have in common."""

from typing import Any

from django import forms


class PlainForm(forms.Form):
    """A form that speaks in our sentences: the browser's own bubbles would come first."""

    use_required_attribute = False


class DayField(forms.DateField):
    """A day, picked or typed as 2026-04-14."""

    def __init__(self, **more: Any) -> None:
        messages = {"invalid": "Please give the day as 2026-04-14."}
        more["error_messages"] = messages | more.get("error_messages", {})
        more.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**more)
