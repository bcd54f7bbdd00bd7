"""How allauth fits in: its letters go through our outbox, and a confirmed address lets mail out."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from businesses import clock
from businesses.models import User
from businesses.services import confirm_owner
from businesses.tenancy import acting_for
from desk.accounts.forms import ALREADY_HERE
from desk.accounts.proof import is_proven
from outreach.letters import render_letter
from outreach.services import queue_account_message, release_held


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Account letters become rows that the sender takes, like every other letter."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account has been closed.",
        "email_taken": ALREADY_HERE,
        "email_password_mismatch": (
            "The address and the password do not belong together. "
            "Leave the password empty to be mailed a code."
        ),
        "incorrect_code": "That is not the code we sent. It is in the newest letter from us.",
        "too_many_login_attempts": "That was too often. Please wait a few minutes and try again.",
        "rate_limited": "That was too often. Please wait a few minutes and try again.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue `account/email/<name>` as templates/emails/account/<name>. Nothing is sent here."""
        name = template_prefix.rsplit("/", 1)[-1]
        user = context.get("user") or User.objects.filter(email=email).first()
        links = {
            "sign_in_url": _public(reverse("account_login")),
            "sign_up_url": _public(reverse("account_signup")),
            "settings_url": _public(reverse("account_email")),
        }
        rendered = render_letter(f"account/{name}", {**context, **links, "email": email})
        queue_account_message(to=email, rendered=rendered, user=user, kind=name, now=clock.now())

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The address of the page with the button, at the host of PUBLIC_URL."""
        return _public(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The button in the letter was pressed: the owner's held letters may leave."""
        taken = User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id)
        if taken.exists():
            failed = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, failed, {"email": email_address.email})
            return False
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            _let_mail_out(email_address.user)
        return confirmed

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """The code may just have dropped the password, on which the new session will hang."""
        user.refresh_from_db(fields=["password"])
        refused: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return refused

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Who signed in with a mailed code has confirmed their address by that."""
        _let_mail_out(user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


def _public(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _let_mail_out(user: User) -> None:
    if not is_proven(user):
        return
    now = clock.now()
    for business in confirm_owner(user=user, now=now):
        with acting_for(business):
            release_held(business=business, now=now)
