"""How each letter to members, and to whoever signs up, comes to be written."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from businesses import clock
from businesses.models import Membership
from desk.adapter import AccountAdapter
from desk.mornings import write_member_letters
from outreach.models import (
    ReminderKind,
    SuppressionReason,
)
from outreach.services import (
    add_reminder,
    resume_sending,
    send_canary,
    suppress_address,
)
from outreach.services.pausing import meter_complaints
from tests.guards.postbag import Postbag, Row, Write
from tests.referrals.factories import a_referral, won


def _signing_up(bag: Postbag) -> Row:
    _post("signup/", email=f"new{bag.number()}@letters.example", tagline="Boats")
    return bag.newest_to_member("email_confirmation_signup")


def _prove(bag: Postbag) -> None:
    """The address is theirs."""
    known = {"user": bag.alice, "email": bag.alice.email}
    EmailAddress.objects.update_or_create(**known, defaults={"verified": True})


def _code(bag: Postbag) -> Row:
    _prove(bag)
    _post("login/", login=bag.alice.email)
    return bag.newest_to_member("login_code")


def _nobody(bag: Postbag) -> Row:
    _post("login/", login=f"nobody{bag.number()}@letters.example")
    return bag.newest_to_member("unknown_account")


def _new_password(bag: Postbag) -> Row:
    _prove(bag)
    _post("password/reset/", email=bag.alice.email)
    return bag.newest_to_member("password_reset_code")


def _post(page: str, **fields: str) -> None:
    cache.clear()  # What was tried before is counted there.
    answer = Client().post(f"/accounts/{page}", fields)
    assert answer.status_code == 302, answer.content.decode()


def _of_account(name: str, **context: str) -> Write:
    """What allauth hands to the adapter."""

    def write(bag: Postbag) -> Row:
        told = {"user": bag.alice, **context}
        AccountAdapter().send_mail(f"account/email/{name}", bag.alice.email, told)
        return bag.newest_to_member(name)

    return write


def _confirmation(bag: Postbag) -> Row:
    _prove(bag)
    client = Client()
    client.force_login(bag.alice, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/accounts/email/", {"action_add": "", "email": "alice2@letters.example"})
    return bag.newest_to_member("email_confirmation")


def _canary(bag: Postbag) -> Row:
    member = Membership.objects.get(business=bag.business, user=bag.alice)
    return send_canary(member=member, now=bag.now)


def _paused(bag: Postbag) -> Row:
    for number in range(2):
        suppress_address(
            business=bag.business,
            address=f"angry{number}@letters.example",
            why=SuppressionReason.COMPLAINED,
            by=bag.by,
            now=bag.now + timedelta(seconds=number),
        )
    meter_complaints(business=bag.business, now=bag.now)
    resume_sending(business=bag.business, by=bag.by, now=bag.now)
    return bag.newest_to_member("sending_paused")


def _morning(bag: Postbag) -> Row:
    for number, kind in enumerate((ReminderKind.FOLLOW_UP, ReminderKind.FOLLOW_UP)):
        add_reminder(
            business=bag.business,
            kind=kind,
            contact=bag.person(("Tomás Berg", "Lina Holm")[number]),
            due_on=bag.now.date(),
            text="Ask about the oven",
            by=bag.by,
            now=bag.now,
        )
    return _to_member(bag, "morning", datetime(2026, 7, 13, 6, 0, tzinfo=UTC))


def _month(bag: Postbag) -> Row:
    _won_in(date(2026, 6, 20), bag)
    return _to_member(bag, "month", datetime(2026, 7, 1, 6, 0, tzinfo=UTC))


def _won_in(day: date, bag: Postbag) -> None:
    now = datetime.combine(day, time(9), UTC)
    won(a_referral(bag.advocate(), now, bag.prospect_address()), now)


def _to_member(bag: Postbag, kind: str, at: datetime) -> Row:
    _prove(bag)
    Membership.objects.filter(user=bag.alice).update(month_letter=True, letters_due_at=at)
    bag.now = max(bag.now, at)
    with clock.at(at):
        write_member_letters(now=at)
    return bag.newest_to_member(kind)


_SAFETY = ("account_already_exists", "password_changed", "password_set", "password_reset")
# By its folder in templates/emails.
TO_MEMBERS: Mapping[str, Write] = {
    "account/email_confirmation_signup": _signing_up,
    "account/email_confirmation": _confirmation,
    "account/login_code": _code,
    "account/unknown_account": _nobody,
    "account/password_reset_code": _new_password,
    **{f"account/{name}": _of_account(name) for name in _SAFETY},
    "account/email_changed": _of_account(
        "email_changed", from_email="alice@old.example", to_email="alice@lindqvist.example"
    ),
    "account/email_deleted": _of_account("email_deleted", deleted_email="alice@old.example"),
    "outreach/canary_to_member": _canary,
    "outreach/sending_paused_to_owner": _paused,
    "desk/month_to_member": _month,
    "desk/morning_to_member": _morning,
}
