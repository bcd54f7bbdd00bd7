"""Every "today" is the business's own, and time can be moved for all processes at once."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from businesses import clock
from businesses.models import Business


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("Pacific/Auckland", datetime(2026, 3, 1, 12, 0, tzinfo=UTC), date(2026, 3, 2)),
        ("America/Los_Angeles", datetime(2026, 3, 1, 7, 59, tzinfo=UTC), date(2026, 2, 28)),
        ("Europe/Stockholm", datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        ("Europe/Stockholm", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_today_is_the_business_day(zone: str, instant: datetime, day: date) -> None:
    assert clock.today(Business(timezone=zone), instant) == day


def test_it_can_be_held() -> None:
    instant = datetime(2024, 2, 29, 9, 30, tzinfo=UTC)

    with clock.at(instant):
        assert clock.now() == instant

    assert clock.now() - instant > timedelta(days=300)


def test_a_file_moves_it_for_other_processes(tmp_path: Path) -> None:
    shift = tmp_path / "clock"
    shift.write_text("864000")
    script = (
        f"import os; os.environ['CLOCK_FILE'] = {str(shift)!r}\n"
        "import django; django.setup()\n"
        "from businesses import clock; print(clock.now().isoformat())"
    )

    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.strip()

    ahead = datetime.fromisoformat(told) - clock.now()
    assert timedelta(days=9, hours=23) < ahead < timedelta(days=10, hours=1)
