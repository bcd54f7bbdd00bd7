"""Addresses that must not be mailed, by keyed hash: they outlive what we know of a person."""

from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.secrets import email_key, keyed_hash
from contacts.models import Contact
from outreach.filling import prospect_address
from outreach.models import Link, MessageRecipient, Suppression, SuppressionReason


def address_hash(address: str) -> str:
    """The form in which an address is compared where it may not be kept."""
    return keyed_hash(email_key(address), "address")


def suppress_address(
    *, business: Business, address: str, why: str, by: Actor, now: datetime
) -> Suppression:
    """This business never mails this address again. Twice is harmless; the first reason stays."""
    contacts = list(Contact.objects.by_email(address)[:1])
    return _suppress(business, address_hash(address), why, by, now, contacts)


def is_suppressed(*, business: Business, address: str) -> bool:
    """Whether this business must not mail this address."""
    return Suppression.objects.filter(
        business=business, address_hash=address_hash(address)
    ).exists()


def stop_mail(*, link: Link, by: Actor, now: datetime) -> None:
    """Suppress whoever got this unsubscribe link: their address now, and those written to.

    Works also after a prospect's address was erased, by the hashes kept with the letters.
    """
    business = link.business
    about: list[Contact] = []
    if link.subject_label == "contact":
        about = list(Contact.objects.filter(pk=link.subject_id))
        address = about[0].email if about else ""
        mailed = MessageRecipient.objects.filter(contact_id=link.subject_id)
    else:
        address = prospect_address(link.subject_id) or ""
        mailed = MessageRecipient.objects.filter(introduction_id=link.subject_id)
    hashes = set(mailed.values_list("address_hash", flat=True))
    if address:
        hashes.add(address_hash(address))
    for digest in sorted(hashes):
        _suppress(business, digest, SuppressionReason.UNSUBSCRIBED, by, now, about)


def _suppress(
    business: Business, digest: str, why: str, by: Actor, now: datetime, about: list[Contact]
) -> Suppression:
    row, created = Suppression.objects.get_or_create(
        business=business,
        address_hash=digest,
        defaults={"why": why, "by_kind": by.kind, "by_id": by.id, "created_at": now},
    )
    if created:
        record_event(
            business=business,
            name="address.suppressed",
            actor=by,
            subject=row,
            about=about,
            payload={"why": why},
            now=now,
        )
    return row
