"""What was handed over on a day: by these rows the limits hold, however many workers send."""

from django.db import models

from businesses.models import TenantRow


class LetterDay(TenantRow):
    """One letter a day for each recipient of a business, by the recipient's local day.

    Written with the marker, by `outreach_mark`, and taken back when nothing was handed over. Days
    that are over are deleted with the first letter of a day.
    """

    address_hash = models.CharField(max_length=64)
    day = models.DateField()
    message_id = models.UUIDField()
    # The business's own day, on which the letter counts.
    counted_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "address_hash", "day"], name="one_letter_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} on {self.day}"


class DayCount(TenantRow):
    """A part of how many letters a business handed over on one of its days.

    In parts, so that connections that send at the same time need not wait for each other's commit.
    """

    day = models.DateField()
    part = models.PositiveSmallIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "day", "part"], name="day_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.used} on {self.day}"
