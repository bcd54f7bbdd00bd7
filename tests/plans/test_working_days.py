"""*On the next working morning* is a morning on which the business's letters leave."""

from datetime import UTC, date, datetime

import pytest

from businesses.models import Business
from outreach.models import CadenceStep, StepKind, Timing
from outreach.timing import step_due

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
