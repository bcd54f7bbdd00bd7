"""Whose address it is. Anybody can sign up with anybody's; only its owner gets the letters."""

from allauth.account.models import EmailAddress
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from businesses.models import User


def is_proven(user: User) -> bool:
    """Whether the user has shown that the address they sign in with is theirs."""
    proven: bool = EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
    return proven


def keep_only_who_proved_it(
    *, request: HttpRequest, email_address: EmailAddress, **_more: object
) -> None:
    """An address was proven, by a button or a code: everybody else is signed out.

    Whoever signed up with it may be somebody else, who would otherwise stay in the account of the
    one it belongs to. So the password goes, and with it, since sessions hang on it, all sessions
    but the present one. A user who has proven an address before, and confirms another in the
    browser where they are signed in, keeps everything.
    """
    user = email_address.user
    here = request.user.is_authenticated and request.user.pk == user.pk
    before = EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk)
    if here and before.exists():
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    if here:
        update_session_auth_hash(request, user)
