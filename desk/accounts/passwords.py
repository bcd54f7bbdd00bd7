"""Choosing and changing a password: once it is known whose address it is."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from django import forms

from businesses.models import User
from desk.accounts.proof import is_proven

NOT_PROVEN = (
    "Please confirm first that the address is yours, by the button in the letter we sent there. "
    "Then you can choose a password."
)


LABELS = {
    "oldpassword": "Your present password",
    "password1": "A new password",
    "password2": "The new password once more",
}


class _Plain(forms.Form):
    """Our words for the fields, and no placeholder that says them again and hides as one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].widget.attrs.pop("placeholder", None)


class _OnceProven(_Plain):
    """A password set before would open the account of whoever the address turns out to be."""

    user: User

    @property
    def waits_for_proof(self) -> str:
        """Why no password can be chosen yet, or nothing."""
        return "" if is_proven(self.user) else NOT_PROVEN

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        # Locked: a proof at this very moment has either ended this session or not happened yet.
        fresh = User.objects.select_for_update().get(pk=self.user.pk)
        if fresh.password != self.user.password or not is_proven(fresh):
            raise forms.ValidationError(NOT_PROVEN)
        return cleaned


class ChoosePasswordForm(_OnceProven, SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """The first password."""


class ForgottenPasswordKeyForm(_Plain, ResetPasswordKeyForm):  # type: ignore[misc]  # the same
    """Another password, by those who typed the code we mailed."""


class AnotherPasswordForm(_OnceProven, ChangePasswordForm):  # type: ignore[misc]  # the same
    """Another password, by those who know the present one."""
