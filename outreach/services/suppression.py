"""Addresses that must not be mailed, by keyed hash: they outlive what we know of a person."""

from collections.abc import Sequence
from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.refusals import Refusal
from businesses.secrets import email_key, keyed_hash
from businesses.tenancy import locked
from contacts.merging import known_as
from contacts.models import Contact
from outreach.filling import prospect_address
from outreach.mime import UnfitAddress, envelope_address
from outreach.models import LIFTABLE, Link, MessageRecipient, Suppression, SuppressionReason
from outreach.states import MailKind


class TheirOwnWord(Refusal):
    """They asked for it, or complained: the business cannot decide otherwise."""

    message = (
        "That is their own wish, so only they can take it back: by the link below any letter "
        "they had from you."
    )
    code = "their_own_wish"


class NoSuchAddress(Refusal):
    """What was given cannot be an address."""

    message = "Please give a whole e-mail address, such as name@example.com."
    code = "not_an_address"
    status = 422


def address_hash(address: str) -> str:
    """The form in which an address is compared where it may not be kept."""
    return keyed_hash(email_key(address), "address")


def suppress_address(
    *,
    business: Business,
    address: str,
    why: str,
    kind: str = MailKind.ALL,
    by: Actor,
    now: datetime,
) -> Suppression:
    """This business never mails this address again, or no letters of this kind.

    Twice is harmless; each reason is kept by itself.
    """
    contact = Contact.objects.by_email(address).first()
    return suppress_hash(
        business=business,
        digest=address_hash(address),
        contact=contact,
        why=why,
        kind=kind,
        by=by,
        now=now,
    )


def suppress_by_hand(
    *, business: Business, address: str, kind: str = MailKind.ALL, by: Actor, now: datetime
) -> Suppression:
    """The business itself decides to write no more. Raises `NoSuchAddress`."""
    try:
        envelope_address(address)
    except UnfitAddress:
        raise NoSuchAddress from None
    why = SuppressionReason.BY_OWNER
    return suppress_address(business=business, address=address, why=why, kind=kind, by=by, now=now)


def lift_suppression(*, suppression: Suppression, by: Actor, now: datetime) -> None:
    """Write to the address again, as far as nothing else stands in the way.

    Only what the business decided itself, and what was said of the address: the mailbox is there
    after all. Raises
    `TheirOwnWord` for anything that the person decided.
    """
    suppression = locked(suppression)
    if not suppression.can_be_lifted:
        raise TheirOwnWord
    _restore(suppression, by, now)


def is_suppressed(*, business: Business, address: str, kind: str = MailKind.ALL) -> bool:
    """Whether this business must not mail this address letters of this kind."""
    return (
        Suppression.objects.stopping(kind)
        .filter(business=business, address_hash=address_hash(address))
        .exists()
    )


def why_no_mail(*, contact: Contact, kind: str) -> str:
    """Why this person may not be written a letter of this kind, in a sentence; empty if they may.

    Their own word comes before what the business can do something about.
    """
    stops = [row for row in stops_of(contact=contact) if row.kind in (MailKind.ALL, kind)]
    if not stops:
        return ""
    name = contact.first_name
    reasons = {row.why for row in stops}
    if reasons <= LIFTABLE:
        if SuppressionReason.BOUNCED in reasons:
            return f"Letters to {name} came back. Mend the address first."
        if SuppressionReason.REFUSED in reasons:
            return f"The mail server knows no such address of {name}. Mend it first."
        return f"You decided to write to {name} no more. Settings, Who gets no mail, lifts it."
    theirs = {row.kind for row in stops if not row.can_be_lifted}
    if MailKind.ALL in theirs:
        return f"{name} asked for no more mail from you."
    return f"{name} asked for no more letters of this kind."


def stops_of(*, contact: Contact) -> Sequence[Suppression]:
    """Why this person's present address gets no mail, or none of a kind; newest first."""
    if not contact.email:
        return []
    digest = address_hash(contact.email)
    return list(
        Suppression.objects.filter(business_id=contact.business_id, address_hash=digest).order_by(
            "-id"
        )
    )


def stop_mail(*, link: Link, kind: str = MailKind.ALL, by: Actor, now: datetime) -> None:
    """Suppress whoever got this unsubscribe link: their address now, and those written to.

    Works also after a prospect's address was erased, by the hashes kept with the letters.
    """
    contact = _whose(link)
    for digest in _hashes(link, contact):
        suppress_hash(
            business=link.business,
            digest=digest,
            contact=contact,
            why=SuppressionReason.UNSUBSCRIBED,
            kind=kind,
            by=by,
            now=now,
        )


def stopped_kinds(*, link: Link) -> frozenset[str]:
    """Which mail whoever got this link gets no more of, for whatever reason."""
    stopped = Suppression.objects.filter(
        business=link.business, address_hash__in=_hashes(link, _whose(link))
    )
    return frozenset(stopped.values_list("kind", flat=True))


def resume_mail(*, link: Link, kind: str = MailKind.ALL, by: Actor, now: datetime) -> None:
    """Take back what this button of this link did, and nothing that was decided elsewhere."""
    stopped = Suppression.objects.filter(
        business=link.business,
        address_hash__in=_hashes(link, _whose(link)),
        why=SuppressionReason.UNSUBSCRIBED,
        kind=kind,
    )
    for row in stopped.select_related("contact").select_for_update(of=("self",)):
        _restore(row, by, now)


def suppress_hash(
    *,
    business: Business,
    digest: str,
    contact: Contact | None,
    why: str,
    kind: str = MailKind.ALL,
    by: Actor,
    now: datetime,
) -> Suppression:
    """`suppress_address` where only the keyed hash is known."""
    row, created = Suppression.objects.get_or_create(
        business=business,
        address_hash=digest,
        kind=kind,
        why=why,
        defaults={"contact": contact, "by_kind": by.kind, "by_id": by.id, "created_at": now},
    )
    if created:
        _record("address.suppressed", row, by, now)
    return row


def _restore(row: Suppression, by: Actor, now: datetime) -> None:
    _record("address.restored", row, by, now)
    row.delete()


def _whose(link: Link) -> Contact | None:
    """The contact whose letters the link is in; none for a prospect before their yes."""
    if link.subject_label != "contact":
        return None
    return Contact.objects.filter(pk=known_as(link.subject_id) or link.subject_id).first()


def _hashes(link: Link, contact: Contact | None) -> list[str]:
    """The hashes of the present address, and of those that letters went to."""
    if link.subject_label == "contact":
        address = contact.email if contact else ""
        # By an id in any case: those without a contact are each prospect before their yes.
        known = contact.pk if contact else link.subject_id
        mailed = MessageRecipient.objects.filter(contact_id=known)
    else:
        address = prospect_address(link.subject_id) or ""
        mailed = MessageRecipient.objects.filter(introduction_id=link.subject_id)
    hashes = set(mailed.values_list("address_hash", flat=True))
    if address:
        hashes.add(address_hash(address))
    return sorted(hashes)


def _record(name: str, row: Suppression, by: Actor, now: datetime) -> None:
    record_event(
        business=row.business,
        name=name,
        actor=by,
        subject=row,
        about=[row.contact] if row.contact else [],
        payload={"why": row.why, "kind": row.kind},
        now=now,
    )
