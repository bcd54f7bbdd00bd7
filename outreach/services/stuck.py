"""What a sweep fails at again and again: kept while that is so, for Health and `doctor`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from businesses.models import Business
from outreach.models import StuckRow

# Each sweep tries it anew, the slowest every five minutes: what it tried no more is not due now.
STILL = timedelta(minutes=15)


def keep_stuck(*, business_id: UUID, label: str, row_id: UUID, problem: str, now: datetime) -> None:
    """A sweep could not do it, in a transaction of the business; since when stays as it was."""
    values = {"problem": problem[:120], "tried_at": now}
    row, is_new = StuckRow.objects.get_or_create(
        business=Business(pk=business_id),
        label=label,
        row_id=row_id,
        defaults={**values, "created_at": now},
    )
    if not is_new:
        since = row.created_at if row.tried_at > now - STILL else now
        StuckRow.objects.filter(pk=row.pk).update(**values, created_at=since)


def no_longer_stuck(*, label: str, row_id: UUID) -> None:
    """It was done."""
    StuckRow.objects.filter(label=label, row_id=row_id).delete()


def stuck_rows(*, now: datetime) -> Sequence[StuckRow]:
    """What sweeps fail at by now, the longest first."""
    return list(StuckRow.objects.filter(tried_at__gte=now - STILL).order_by("created_at")[:50])
