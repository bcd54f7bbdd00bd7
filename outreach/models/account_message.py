"""Letters about an account: sign-in codes, confirmations, resets, invitations."""

from datetime import datetime

import uuid_utils.compat
from django.conf import settings
from django.db import models
from django.db.models import Q

from businesses import clock
from outreach.models.letter import Letter, letter_constraints, letter_indexes


class AccountMessage(Letter):
    """A letter to somebody who signs in. Outside the fence: it belongs to a user, not a business.

    Once it has left, or its time is over, its text is emptied: codes, addresses for resetting and,
    in a morning letter, names are in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=60, default="account")
    address = models.CharField(max_length=254)
    # The same letter is not written twice, whoever writes it.
    dedupe_key = models.CharField(max_length=80, blank=True)
    # After this nobody wants to read it, and it does not leave any more.
    useless_after = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = letter_indexes("account_message")
        constraints = [
            *letter_constraints("account_message"),
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=~Q(dedupe_key=""), name="account_message_once"
            ),
        ]

    def is_useless(self, now: datetime) -> bool:
        return self.useless_after is not None and self.useless_after <= now

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"
