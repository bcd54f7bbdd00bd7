"""What the desk's forms have in common."""

from collections.abc import Callable
from typing import Any

from django import forms

from businesses.refusals import Refusal


class PlainForm(forms.Form):
    """A form that speaks in our sentences: the browser's own bubbles would come first."""

    use_required_attribute = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            longest = getattr(field, "max_length", None)
            if longest:
                too_long = f"Please keep it under {longest} characters."
                field.error_messages.setdefault("max_length", too_long)

    def checked(self, field: str, check: Callable[[str], str]) -> str:
        """What was typed as a function of the domain keeps it, or its refusal in its own words."""
        text = str(self.cleaned_data.get(field) or "")
        if not text.strip():
            return ""
        try:
            return check(text)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal


class DayField(forms.DateField):
    """A day, picked or typed as 2026-04-14."""

    def __init__(self, **more: Any) -> None:
        messages = {"invalid": "Please give the day as 2026-04-14."}
        more["error_messages"] = messages | more.get("error_messages", {})
        more.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**more)
