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
    about = _whose(link)
    for digest in _hashes(link, about):
        _suppress(link.business, digest, SuppressionReason.UNSUBSCRIBED, by, now, about)


def has_stopped_mail(*, link: Link) -> bool:
    """Whether whoever got this link gets no more mail, for whatever reason."""
    return Suppression.objects.filter(
        business=link.business, address_hash__in=_hashes(link, _whose(link))
    ).exists()


def resume_mail(*, link: Link, by: Actor, now: datetime) -> None:
    """Take back what the button of this link did, and nothing that was decided elsewhere."""
    about = _whose(link)
    stopped = Suppression.objects.filter(
        business=link.business,
        address_hash__in=_hashes(link, about),
        why=SuppressionReason.UNSUBSCRIBED,
    )
    for row in stopped.select_for_update():
        record_event(
            business=link.business,
            name="address.restored",
            actor=by,
            subject=row,
            about=about,
            now=now,
        )
        row.delete()


def _whose(link: Link) -> list[Contact]:
    """The contact whose letters the link is in; none for a prospect before their yes."""
    if link.subject_label != "contact":
        return []
    return list(Contact.objects.filter(pk=link.subject_id))


def _hashes(link: Link, about: list[Contact]) -> list[str]:
    """The hashes of the present address, and of those that letters went to."""
    if link.subject_label == "contact":
        address = about[0].email if about else ""
        mailed = MessageRecipient.objects.filter(contact_id=link.subject_id)
    else:
        address = prospect_address(link.subject_id) or ""
        mailed = MessageRecipient.objects.filter(introduction_id=link.subject_id)
    hashes = set(mailed.values_list("address_hash", flat=True))
    if address:
        hashes.add(address_hash(address))
    return sorted(hashes)


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
