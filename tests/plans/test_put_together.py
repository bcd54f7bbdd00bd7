"""Two entries of one person are put together: of their plans what is the same goes on once."""

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, Scope, User
from contacts.models import Contact
from contacts.services import add_contact
from introductions.models import Advocate
from introductions.services import advocate_for
from outreach.models import Enrolment
from outreach.services import begin_by_hand
from referrals.services import record_closed_business
from tests.api.client import with_a_key
from tests.plans.conftest import Calendar
from tests.plans.test_own import an_own_plan
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def m_oliveira(business: Business, calendar: Calendar) -> Contact:
    """Marta, a second time."""
    return add_contact(
        business=business, name="M Oliveira", email="m@x.example", by=SYSTEM, now=calendar.now
    )


def put_together(business: Business, alice: User, kept: Contact, other: Contact) -> None:
    api = with_a_key(business, alice, Scope.ADMIN)
    done = api.post(f"/contacts/{kept.pk}/merge", {"other_id": str(other.pk)})
    assert done.status_code == 200


def going_on(contact: Contact) -> list[str]:
    rows = Enrolment.objects.active().filter(contact=contact).select_related("cadence")
    return sorted(one.cadence.key for one in rows)


def test_what_was_begun_for_each_introduction_goes_on(
    business: Business, alice: User, advocate: Advocate, m_oliveira: Contact, calendar: Calendar
) -> None:
    a_referral(advocate, calendar.now)
    a_referral(advocate_for(contact=m_oliveira, now=calendar.now), calendar.now, "nadia@x.example")
    calendar.work()

    put_together(business, alice, advocate.contact, m_oliveira)

    assert going_on(advocate.contact) == 2 * ["tell_advocate"] + 2 * ["thank_introduction"]


def test_what_is_about_the_person_goes_on_once(
    business: Business, alice: User, advocate: Advocate, m_oliveira: Contact, calendar: Calendar
) -> None:
    plan = an_own_plan(business, calendar, "by_hand")
    for contact in (advocate.contact, m_oliveira):
        begin_by_hand(cadence=plan, contact=contact, by=SYSTEM, now=calendar.now)
        record_closed_business(
            contact=contact,
            amount=100,
            currency="EUR",
            on=calendar.now.date(),
            by=SYSTEM,
            now=calendar.now,
        )
    calendar.work()

    put_together(business, alice, advocate.contact, m_oliveira)

    assert going_on(advocate.contact) == ["", "welcome_customer"]
