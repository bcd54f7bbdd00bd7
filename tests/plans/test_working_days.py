"""*On the next working morning* is a morning on which the business's letters leave."""

from datetime import UTC, date, datetime

import pytest

from businesses import clock
from businesses.models import Business, Scope, User
from outreach.models import CadenceStep, Enrolment, StepKind, Timing
from outreach.timing import step_due
from referrals.models import Referral
from tests.api.client import with_a_key
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("letter_days", "keeps_holidays", "day"),
    [
        # The first of May, a holiday in Sweden, is a Friday in 2026.
        ("12345", True, date(2026, 5, 4)),
        ("12345", False, date(2026, 5, 1)),
        ("1234567", True, date(2026, 5, 2)),
        ("3", False, date(2026, 5, 6)),
    ],
)
def test_working_days_are_the_business_s_own(
    business: Business, letter_days: str, keeps_holidays: bool, day: date
) -> None:
    business.country, business.timezone = "SE", "Europe/Stockholm"
    business.letter_days, business.keeps_holidays = letter_days, keeps_holidays
    step = CadenceStep(kind=StepKind.REMINDER, days=1, timing=Timing.WORKING_DAY)

    due = step_due(
        step, business=business, after=datetime(2026, 4, 30, 8, tzinfo=UTC), anchor_on=None
    )

    assert due == datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "local_day"),
    [
        # Six days after Tuesday, 1 September 2026, is a Monday.
        ({}, "2026-09-07 07:00"),
        ({"letters_from": 10}, "2026-09-07 07:00"),
        ({"letter_days": "3"}, "2026-09-09 07:00"),
    ],
)
def test_whoever_waits_for_a_working_day_gets_it_on_what_is_one_now(
    business: Business,
    alice: User,
    referral: Referral,
    calendar: Calendar,
    changes: dict[str, object],
    local_day: str,
) -> None:
    with clock.at(calendar.now):
        answer = with_a_key(business, alice, Scope.ADMIN).patch("/business", changes)

    assert answer.status_code == 200
    waiting = Enrolment.objects.get(cadence__key="follow_up_handshake")
    assert f"{waiting.due_at:%Y-%m-%d %H:%M}" == local_day


def test_where_that_day_would_be_over_it_is_the_next_working_morning(
    business: Business, alice: User, referral: Referral, calendar: Calendar
) -> None:
    """On Sunday Saturdays become working days; the step waits for Monday, and does not come now."""
    CadenceStep.objects.filter(cadence__key="follow_up_handshake").update(days=4)
    calendar.now = datetime(2026, 9, 6, 5, tzinfo=UTC)
    Enrolment.objects.update(due_at=datetime(2026, 9, 7, 7, tzinfo=UTC))

    with clock.at(calendar.now):
        with_a_key(business, alice, Scope.ADMIN).patch("/business", {"letter_days": "123456"})

    waiting = Enrolment.objects.get(cadence__key="follow_up_handshake")
    assert waiting.due_at == datetime(2026, 9, 7, 7, tzinfo=UTC)
