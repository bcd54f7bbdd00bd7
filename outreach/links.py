"""Links in mails: an HMAC over a link's id and generation, under a key of its own."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F

from businesses import clock
from businesses.inserting import insert_new
from businesses.models import Business
from businesses.refusals import Refusal
from outreach.models import Link, LinkPurpose
from outreach.placeholders import Placeholder

PATHS: dict[str, str] = {
    LinkPurpose.INTRODUCTION: "i",
    LinkPurpose.ADVOCATE: "a",
    LinkPurpose.SHARE: "s",
    LinkPurpose.VOUCH: "v",
    LinkPurpose.FEEDBACK: "f",
    LinkPurpose.GIVEN: "g",
    LinkPurpose.THANKS: "k",
    LinkPurpose.UNSUBSCRIBE: "u",
    LinkPurpose.REMINDER: "r",
    LinkPurpose.MORNINGS: "m",
    LinkPurpose.MONTHS: "n",
}

_GENERATION_BYTES = 2
_MAC_BYTES = 16
_RAW_BYTES = 16 + _GENERATION_BYTES + _MAC_BYTES


class UnknownLink(Refusal):
    """Invented, cut short, or for another purpose: nothing may be revealed."""

    message = "This link is not complete. Please open it again from the letter, or copy all of it."
    code = "unknown_link"
    status = 404


class LinkExpired(Refusal):
    """The token is right, but its time is over."""

    message = "This link has run out. Whoever sent it can send you a new one."
    code = "link_expired"
    status = 410


class LinkWithdrawn(Refusal):
    """The token is right, but the link was taken back or replaced by a newer one."""

    message = "This link is no longer used."
    code = "link_withdrawn"
    status = 410


def make_link(
    *,
    business: Business,
    purpose: str,
    subject: models.Model,
    contact: models.Model | None = None,
    member: models.Model | None = None,
    expires_at: datetime | None = None,
    now: datetime,
) -> Link:
    """The live link with this purpose for this subject (and recipient); made if there is none.

    Asking again gives the same link, with the later of both expiries (None: never).
    """
    alike = {
        "business": business,
        "purpose": purpose,
        "subject_label": str(subject._meta.model_name),
        "contact_id": contact.pk if contact else None,
        "member_id": member.pk if member else None,
    }
    link = _links(alike, [subject.pk], expires_at, now)[subject.pk]
    _prolong(link, expires_at)
    return link


def live_link(*, purpose: str, subject: models.Model) -> Link | None:
    """The subject's link with this purpose that works, if there is one. Changes nothing."""
    return Link.objects.filter(
        business_id=subject.business_id,  # type: ignore[attr-defined]  # every row of a business
        purpose=purpose,
        subject_label=subject._meta.model_name,
        subject_id=subject.pk,
        withdrawn_at=None,
    ).first()


def ensure_lasting_links(
    *,
    business: Business,
    purpose: str,
    subject_label: str,
    subject_ids: Collection[UUID],
    now: datetime,
) -> Mapping[UUID, Link]:
    """For each subject the link that never expires; two statements, however many there are."""
    alike = {
        "business": business,
        "purpose": purpose,
        "subject_label": subject_label,
        "contact_id": None,
        "member_id": None,
    }
    return _links(alike, subject_ids, None, now)


def _links(
    alike: Mapping[str, object],
    subject_ids: Collection[UUID],
    expires_at: datetime | None,
    now: datetime,
) -> dict[UUID, Link]:
    """The live link of each subject, `alike` in all else; made where there is none."""
    live = Link.objects.filter(**alike, withdrawn_at=None)
    links = {link.subject_id: link for link in live.filter(subject_id__in=subject_ids)}
    missing = [
        Link(**alike, subject_id=subject_id, expires_at=expires_at, created_at=now)
        for subject_id in subject_ids
        if subject_id not in links
    ]
    links.update({link.subject_id: link for link in insert_new(missing)})
    # Somebody else was quicker.
    others = [subject_id for subject_id in subject_ids if subject_id not in links]
    if others:
        links.update({link.subject_id: link for link in live.filter(subject_id__in=others)})
    return links


def _prolong(link: Link, expires_at: datetime | None) -> None:
    """Until the later of both times; None is never."""
    if link.expires_at is None:
        return
    later = None if expires_at is None else max(expires_at, link.expires_at)
    if later != link.expires_at:
        link.expires_at = later
        link.save(update_fields=["expires_at"])


def placeholder(link: Link) -> Placeholder:
    """What stored letters hold instead of the address; filled when the letter is sent."""
    return Placeholder(f"{{link:{link.pk}}}")


def url_for(link: Link) -> str:
    """The live address. Only for sending, the local inbox, and the advocate's own page."""
    return address_of(link.pk, link.purpose, link.generation)


def address_of(key: UUID, purpose: str, generation: int) -> str:
    """`url_for` a link of which these are known."""
    return f"{settings.PUBLIC_URL}/{PATHS[purpose]}/{_token(key, generation)}/"


def token_for(link: Link) -> str:
    """The secret part of the address."""
    return _token(link.pk, link.generation)


def _token(key: UUID, generation: int) -> str:
    raw = key.bytes + generation.to_bytes(_GENERATION_BYTES, "big")
    return base64.urlsafe_b64encode(raw + _mac(raw)).rstrip(b"=").decode()


def open_link(token: str, purpose: str, *, now: datetime | None = None) -> Link:
    """The link that the token proves, for this purpose. Changes nothing.

    Raises `UnknownLink` for a token that is not right, and only for one that is:
    `LinkWithdrawn`, `LinkExpired`.
    """
    key, generation = _read_token(token)
    link = Link.objects.select_related("business").filter(pk=key).first()
    if link is None or link.purpose != purpose or generation > link.generation:
        raise UnknownLink
    if link.withdrawn_at is not None or generation < link.generation:
        raise LinkWithdrawn
    if link.has_expired(now or clock.now()):
        raise LinkExpired
    return link


def use_link(link: Link, now: datetime) -> None:
    """Stamp the first use: the first press of a button, never a mere opening."""
    if link.first_used_at is None:
        Link.objects.filter(pk=link.pk, first_used_at=None).update(first_used_at=now)
        link.first_used_at = now


def withdraw_links(*, subject: models.Model, now: datetime, purpose: str | None = None) -> int:
    """Take back the live links of this subject, all or those for one purpose; how many."""
    links = Link.objects.filter(
        subject_label=subject._meta.model_name, subject_id=subject.pk, withdrawn_at=None
    )
    if purpose is not None:
        links = links.filter(purpose=purpose)
    return links.update(withdrawn_at=now)


def renew_link(*, link: Link) -> Link:
    """Give the link a new token; the addresses sent so far lead to the page for withdrawn ones."""
    Link.objects.filter(pk=link.pk).update(generation=F("generation") + 1)
    link.refresh_from_db(fields=["generation"])
    return link


def restore_link(*, link: Link, renewals: int) -> Link:
    """Undo so many `renew_link`s and a `withdraw_links`: the address of before leads on again."""
    Link.objects.filter(pk=link.pk).update(generation=F("generation") - renewals, withdrawn_at=None)
    link.refresh_from_db(fields=["generation", "withdrawn_at"])
    return link


def _read_token(token: str) -> tuple[UUID, int]:
    """The id and generation in a token whose HMAC is right; otherwise `UnknownLink`."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"==", altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise UnknownLink from error
    # Several texts decode to the same bytes; only the one we wrote is ours.
    if len(raw) != _RAW_BYTES or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise UnknownLink
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(body)):
        raise UnknownLink
    return UUID(bytes=body[:16]), int.from_bytes(body[16:], "big")


def _mac(body: bytes) -> bytes:
    return hmac.new(settings.LINK_KEY.encode(), body, hashlib.sha256).digest()[:_MAC_BYTES]
