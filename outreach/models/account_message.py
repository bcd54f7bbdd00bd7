"""Letters about an account: sign-in codes, confirmations, resets, invitations."""

import uuid_utils.compat
from django.conf import settings
from django.db import models

from businesses import clock
from outreach.models.letter import Letter, letter_constraints, letter_indexes


class AccountMessage(Letter):
    """A letter to somebody who signs in. Outside the fence: it belongs to a user, not a business.

    Once it has left, its text is emptied: codes and addresses for resetting are in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=60, default="account")
    address = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = letter_indexes("account_message")
        constraints = letter_constraints("account_message")

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"
