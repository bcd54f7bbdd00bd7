"""Signing up in two fields, and signing in with a mailed code or a password."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    AddEmailForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    SignupForm,
)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from businesses import clock
from businesses.models import User
from businesses.services import open_business
from desk.accounts.guessing import guess_place

ADDRESS_NEEDED = "Please write your e-mail address."
ADDRESS_UNREADABLE = "That is not an e-mail address. It should read like name@example.com."


ALREADY_HERE = "There is an account with this address already. Sign in with it instead."


def _plain_address(field: forms.Field) -> None:
    """Our words for an address instead of allauth's, and no placeholder that hides as one types."""
    field.label = "Your e-mail"
    field.error_messages |= {"required": ADDRESS_NEEDED, "invalid": ADDRESS_UNREADABLE}
    for validator in field.validators:
        if hasattr(validator, "message"):
            validator.message = ADDRESS_UNREADABLE
    field.widget.attrs.pop("placeholder", None)


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth has no types
    """An address and one line about the business; the rest is guessed."""

    tagline = forms.CharField(
        label="What do you do, and for whom?",
        max_length=200,
        error_messages={"required": "Please say in a few words what you do, and for whom."},
        widget=forms.TextInput(attrs={"placeholder": "Bookkeeping for small workshops"}),
    )
    timezone = forms.CharField(
        required=False,
        max_length=64,
        widget=forms.HiddenInput(attrs={"data-guess": "timezone"}),
    )
    language = forms.CharField(
        required=False,
        max_length=35,
        widget=forms.HiddenInput(attrs={"data-guess": "language"}),
    )
    field_order = ["email", "tagline", "timezone", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_address(self.fields["email"])

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Open the new user's business."""
        place = guess_place(
            timezone=self.cleaned_data["timezone"],
            language=self.cleaned_data["language"],
            accept_language=request.headers.get("Accept-Language", ""),
        )
        open_business(
            user=user,
            tagline=self.cleaned_data["tagline"],
            timezone=place.timezone,
            country=place.country,
            currency=place.currency,
            locale=place.locale,
            now=clock.now(),
        )

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Save; of two presses at once the later one finds the account and is told so."""
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        except IntegrityError:
            messages.info(request, ALREADY_HERE)
            return None, redirect("account_login")


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """An address, and a password only from those who have one: without it a code is mailed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_address(self.fields["login"])

    def _setup_password_field(self) -> None:
        # allauth would drop the field, since signing up asks for no password.
        password = self.fields["password"]
        password.required = False
        password.help_text = "Leave this empty, and a code for signing in comes by e-mail."
        password.widget.attrs.pop("placeholder", None)


class AskForCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    """An address, to which a code for signing in is mailed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_address(self.fields["email"])


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """An address, to which a code for choosing a new password is mailed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_address(self.fields["email"])


class _PlainCode(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("placeholder", None)


class SignInCodeForm(_PlainCode, ConfirmLoginCodeForm):  # type: ignore[misc]  # the same
    """The mailed code that signs in."""


class NewPasswordCodeForm(_PlainCode, ConfirmPasswordResetCodeForm):  # type: ignore[misc]  # the same
    """The mailed code after which a new password is chosen."""


class ChangeAddressForm(AddEmailForm):  # type: ignore[misc]  # allauth has no types
    """Another address for signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_address(self.fields["email"])
        self.fields["email"].label = "Another address"

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if User.objects.filter(email=email).exclude(pk=self.user.pk).exists():
            raise get_adapter().validation_error("email_taken")
        return email

    def save(self, request: HttpRequest) -> EmailAddress:
        """Add it, to take over once it is confirmed.

        One that was never confirmed gives way at once: there allauth would leave the user without
        any address.
        """
        with transaction.atomic():
            added: EmailAddress = super().save(request)
            user = User.objects.get(pk=self.user.pk)
            if not user.email:
                user.email = added.email
                user.save(update_fields=["email"])
                added.primary = True
                added.save(update_fields=["primary"])
        return added
