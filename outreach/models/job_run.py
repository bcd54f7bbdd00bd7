"""When each sweeper last ran, and what came of it."""

from django.db import models


class JobRun(models.Model):
    """The last run of one job. Outside the fence: it says nothing about any business."""

    name = models.CharField(max_length=80, primary_key=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    # What the last run did, as a count; and the kind of the last error, never its text.
    last_count = models.PositiveIntegerField(default=0)
    last_problem = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name
