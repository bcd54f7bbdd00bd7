"""The one table of links in mails."""

from datetime import datetime

import uuid_utils.compat
from django.db import models
from django.db.models import Q

from businesses import clock
from businesses.models import Business


class LinkPurpose(models.TextChoices):
    INTRODUCTION = "introduction", "the prospect's page"
    ADVOCATE = "advocate", "the advocate's page"
    SHARE = "share", "an advocate's public page"
    VOUCH = "vouch", "the vouching page"
    FEEDBACK = "feedback", "the feedback page"
    GIVEN = "given", "the page of an introduction that the business gives"
    THANKS = "thanks", "the page of a thank-you"
    UNSUBSCRIBE = "unsubscribe", "the page that stops mail"
    REMINDER = "reminder", "a member's page of one thing to do"
    MORNINGS = "mornings", "the page that stops a member's morning letters"
    MONTHS = "months", "the page that stops a member's monthly letters"


class Link(models.Model):
    """A link that can be revoked by itself. Outside the fence, since it is what finds the business.

    It holds ids only. The token in the address is an HMAC over id and generation, so nothing that
    is stored can be clicked.
    """

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, db_index=False, related_name="+")
    purpose = models.CharField(max_length=12, choices=LinkPurpose)
    subject_label = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    # Whose letter it is in, where the subject does not say that already.
    contact_id = models.UUIDField(null=True, blank=True)
    member_id = models.UUIDField(null=True, blank=True)
    generation = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    first_used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "business",
                    "purpose",
                    "subject_label",
                    "subject_id",
                    "contact_id",
                    "member_id",
                ],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="link_one_live",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=LinkPurpose.values), name="link_purpose_known"
            ),
        ]
        indexes = [
            models.Index(fields=["business", "subject_label", "subject_id"], name="link_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link"

    @property
    def is_renewed(self) -> bool:
        """Whether an address of before leads nowhere any more."""
        return self.generation > 1

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now
