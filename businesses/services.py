"""Opening a business, settling who its letters are from, and when they leave."""

from datetime import date, datetime
from typing import TypedDict

import phonenumbers
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from businesses import clock
from businesses.models import LONGEST_BLURB, MOST_WEEKS, Business, Membership, Role, User
from businesses.refusals import Refusal

# Whose phone numbers can be read, by their two letters.
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
# Words of a tagline that say little, left out of the address of a business.
_SMALL_WORDS = {"a", "an", "and", "for", "from", "i", "in", "of", "on", "or", "the", "to", "we"}


class HoursNotPossible(Refusal):
    message = "Letters need an hour at least to leave in, and a day at least to leave on."
    code = "hours_not_possible"
    status = 422


class UnknownCountry(Refusal):
    message = "A country is given by its two letters, as in SE."
    code = "unknown_country"
    status = 422


class DayHasCome(Refusal):
    message = "Choose a day to come, or none."
    code = "day_has_come"
    status = 422


class WeeksNotPossible(Refusal):
    message = f"Between two asks lie from 1 to {MOST_WEEKS} weeks."
    code = "weeks_not_possible"
    status = 422


class BusinessChanges(TypedDict, total=False):
    """What `change_business` can change. `letter_days` are numbers, 1 for Monday."""

    country: str
    letters_from: int
    letters_until: int
    letter_days: str
    keeps_holidays: bool
    full_until: date | None
    closed_until: date | None
    weeks_between_asks: int
    blurb: str


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


def change_business(*, business: Business, changes: BusinessChanges, now: datetime) -> Business:
    """When letters leave, how long an ask rests, and until when nobody is asked.

    Raises `HoursNotPossible`, `UnknownCountry`, `WeeksNotPossible`, and `DayHasCome` for a day
    that is not to come, unless it stood there before.
    """
    business = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    today = clock.today(business, now)
    for day, before in (
        (changes.get("full_until"), business.full_until),
        (changes.get("closed_until"), business.closed_until),
    ):
        if day is not None and day <= today and day != before:
            raise DayHasCome
    for name, value in changes.items():
        setattr(business, name, value)
    business.letter_days = "".join(sorted(set(business.letter_days)))
    _refuse_no_hours(business)
    if business.country not in COUNTRIES:
        raise UnknownCountry
    if not 1 <= business.weeks_between_asks <= MOST_WEEKS:
        raise WeeksNotPossible
    business.blurb = business.blurb.replace("\r\n", "\n").strip()[:LONGEST_BLURB]
    business.save(update_fields=[*changes])
    return business


def _refuse_no_hours(business: Business) -> None:
    if not 0 <= business.letters_from < business.letters_until <= 24:
        raise HoursNotPossible
    if not business.letter_days or set(business.letter_days) - set("1234567"):
        raise HoursNotPossible


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
