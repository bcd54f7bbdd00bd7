"""Addresses that must not be mailed again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from activity.actors import ActorKind
from businesses.models import TenantForeignKey, TenantModel
from contacts.models import Contact
from outreach.querysets import SuppressionQuerySet
from outreach.states import MailKind


class SuppressionReason(models.TextChoices):
    UNSUBSCRIBED = "unsubscribed", "asked for no more mail"
    NEVER = "never", "asked never to be contacted"
    BY_OWNER = "by_owner", "you decided so"
    BOUNCED = "bounced", "letters came back from this address"
    REFUSED = "refused", "the mail server knows no such address"
    COMPLAINED = "complained", "marked a letter as unwanted"


# About the address, and not the person: a mended one is another, and free by itself.
OF_THE_ADDRESS = frozenset({SuppressionReason.BOUNCED, SuppressionReason.REFUSED})
# What the business may take back. The others are the person's own words.
LIFTABLE = frozenset({SuppressionReason.BY_OWNER, *OF_THE_ADDRESS})


class Suppression(TenantModel):
    """An address this business must not mail, by keyed hash: it survives erasure and re-import.

    Each reason is a row of its own, for all mail or for one kind of it: to lift one leaves the
    others as they are. `contact` is for showing a name only, as long as there is one.
    """

    address_hash = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=8, choices=MailKind, default=MailKind.ALL, db_default=MailKind.ALL
    )
    why = models.CharField(max_length=12, choices=SuppressionReason)
    contact = TenantForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    by_kind = models.CharField(max_length=12, choices=ActorKind)
    by_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[SuppressionQuerySet] = SuppressionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "address_hash", "kind", "why"], name="suppression_once"
            ),
            models.CheckConstraint(
                condition=Q(why__in=SuppressionReason.values), name="suppression_why_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MailKind.values), name="suppression_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_why_display()

    @property
    def can_be_lifted(self) -> bool:
        """Whether the business may take it back."""
        return self.why in LIFTABLE
