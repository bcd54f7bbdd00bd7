"""A row that a sweep failed at."""

from django.db import models

from businesses.models import TenantModel


class StuckRow(TenantModel):
    """Something due that cannot be done: it is tried at each sweep, and goes once it was done.

    `created_at` says since when, `problem` the kind of the last error and never its text.
    """

    label = models.CharField(max_length=40)
    row_id = models.UUIDField()
    problem = models.CharField(max_length=120)
    tried_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "label", "row_id"], name="stuck_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.problem})"
