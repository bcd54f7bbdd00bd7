"""A new business begins with few letters a day, and what is more leaves on the days after."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from outreach.sending import send_due_letters
from tests.outreach.factories import dues, some_letters, states
from tests.outreach.smtp import SmtpServer
from tests.outreach.times import NEXT_MORNING, NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def new(settings: Settings, business: Business) -> Business:
    """Confirmed this Tuesday noon."""
    settings.MANNERS = True
    business.confirmed_at = NOON
    business.save()
    return business


def send(days: int = 0) -> None:
    """At noon, so many days after it was confirmed."""
    with clock.at(NOON + timedelta(days=days)):
        send_due_letters()


def test_the_21st_letter_of_a_new_business_leaves_the_next_morning(
    new: Business, smtp: SmtpServer
) -> None:
    with clock.at(NOON):
        some_letters(new, 21)

    send()

    assert states(new) == {"sent": 20, "scheduled": 1}
    assert dues(new) == {NEXT_MORNING}
    with clock.at(NEXT_MORNING - timedelta(minutes=1)):
        send_due_letters()
    assert len(smtp.accepted) == 20
    with clock.at(NEXT_MORNING):
        send_due_letters()
    assert len(set(smtp.message_ids())) == len(smtp.accepted) == 21


@pytest.mark.parametrize(("days", "may_leave"), [(0, 20), (1, 20), (2, 20), (3, 40)])
def test_from_its_fourth_day_on_twice_as_many_leave(
    new: Business, smtp: SmtpServer, days: int, may_leave: int
) -> None:
    with clock.at(NOON + timedelta(days=days)):
        some_letters(new, 45)

    send(days)

    assert states(new) == {"sent": may_leave, "scheduled": 45 - may_leave}
    assert len(set(smtp.message_ids())) == len(smtp.accepted) == may_leave


def test_of_many_at_once_none_is_lost_and_each_day_has_what_it_may(
    new: Business, smtp: SmtpServer
) -> None:
    """Tuesday to Thursday twenty each, on Friday forty, the rest after the weekend."""
    with clock.at(NOON):
        some_letters(new, 105)

    left = []
    for days in range(7):
        send(days)
        left.append(len(smtp.accepted))

    assert left == [20, 40, 60, 100, 100, 100, 105]
    assert len(set(smtp.message_ids())) == 105
