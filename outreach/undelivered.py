"""Whom letters did not reach because of the address, and so where it has to be mended."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from outreach.models import OF_THE_ADDRESS, MessageRecipient, Suppression
from outreach.states import RecipientState


def to_be_mended() -> QuerySet[MessageRecipient]:
    """Recipients whose letter came back, or whose mail server knows no such address.

    Not one whose address is another by now: their letter only has to be sent again.
    """
    stops = Suppression.objects.filter(
        business_id=OuterRef("business_id"),
        address_hash=OuterRef("address_hash"),
        why__in=OF_THE_ADDRESS,
    )
    is_refused = Q(state=RecipientState.FAILED) & Q(Exists(stops))
    return MessageRecipient.objects.filter(
        Q(state=RecipientState.BOUNCED) | is_refused, contact__email=F("address")
    )
