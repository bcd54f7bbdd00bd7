"""The way out takes no letters just now."""

from django.db import models
from django.db.models import Q


class MailTrouble(models.Model):
    """One row or none: letters went wrong one after another, and not because of what they are.

    Outside the fence: all businesses send by the same way. It goes with the next letter that is
    taken. Until `rests_until` the sender takes nothing in hand.
    """

    id = models.BooleanField(primary_key=True, default=True)
    since = models.DateTimeField()
    # How often in a row.
    times = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField()
    # For every business to read: without a name or an address.
    reason = models.CharField(max_length=120)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=True), name="mail_trouble_is_one")]

    def __str__(self) -> str:
        return f"{self.reason} ({self.times} times since {self.since:%Y-%m-%d %H:%M})"
