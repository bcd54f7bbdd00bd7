"""All mail of this installation is held."""

from django.db import models
from django.db.models import Q


class MailHold(models.Model):
    """One row or none. While it is there the sender takes nothing in hand.

    Outside the fence: it belongs to whoever runs the installation, and to no business. Letters
    about accounts that were queued later than `since` go on, so that people can sign in.
    """

    id = models.BooleanField(primary_key=True, default=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=True), name="mail_hold_is_one")]

    def __str__(self) -> str:
        return f"All mail is held since {self.since:%Y-%m-%d %H:%M}"
