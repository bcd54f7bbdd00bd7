"""Addresses that must not be mailed again."""

from django.db import models
from django.db.models import Q

from activity.actors import ActorKind
from businesses.models import TenantModel


class SuppressionReason(models.TextChoices):
    UNSUBSCRIBED = "unsubscribed", "asked for no more mail"
    NEVER = "never", "asked never to be contacted"
    BY_OWNER = "by_owner", "you decided so"
    BOUNCED = "bounced", "the address does not exist"
    COMPLAINED = "complained", "marked a letter as unwanted"


class Suppression(TenantModel):
    """An address this business must not mail, by keyed hash: it survives erasure and re-import."""

    address_hash = models.CharField(max_length=64)
    why = models.CharField(max_length=12, choices=SuppressionReason)
    by_kind = models.CharField(max_length=12, choices=ActorKind)
    by_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "address_hash"], name="suppression_once"),
            models.CheckConstraint(
                condition=Q(why__in=SuppressionReason.values), name="suppression_why_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_why_display()
