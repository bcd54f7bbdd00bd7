"""What is due of a morning, and the letters that tell of it.

Whoever imports `before` and `proven` stands on the evening before, and members have addresses that
are theirs.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, Membership, User
from businesses.tenancy import acting_for
from contacts.models import Contact
from contacts.services import add_contact
from desk.mornings import write_member_letters
from outreach.models import AccountMessage, Reminder
from outreach.services import add_reminder

# A Monday at eight in Stockholm.
EIGHT = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)


@pytest.fixture(autouse=True)
def before() -> Iterator[None]:
    with clock.at(EIGHT - timedelta(hours=12)):
        yield


@pytest.fixture(autouse=True)
def proven(business: Business, alice: User, bob: User) -> None:
    for user in (alice, bob):
        EmailAddress.objects.create(user=user, email=user.email, verified=True)


def of(user: User) -> Membership:
    return Membership.objects.select_related("business", "user").get(user=user)


def a_contact(business: Business, name: str = "Marta Kovács", email: str = "") -> Contact:
    return add_contact(business=business, name=name, email=email, by=SYSTEM, now=clock.now())


def to_do(business: Business, text: str, on: date = TODAY, name: str = "Marta Kovács") -> Reminder:
    with acting_for(business):
        return add_reminder(
            business=business,
            kind="follow_up",
            contact=a_contact(business, name),
            due_on=on,
            text=text,
            by=SYSTEM,
            now=clock.now(),
        )


def sweep(at: datetime = EIGHT) -> int:
    with clock.at(at):
        return write_member_letters(now=at)


def letters_to(user: User) -> list[AccountMessage]:
    return list(AccountMessage.objects.filter(user=user).order_by("created_at"))
