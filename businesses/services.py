"""Opening a business and settling who its letters are from."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from businesses.models import Business, Membership, Role, User

# Words of a tagline that say little, left out of the address of a business.
_SMALL_WORDS = {"a", "an", "and", "for", "from", "i", "in", "of", "on", "or", "the", "to", "we"}


def open_business(
    *,
    user: User,
    tagline: str,
    timezone: str,
    country: str,
    currency: str,
    locale: str,
    now: datetime,
) -> Business:
    """A new business with `user` as its owner. Its address is made from the tagline."""
    words = [word for word in slugify(tagline).split("-") if word not in _SMALL_WORDS]
    stem = "-".join(words[:3])[:40].strip("-") or "business"
    business = Business(
        tagline=tagline,
        timezone=timezone,
        country=country,
        currency=currency,
        locale=locale,
        created_at=now,
    )
    _save_under_free_slug(business, stem)
    Membership.objects.create(business=business, user=user, role=Role.OWNER, created_at=now)
    return business


def _save_under_free_slug(business: Business, stem: str) -> None:
    """Insert under `stem`, or `stem-xxxx`: nobody can tell from it which others exist."""
    for slug in (
        stem,
        *(f"{stem}-{get_random_string(4, 'abcdefghjkmnpqrstuvwxyz23456789')}" for _ in range(5)),
    ):
        business.slug = slug
        try:
            with transaction.atomic():
                business.save(force_insert=True)
        except IntegrityError:
            continue
        return
    raise RuntimeError("No free address for the business was found.")


def introduce_sender(
    *, business: Business, user: User, name: str, firm: str, postal_address: str
) -> None:
    """Keep what letters must say of who sends them: own name, firm and postal address."""
    user.name = name
    user.save(update_fields=["name"])
    business.name = firm
    business.postal_address = postal_address
    business.save(update_fields=["name", "postal_address"])


def confirm_owner(*, user: User, now: datetime) -> list[Business]:
    """The user's address is theirs: the businesses they own may send. Returns those newly so."""
    owned = Business.objects.filter(
        memberships__user=user, memberships__role=Role.OWNER, confirmed_at=None
    )
    newly = list(owned)
    for business in newly:
        business.confirmed_at = now
        business.save(update_fields=["confirmed_at"])
    return newly
